/** `carillon workers`: who is there to run tasks, over the API. */

import type { Command } from 'commander';
import type { Presence } from '../../store/contract/index.js';
import { command, group, remoteCommand, remoteOf } from '../command.js';
import type { Surroundings } from '../surroundings.js';

interface Flags {
  url?: string;
  json?: boolean;
}

type Shown = Omit<Presence, 'startedAt' | 'seenAt'> & { startedAt: string; seenAt: string; role?: string };

export function workersCommand(surroundings: Surroundings): Command {
  const { output } = surroundings;
  return group(
    command('workers', 'List workers', 'carillon workers list'),
    remoteCommand('list', 'List workers with their queues and handlers', 'carillon workers list').action(
      async (flags: Flags) => {
        const page = (await remoteOf(surroundings, flags).get('/v1/workers')) as { items: Shown[] };
        if (flags.json) {
          output.json(page);
          return;
        }
        output.table(
          ['WORKER', 'HOST', 'PID', 'QUEUES', 'RUNNING', 'HANDLERS'],
          page.items.map((worker) => [
            worker.name,
            worker.host,
            String(worker.pid),
            worker.queues?.join(',') ?? '',
            `${worker.running ?? 0}/${worker.concurrency ?? '?'}`,
            worker.handlers?.join(',') ?? '',
          ]),
          'No workers.',
        );
      },
    ),
  );
}
