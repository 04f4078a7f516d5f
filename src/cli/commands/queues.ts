/** `carillon queues`: list, show, set, pause, resume, purge and keys, over the API. */

import type { Command } from 'commander';
import type { QueueFacts } from '../../store/contract/index.js';
import { command, group, remoteCommand, remoteOf } from '../command.js';
import { restOf } from '../facts.js';
import { type ListFlags, listOver } from '../pages.js';
import type { Surroundings } from '../surroundings.js';
import { keysCommand } from './queues-keys.js';
import { purgeCommand } from './queues-purge.js';
import { setCommand } from './queues-set.js';
import { queueStats } from './stats-shown.js';

interface Flags {
  url?: string;
  json?: boolean;
}

const STATES = ['scheduled', 'retrying', 'ready', 'running', 'completed', 'dead', 'cancelled'] as const;

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
    command(
      'queues',
      'List, show, set, pause, resume and purge queues, and their keys',
      'carillon queues list',
    ),
    remoteCommand('list', 'List queues with their depths, by name', 'carillon queues list')
      .option('--limit <n>', 'one page of so many, at most 1000 (default: all of them)')
      .option('--cursor <text>', 'the page behind: nextCursor of the one before')
      .action(async ({ url, json, ...query }: Flags & ListFlags) => {
        const remote = remoteOf(surroundings, url === undefined ? {} : { url });
        const page = await listOver<QueueFacts>(remote, '/v1/queues', { ...query });
        if (json) output.json(page);
        else table(page.items);
      }),
    remoteCommand('show', 'Show one queue, and how its last hour went', 'carillon queues show mail')
      .argument('<queue>')
      .action(async (queue: string, flags: Flags) => {
        const remote = remoteOf(surroundings, flags);
        const facts = (await remote.get(pathOf(queue))) as QueueFacts;
        if (flags.json) output.json(facts);
        else output.facts([...restOf(facts, []), ...(await queueStats(remote, queue))]);
      }),
    setCommand(surroundings, show),
    verb('pause', 'Hand out nothing of a queue; what runs goes on'),
    verb('resume', 'Hand out tasks of a paused queue again'),
    purgeCommand(surroundings),
    keysCommand(surroundings),
  );
}
