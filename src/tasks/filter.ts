/** Filters of the list of tasks: which tasks fit what the query asks for. */

import { hasLabels, type LabelQuery, labelQuery } from '../domain/input/labels.js';
import { handlerName, queueName, scheduleId } from '../domain/input/names.js';
import {
  about,
  instant,
  listOf,
  oneOf,
  type Reader,
  saying,
  text,
  type Values,
  wholeText,
} from '../domain/input/readers.js';
import { TASK_STATES, type TaskState } from '../domain/task/task.js';
import type { TaskFacts } from '../store/contract/index.js';

const state = oneOf(...TASK_STATES);

/** One state or several. */
const states: Reader<TaskState[], TaskState | readonly TaskState[]> = saying(
  (raw, path, problems) =>
    listOf(state, TASK_STATES.length)(Array.isArray(raw) ? raw : [raw], path, problems),
  { schema: { type: 'array', items: state.schema ?? {} }, word: 'state' },
);

/** What a list of tasks may be asked for, as a query string gives it. */
export const TASK_LIST = {
  state: about(states, `only in this state, one of ${TASK_STATES.join(', ')}; may be repeated`),
  queue: about(queueName, 'only of this queue'),
  handler: about(handlerName, 'only of this handler'),
  schedule: about(scheduleId, 'only runs of this schedule'),
  /** `name=text`, or several of them. */
  label: about(labelQuery, 'only with this label; may be repeated'),
  /** The unique key. */
  key: about(text(256), 'only under this unique key'),
  q: about(text(256), 'only with this text in id, handler, key, labels or payload'),
  /** Due then or later. */
  from: about(instant, 'only due then or later'),
  /** Due then or earlier. */
  to: about(instant, 'only due then or earlier'),
  limit: about(wholeText(1, 1000), 'how many, at most 1000; by default 50'),
  /** `nextCursor` of the page before. */
  cursor: about(text(2_048), 'nextCursor of the page before'),
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
