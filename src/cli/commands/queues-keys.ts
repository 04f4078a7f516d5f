/** `carillon queues keys`, over the API. */

import type { Command } from 'commander';
import type { KeyView } from '../../tasks/queue-keys.js';
import { remoteCommand, remoteOf } from '../command.js';
import { type ListFlags, listOver } from '../pages.js';
import type { Surroundings } from '../surroundings.js';

interface Flags {
  url?: string;
  json?: boolean;
}

export function keysCommand(surroundings: Surroundings): Command {
  const { output } = surroundings;
  return remoteCommand(
    'keys',
    'Show what each concurrency key of a queue has to do',
    'carillon queues keys mail',
  )
    .argument('<queue>')
    .option('--limit <n>', 'one page of so many, at most 1000 (default: all of them)')
    .option('--cursor <text>', 'the page behind: nextCursor of the one before')
    .action(async (queue: string, { url, json, ...query }: Flags & ListFlags) => {
      const remote = remoteOf(surroundings, url === undefined ? {} : { url });
      const path = `/v1/queues/${encodeURIComponent(queue)}/keys`;
      const page = await listOver<KeyView>(remote, path, { ...query });
      if (json) output.json(page);
      else {
        output.table(
          ['KEY', 'BACKLOG', 'OLDEST WAIT', 'RUNNING', 'THROTTLED', 'OPENS'],
          page.items.map((one) => [
            one.key,
            String(one.backlog),
            one.oldestWaitMs === undefined ? '' : `${(one.oldestWaitMs / 1000).toFixed(1)}s`,
            String(one.running),
            one.throttled ? 'throttled' : '',
            one.opensAt === undefined ? '' : { time: one.opensAt },
          ]),
          'No concurrency key has a ready or running task.',
        );
      }
    });
}
