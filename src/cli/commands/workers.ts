/** `carillon workers`: who is there to run tasks, and what is asked of them, over the API. */

import type { Command } from 'commander';
import type { WorkerView } from '../../tasks/workers.js';
import { command, group, remoteCommand, remoteOf } from '../command.js';
import { restOf } from '../facts.js';
import type { Cell } from '../look.js';
import { type ListFlags, listOver } from '../pages.js';
import type { Surroundings } from '../surroundings.js';
import { askCommands, workerPath } from './workers-ask.js';

interface Flags {
  url?: string;
  json?: boolean;
}

export function workersCommand(surroundings: Surroundings): Command {
  const { output } = surroundings;
  const show = (worker: WorkerView, { json }: Flags): void => {
    if (json) output.json(worker);
    else showWorker(surroundings, worker);
  };
  return group(
    command(
      'workers',
      'List and show workers, quiet, resume, stop and scale them, change their queues',
      'carillon workers list',
    ),
    remoteCommand('list', 'List workers with their queues and handlers', 'carillon workers list')
      .option('--limit <n>', 'one page of so many, at most 1000 (default: all of them)')
      .option('--cursor <text>', 'the page behind: nextCursor of the one before')
      .action(async ({ url, json, ...query }: Flags & ListFlags) => {
        const remote = remoteOf(surroundings, url === undefined ? {} : { url });
        const page = await listOver<WorkerView>(remote, '/v1/workers', { ...query });
        if (json) {
          output.json(page);
          return;
        }
        output.table(
          [
            'WORKER',
            'HOST',
            'PID',
            'RELEASE',
            'QUEUES',
            'RUNNING',
            'STATE',
            'PROCESSED',
            'FAILED',
            'HANDLERS',
          ],
          page.items.map((worker) => [
            worker.name,
            worker.host,
            String(worker.pid),
            worker.release ?? '',
            worker.queues.join(','),
            `${worker.runningCount}/${worker.concurrency}`,
            stateOf(worker),
            String(worker.processed),
            String(worker.failed),
            worker.handlers.join(','),
          ]),
          'No workers.',
        );
      }),
    remoteCommand(
      'show',
      'Show a worker with what it runs, by its name or id',
      'carillon workers show mailer-1',
    )
      .argument('<worker>')
      .action(async (worker: string, flags: Flags) =>
        show((await remoteOf(surroundings, flags).get(workerPath(worker))) as WorkerView, flags),
      ),
    ...askCommands(surroundings, show),
  );
}

function stateOf({ stopping, quiet }: WorkerView): string {
  return stopping ? 'stopping' : quiet ? 'quiet' : 'takes tasks';
}

function showWorker({ output }: Surroundings, worker: WorkerView): void {
  const { id, name, concurrency, runningCount, running, asked, queues } = worker;
  const told = ['id', 'name', 'concurrency', 'runningCount', 'running', 'asked', 'queues'];
  output.facts([
    ['id', id],
    ['name', name],
    ['does', stateOf(worker)],
    ['asked', asked && `${JSON.stringify(asked)} (its next beats say that it does)`],
    ['queues', queues.join(', ') || 'none'],
    ['running', `${runningCount} of ${concurrency}`],
    ...restOf(worker, [...told, 'quiet', 'stopping', 'seenAt']),
  ]);
  if (running.length === 0) return;
  output.line('');
  const row = ({ id: task, handler, queue, since }: WorkerView['running'][number]): Cell[] => [
    ...[task, handler, queue],
    { time: since },
  ];
  output.table(['TASK', 'HANDLER', 'QUEUE', 'SINCE'], running.map(row), '');
}
