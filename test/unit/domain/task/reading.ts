/** Requests for a task, read: what they come to, or what is wrong with them. */

import { readTaskInput, type TaskInput } from '../../../../src/domain/task/task-input.js';

export function valid(raw: unknown): TaskInput {
  const result = readTaskInput(raw);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}

export function refused(raw: unknown): { code: string; pointers: string[]; details: string } {
  const result = readTaskInput(raw);
  if (result.ok) throw new Error(`taken: ${JSON.stringify(result.value)}`);
  const { code, problems } = result;
  const details = problems.map(({ detail }) => detail).join('; ');
  return { code, pointers: problems.map(({ pointer }) => pointer), details };
}

/** A request with one field beside its handler. */
export const withField = (field: string, value: unknown) => ({ handler: 'h', [field]: value });
