/** The names people choose and their grammars, each with the words that explain it and its reader. */

import { named } from './readers.js';

const SHORT = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const SCHEDULE = /^[a-z0-9][a-z0-9._-]{0,127}$/;
/** Printable and without spaces, because it stands in lists, log lines and ids. */
const PROCESS = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;
const HANDLER = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,127}$/;
/** Of whatever task: `<partition code>-<random>`, or an occurrence's `<schedule>@<ms>` and what may follow it. */
const TASK = /^[A-Za-z0-9][A-Za-z0-9._@!+-]{0,255}$/;

const small = (length: number): string =>
  `1 to ${length} characters of a-z 0-9 . _ - beginning with a letter or digit`;

/** What each kind of name may look like, for messages: "must be <grammar>". */
export const NAME_GRAMMAR = {
  namespace: small(64),
  queue: small(64),
  schedule: small(128),
  task: 'the id of a task, as it was answered',
  process: '1 to 128 characters of A-Z a-z 0-9 . _ : - beginning with a letter or digit',
  handler: '1 to 128 characters of A-Z a-z 0-9 . _ / - beginning with a letter or digit',
} as const;

export function isNamespace(value: unknown): value is string {
  return typeof value === 'string' && SHORT.test(value);
}

export function isQueueName(value: unknown): value is string {
  return typeof value === 'string' && SHORT.test(value);
}

export function isScheduleId(value: unknown): value is string {
  return typeof value === 'string' && SCHEDULE.test(value);
}

/** Of a node or a worker. */
export function isProcessName(value: unknown): value is string {
  return typeof value === 'string' && PROCESS.test(value);
}

export function isHandlerName(value: unknown): value is string {
  return typeof value === 'string' && HANDLER.test(value);
}

/** Whether it may be the id of a task; nothing else is looked for. */
export function isTaskId(value: unknown): value is string {
  return typeof value === 'string' && TASK.test(value);
}

export const queueName = named(isQueueName, NAME_GRAMMAR.queue, SHORT);
export const namespaceName = named(isNamespace, NAME_GRAMMAR.namespace, SHORT);
export const scheduleId = named(isScheduleId, NAME_GRAMMAR.schedule, SCHEDULE);
export const handlerName = named(isHandlerName, NAME_GRAMMAR.handler, HANDLER);
export const processName = named(isProcessName, NAME_GRAMMAR.process, PROCESS);
export const taskId = named(isTaskId, NAME_GRAMMAR.task, TASK);
