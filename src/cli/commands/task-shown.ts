/** A task as the commands show it. */

import type { Task } from '../../domain/task/task.js';
import { type Fact, restOf } from '../facts.js';
import type { Cell } from '../look.js';
import type { Surroundings } from '../surroundings.js';

/** `payloadHidden`: of a node that shows nobody what tasks are given and give back. */
type Shown = Task & { payloadHidden?: true };

/** Every fact, and a line for each attempt. */
export function showTask({ output }: Surroundings, task: Shown, { json }: { json?: boolean }): void {
  if (json) {
    output.json(task);
    return;
  }
  const { attempts, schedule, madeBy } = task;
  const told = [
    'id',
    'state',
    'unroutable',
    'cancelRequested',
    'schedule',
    'madeBy',
    'attempt',
    'failures',
    'maxAttempts',
    'payload',
    'payloadHidden',
  ];
  output.facts([
    ['id', task.id],
    ['state', stateOf(task)],
    ['schedule', schedule && [schedule.id, 'for', { time: schedule.nominalAt }]],
    ['made by', madeBy && `attempt ${madeBy.attempt} of ${madeBy.taskId}`],
    ['attempt', `${task.attempt}, ${task.failures} of ${task.maxAttempts} failures`],
    ['payload', task.payloadHidden ? 'hidden by this node' : JSON.stringify(task.payload)],
    ...restOf(task, [...told, 'error', 'attempts']),
    ['error', task.error?.message],
    ...stackOf(task),
  ]);
  if (attempts.length === 0) return;
  output.table(
    ['ATTEMPT', 'OUTCOME', 'STARTED', 'FINISHED', 'WORKER', 'ERROR'],
    attempts.map((one) => [
      String(one.attempt),
      { state: one.outcome },
      { time: one.startedAt },
      { time: one.finishedAt ?? '' },
      one.host === undefined ? one.worker : `${one.worker} on ${one.host}`,
      one.error?.message ?? '',
    ]),
    '',
  );
}

export function stateOf({ state, unroutable, cancelRequested }: Task): Cell {
  if (cancelRequested) return { state, note: 'its worker was told to stop it' };
  return unroutable ? { state, note: 'no worker has its handler' } : { state };
}

/** A frame a line, as Node prints it. */
function stackOf({ error }: Task): Fact[] {
  const [, ...frames] = error?.stack?.split('\n') ?? [];
  return frames.map((frame, index) => [index === 0 ? 'stack' : '', frame.trim()]);
}
