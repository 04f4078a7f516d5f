/** Filters of the list of tasks: which tasks fit what the query asks for. */

import { hasLabels, type LabelQuery, labelQuery } from '../domain/input/labels.js';
import { isHandlerName, isQueueName, isScheduleId, NAME_GRAMMAR } from '../domain/input/names.js';
import {
  instant,
  listOf,
  named,
  oneOf,
  type Reader,
  text,
  type Values,
  wholeText,
} from '../domain/input/readers.js';
import { TASK_STATES, type TaskState } from '../domain/task/task.js';
import type { TaskFacts } from '../store/contract/index.js';

/** One state or several. */
const states: Reader<TaskState[]> = (raw, path, problems) =>
  listOf(state, TASK_STATES.length)(Array.isArray(raw) ? raw : [raw], path, problems);

const state = oneOf(...TASK_STATES);

/** What a list of tasks may be asked for, as a query string gives it. */
export const TASK_LIST = {
  state: states,
  queue: named(isQueueName, NAME_GRAMMAR.queue),
  handler: named(isHandlerName, NAME_GRAMMAR.handler),
  schedule: named(isScheduleId, NAME_GRAMMAR.schedule),
  label: labelQuery,
  key: text(256),
  q: text(256),
  from: instant,
  to: instant,
  limit: wholeText(1, 1000),
  cursor: text(2_048),
};

export type TaskQuery = Values<typeof TASK_LIST>;

export interface TaskFilter {
  label?: LabelQuery;
  /** The unique key. */
  key?: string;
  /** Stands in the id, the handler, the key, a label or the payload as it was written; in any case. */
  q?: string;
  /** The due time lies in [from, to]. */
  from?: number;
  to?: number;
}

/** What the store does not look at itself. undefined: every task fits. */
export function fitting(filter: TaskFilter): ((task: TaskFacts) => boolean) | undefined {
  const { label = [], key, q, from, to } = filter;
  const tests: ((task: TaskFacts) => boolean)[] = [];
  if (label.length > 0) tests.push(({ options: { labels = {} } }) => hasLabels(labels, label));
  if (key !== undefined) tests.push(({ options }) => options.uniqueKey === key);
  if (q !== undefined) {
    const wanted = q.toLowerCase();
    tests.push((task) => textsOf(task).some((one) => one.toLowerCase().includes(wanted)));
  }
  if (from !== undefined) tests.push(({ dueAt }) => dueAt >= from);
  if (to !== undefined) tests.push(({ dueAt }) => dueAt <= to);
  return tests.length === 0 ? undefined : (task) => tests.every((test) => test(task));
}

/** What a search looks in. */
function textsOf({ id, handler, payload, options: { uniqueKey = '', labels = {} } }: TaskFacts): string[] {
  return [id, handler, uniqueKey, ...Object.entries(labels).flat(), payload];
}
