/** `carillon tasks`: enqueue, list, counts, show, cancel, reschedule, redrive, errors and wait, over the API. */

import type { Command } from 'commander';
import { parseDuration } from '../../domain/input/durations.js';
import { CarillonError } from '../../domain/input/errors.js';
import { CANCEL } from '../../domain/task/deed-fields.js';
import { TASK_FIELDS } from '../../domain/task/fields.js';
import { TASK_LIST } from '../../domain/task/list-fields.js';
import type { Task } from '../../domain/task/task.js';
import { command, group, remoteCommand, remoteOf } from '../command.js';
import { addFlags, bodyOf, type FlagValues } from '../flags.js';
import type { Surroundings } from '../surroundings.js';
import { showTask, stateOf } from './task-shown.js';
import { addTaskChanges } from './tasks-change.js';
import { tasksCountsCommand } from './tasks-counts.js';
import { errorsCommand } from './tasks-errors.js';
import { tasksLogsCommand } from './tasks-logs.js';
import { oneOrMany } from './tasks-many.js';

interface Remotes {
  url?: string;
  json?: boolean;
}

const pathOf = (id: string): string => `/v1/tasks/${encodeURIComponent(id)}`;

export function tasksCommand(surroundings: Surroundings): Command {
  const { output } = surroundings;
  const tasks = command(
    'tasks',
    'Create, list, show, cancel, reschedule, redrive and await tasks; what dead ones died of',
    'carillon tasks enqueue demo.greet --delay 10s',
  );

  tasks.addCommand(
    addFlags(
      remoteCommand(
        'enqueue',
        'Create a task: now, after --delay, or at --run-at',
        'carillon tasks enqueue demo.greet --payload \'{"name":"Ada"}\' --delay 10s',
      ).argument('<handler>', TASK_FIELDS.handler.about),
      TASK_FIELDS,
      ['handler'],
    ).action(async (handler: string, { url, json, ...flags }: Remotes & FlagValues) => {
      const body = bodyOf(TASK_FIELDS, flags, { handler });
      const task = (await remoteOf(surroundings, { url }).post('/v1/tasks', body)) as Task;
      if (json) output.json(task);
      else output.line(task.id);
      const same = task.deduplicated ? ', which has the unique key already' : '';
      if (!json) output.say(`${task.state}, due ${task.dueAt}${same}`);
    }),
  );

  tasks.addCommand(
    addFlags(
      remoteCommand(
        'list',
        'List tasks by queue and state; ended ones newest first',
        'carillon tasks list --state dead --queue mail',
      ),
      TASK_LIST,
    ).action(async ({ url, json, ...query }: Remotes & FlagValues) => {
      const page = (await remoteOf(surroundings, { url }).get('/v1/tasks', query)) as {
        items: Task[];
        nextCursor: string | null;
      };
      if (json) {
        output.json(page);
        return;
      }
      output.table(
        ['ID', 'HANDLER', 'QUEUE', 'STATE', 'ATTEMPT', 'DUE', 'OCCURRENCE OF'],
        page.items.map((task) => [
          task.id,
          task.handler,
          task.queue,
          stateOf(task),
          String(task.attempt),
          { time: task.dueAt },
          task.schedule ? [task.schedule.id, { time: task.schedule.nominalAt }] : '',
        ]),
        'No tasks.',
      );
      if (page.nextCursor) output.say(`more: --cursor ${page.nextCursor}`);
    }),
  );

  tasks.addCommand(tasksCountsCommand(surroundings));

  tasks.addCommand(
    remoteCommand('show', 'Show a task with its attempts', 'carillon tasks show q1-8Zk2uR4tP0')
      .argument('<id>')
      .action(async (id: string, flags: Remotes) => {
        showTask(surroundings, (await remoteOf(surroundings, flags).get(pathOf(id))) as Task, flags);
      }),
  );

  tasks.addCommand(
    oneOrMany(surroundings, {
      kind: 'cancel',
      fields: CANCEL,
      command: remoteCommand(
        'cancel',
        'Cancel a task that waits, or have the worker that runs it stop it; or all that flags name',
        'carillon tasks cancel q1-8Zk2uR4tP0',
        'carillon tasks cancel q1-8Zk2uR4tP0 q1-Qm31xY7bR2 --count 2',
        'carillon tasks cancel --queue mail --state ready --count 120',
      ),
      show: (task, flags) => showTask(surroundings, task, flags),
    }),
  );

  tasks.addCommand(errorsCommand(surroundings));
  addTaskChanges(tasks, surroundings);

  tasks.addCommand(
    remoteCommand(
      'wait',
      'Wait until a task has ended; exit 1 unless it completed',
      'carillon tasks wait q1-8Zk2uR4tP0',
    )
      .argument('<id>')
      .option('--timeout <duration>', 'how long to wait, at most 1m', '30s')
      .action(async (id: string, flags: Remotes & { timeout: string }) => {
        const remote = remoteOf(surroundings, flags, (parseDuration(flags.timeout) ?? 0) + 10_000);
        const task = (await remote.get(`${pathOf(id)}/wait`, { timeout: flags.timeout })) as Task;
        showTask(surroundings, task, flags);
        if (task.state === 'completed') return;
        throw new CarillonError('not_completed', whyNotCompleted(task, flags.timeout));
      }),
  );
  tasks.addCommand(tasksLogsCommand(surroundings));
  return group(tasks);
}

function whyNotCompleted(task: Task, timeout: string): string {
  if (task.finishedAt === undefined) return `The task has not ended within ${timeout}: it is ${task.state}.`;
  const why = task.error?.message ?? task.reason;
  return `The task is ${task.state}${why ? `: ${why.replace(/\.$/, '')}` : ''}.`;
}
