/** A request for a task as it was read, or one error that names each of its problems. */

import { CarillonError, type Problem } from '../domain/input/errors.js';
import { readTaskInput, type TaskInput } from '../domain/task/task-input.js';
import { grouped } from '../runtime/grouped.js';

/** The request as it was read. Throws one error that names each problem; `at`: the pointer to it among many. */
export function acceptTask(raw: unknown, at = ''): TaskInput {
  const reading = readTaskInput(raw);
  if (reading.ok) return reading.value;
  throw refusal(reading.code, reading.problems, at);
}

export function refusal(code: CarillonError['code'], problems: readonly Problem[], at = ''): CarillonError {
  const errors = problems.map(({ pointer, detail }) => ({ pointer: at + pointer, detail }));
  const text = errors
    .map(({ pointer, detail }) => `${pointer === '' ? 'the task' : pointer} ${detail}`)
    .join('; ');
  return new CarillonError(code, `Invalid task: ${text}`, errors);
}

/** Some of many were not made. */
export function partlyFull(count: number, refused: readonly [index: number, queue: string][]): CarillonError {
  const errors = refused
    .toSorted(([a], [b]) => a - b)
    .map(([index, queue]) => ({ pointer: `/${index}`, detail: `was not made: the queue ${queue} is full` }));
  const text = `${refused.length} of ${count} tasks were not made: as many wait in their queue as may (maxDepth).`;
  return new CarillonError('queue_full', text, errors);
}

/** By the queues they are for, in their order. */
export const byQueue = (inputs: Iterable<[number, TaskInput]>): Map<string, [number, TaskInput][]> =>
  grouped(inputs, ([, { queue }]) => queue);
