/** `carillon queues`: list, show, set, pause, resume and purge, over the API. */

import type { Command } from 'commander';
import { CarillonError } from '../../domain/input/errors.js';
import type { QueueFacts } from '../../store/contract/index.js';
import { command, group, remoteCommand, remoteOf } from '../command.js';
import { restOf } from '../facts.js';
import { type ListFlags, listOver } from '../pages.js';
import type { Surroundings } from '../surroundings.js';
import { purgeCommand } from './queues-purge.js';

interface Flags {
  url?: string;
  json?: boolean;
}

const STATES = ['scheduled', 'ready', 'running', 'completed', 'dead', 'cancelled'] as const;

const pathOf = (queue: string): string => `/v1/queues/${encodeURIComponent(queue)}`;

export function queuesCommand(surroundings: Surroundings): Command {
  const { output } = surroundings;
  const table = (queues: QueueFacts[]): void =>
    output.table(
      ['QUEUE', ...STATES.map((state) => state.toUpperCase()), 'PAUSED', 'CONCURRENCY', 'NO WORKER FOR'],
      queues.map((facts) => [
        facts.queue,
        ...STATES.map((state) => String(facts[state])),
        facts.paused ? 'paused' : '',
        String(facts.settings.concurrency ?? ''),
        Object.entries(facts.unroutable)
          .map(([handler, count]) => `${handler} (${count})`)
          .join(', '),
      ]),
      'No queues.',
    );
  const show = (facts: unknown, { json }: Flags): void => {
    if (json) output.json(facts);
    else output.facts(restOf(facts as QueueFacts, []));
  };
  /** A verb of one queue without anything to say. */
  const verb = (name: 'pause' | 'resume', summary: string): Command =>
    remoteCommand(name, summary, `carillon queues ${name} mail`)
      .argument('<queue>')
      .action(async (queue: string, flags: Flags) =>
        show(await remoteOf(surroundings, flags).post(`${pathOf(queue)}/${name}`), flags),
      );

  return group(
    command('queues', 'List, show, set, pause, resume and purge queues', 'carillon queues list'),
    remoteCommand('list', 'List queues with their depths, by name', 'carillon queues list')
      .option('--limit <n>', 'one page of so many, at most 1000 (default: all of them)')
      .option('--cursor <text>', 'the page behind: nextCursor of the one before')
      .action(async ({ url, json, ...query }: Flags & ListFlags) => {
        const remote = remoteOf(surroundings, url === undefined ? {} : { url });
        const page = await listOver<QueueFacts>(remote, '/v1/queues', { ...query });
        if (json) output.json(page);
        else table(page.items);
      }),
    remoteCommand('show', 'Show one queue', 'carillon queues show mail')
      .argument('<queue>')
      .action(async (queue: string, flags: Flags) =>
        show(await remoteOf(surroundings, flags).get(pathOf(queue)), flags),
      ),
    remoteCommand(
      'set',
      'Change settings of a queue; those not named stay as they are',
      'carillon queues set mail --concurrency 5',
    )
      .argument('<queue>')
      .option('--concurrency <n>', 'how many of its tasks may run at once, over all workers; or: default')
      .option('--result-limit <bytes>', 'how large a result may be, at most 1 MiB; or: default')
      .action(async (queue: string, flags: Flags & { concurrency?: string; resultLimit?: string }) => {
        const { concurrency, resultLimit } = flags;
        if (concurrency === undefined && resultLimit === undefined)
          throw new CarillonError('usage', 'Nothing to set: see --help.');
        const body = {
          ...(concurrency === undefined ? {} : { concurrency: given('--concurrency', concurrency) }),
          ...(resultLimit === undefined ? {} : { resultLimit: given('--result-limit', resultLimit) }),
        };
        show(await remoteOf(surroundings, flags).patch(pathOf(queue), body), flags);
      }),
    verb('pause', 'Hand out nothing of a queue; what runs goes on'),
    verb('resume', 'Hand out tasks of a paused queue again'),
    purgeCommand(surroundings),
  );
}

/** null: the default. */
function given(flag: string, text: string): number | null {
  if (text === 'default') return null;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new CarillonError('usage', `${flag} must be a whole number or default, not "${text}".`);
}
