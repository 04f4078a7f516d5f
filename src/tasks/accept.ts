/** A request for a task as it was read, or one error that names each of its problems. */

import { CarillonError, type Problem } from '../domain/input/errors.js';
import { readTaskInput, type TaskInput } from '../domain/task/task-input.js';

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
