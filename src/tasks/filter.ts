/** Filters of the list of tasks: which tasks fit what the query asks for. */

import { hasLabels, type LabelQuery } from '../domain/input/labels.js';
import type { TaskFacts } from '../store/contract/index.js';
import { fingerprintOf } from './fingerprint.js';

export interface TaskFilter {
  label?: LabelQuery;
  /** The unique key, or the concurrency key. */
  key?: string;
  /** One of those it comes after. */
  parent?: string;
  /** Stands in the id, the handler, the key, a label or the payload as it was written; in any case. */
  q?: string;
  /** The fingerprint of its latest error. */
  error?: string;
  /** The due time lies in [from, to]. */
  from?: number;
  to?: number;
}

/** What `q` is looked for in: all that a task has, or its payload left out. */
export type Searched = 'everything' | 'names';

/** What the store does not look at itself. undefined: every task fits. */
export function fitting(
  filter: TaskFilter,
  searched: Searched = 'everything',
): ((task: TaskFacts) => boolean) | undefined {
  const { label = [], key, parent, q, error, from, to } = filter;
  const tests: ((task: TaskFacts) => boolean)[] = [];
  if (label.length > 0) tests.push(({ options: { labels = {} } }) => hasLabels(labels, label));
  if (key !== undefined)
    tests.push(({ options }) => options.uniqueKey === key || options.concurrencyKey === key);
  if (parent !== undefined) tests.push(({ options: { after = [] } }) => after.includes(parent));
  if (q !== undefined) {
    const wanted = q.toLowerCase();
    tests.push((task) => textsOf(task, searched).some((one) => one.toLowerCase().includes(wanted)));
  }
  if (error !== undefined) tests.push((task) => fingerprintOf(task) === error);
  if (from !== undefined) tests.push(({ dueAt }) => dueAt >= from);
  if (to !== undefined) tests.push(({ dueAt }) => dueAt <= to);
  return tests.length === 0 ? undefined : (task) => tests.every((test) => test(task));
}

/** What a search looks in. */
function textsOf(
  { id, handler, payload, options: { uniqueKey = '', concurrencyKey = '', labels = {} } }: TaskFacts,
  searched: Searched,
): string[] {
  const names = [id, handler, uniqueKey, concurrencyKey, ...Object.entries(labels).flat()];
  return searched === 'names' ? names : [...names, payload];
}
