/** `carillon queues`: queues and their depths, over the API. */

import type { Command } from 'commander';
import type { QueueFacts } from '../../store/contract/index.js';
import { command, group, remoteCommand, remoteOf } from '../command.js';
import { restOf } from '../facts.js';
import type { Surroundings } from '../surroundings.js';

interface Flags {
  url?: string;
  json?: boolean;
}

export function queuesCommand(surroundings: Surroundings): Command {
  const { output } = surroundings;
  const states = ['scheduled', 'ready', 'running', 'completed', 'dead', 'cancelled'] as const;
  const table = (queues: QueueFacts[]): void =>
    output.table(
      ['QUEUE', ...states.map((state) => state.toUpperCase()), 'NO WORKER FOR'],
      queues.map((facts) => [
        facts.queue,
        ...states.map((state) => String(facts[state])),
        Object.entries(facts.unroutable)
          .map(([handler, count]) => `${handler} (${count})`)
          .join(', '),
      ]),
      'No queues.',
    );
  return group(
    command('queues', 'List queues, show one', 'carillon queues list'),
    remoteCommand('list', 'List queues with their depths', 'carillon queues list').action(
      async (flags: Flags) => {
        const page = (await remoteOf(surroundings, flags).get('/v1/queues')) as { items: QueueFacts[] };
        if (flags.json) output.json(page);
        else table(page.items);
      },
    ),
    remoteCommand('show', 'Show one queue', 'carillon queues show mail')
      .argument('<queue>')
      .action(async (queue: string, flags: Flags) => {
        const path = `/v1/queues/${encodeURIComponent(queue)}`;
        const facts = (await remoteOf(surroundings, flags).get(path)) as QueueFacts;
        if (flags.json) output.json(facts);
        else output.facts(restOf(facts, []));
      }),
  );
}
