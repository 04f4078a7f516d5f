/** `carillon tasks logs`: what the attempts of a task logged, and with --follow what they go on to log. */

import type { Command } from 'commander';
import { LOG_LINES } from '../../domain/input/sizes.js';
import type { Task } from '../../domain/task/task.js';
import { sleep } from '../../runtime/timers.js';
import type { LogLine, LogPage } from '../../tasks/logs.js';
import { remoteCommand, remoteOf } from '../command.js';
import type { Remote } from '../remote.js';
import type { Surroundings } from '../surroundings.js';

/** Between two looks for more lines, ms. */
const AGAIN = 500;

type LinesShown = Omit<LogLine, 'message'> & Partial<Pick<LogLine, 'message'>>;

interface Flags {
  url?: string;
  json?: boolean;
  follow?: boolean;
}

export function tasksLogsCommand(surroundings: Surroundings): Command {
  const { output } = surroundings;
  return remoteCommand(
    'logs',
    'Show what the attempts of a task logged, oldest first',
    'carillon tasks logs q1-8Zk2uR4tP0 --follow',
  )
    .argument('<id>')
    .option('--follow', 'go on until the task has ended')
    .action(async (id: string, { follow, json, ...flags }: Flags) => {
      const remote = remoteOf(surroundings, flags);
      const path = `/v1/tasks/${encodeURIComponent(id)}`;
      let count = 0;
      for await (const line of linesOf(remote, path, follow ?? false)) {
        count += 1;
        if (json) output.row(line);
        else output.line([{ time: line.at }, line.level.padEnd(5), textOf(line)]);
      }
      if (count === 0) output.say('No lines.');
    });
}

/** Looks once more when the task has ended: its last lines were kept before that. */
async function* linesOf(remote: Remote, path: string, follow: boolean): AsyncGenerator<LogLine> {
  let cursor: string | undefined;
  for (let ended = !follow; ; ) {
    const page = (await remote.get(`${path}/logs`, { limit: `${LOG_LINES}`, cursor })) as LogPage;
    yield* page.items;
    cursor = page.items.at(-1)?.id ?? cursor;
    if (page.nextCursor !== null) continue;
    if (ended) return;
    ended = ((await remote.get(path)) as Task).finishedAt !== undefined;
    if (!ended) await sleep(AGAIN);
  }
}

/** A node that hides what tasks are given and give back tells no text either. */
function textOf({ attempt, message = '(hidden by this node)', fields }: LinesShown): string {
  return `#${attempt} ${message}${fields ? ` ${JSON.stringify(fields)}` : ''}`;
}
