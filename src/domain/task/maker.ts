/**
 * The attempt that made a task with `ctx.enqueue`: kept with the task as one text, the last of its options, where
 * `lua/include/unique-modes.lua` finds it without reading the others.
 */

import type { TaskDraft } from './task-input.js';

/** Which attempt of which task. */
export interface Maker {
  taskId: string;
  attempt: number;
}

/** The same task, made by this attempt. */
export function madeBy(draft: TaskDraft, { taskId, attempt }: Maker): TaskDraft {
  return { ...draft, options: { ...draft.options, madeBy: `${taskId} ${attempt}` } };
}

/** Of the text that is kept. */
export function makerIn(text: string): Maker {
  const [taskId = '', attempt] = text.split(' ');
  return { taskId, attempt: Number(attempt) };
}
