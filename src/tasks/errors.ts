/** Dead tasks grouped by what they died of. */

import { formatInstant } from '../domain/input/instants.js';
import type { Values } from '../domain/input/readers.js';
import { type ERROR_LIST, USUAL_GROUPS } from '../domain/task/deed-fields.js';
import { mono } from '../runtime/clock.js';
import { timeOf } from '../store/contract/clock.js';
import type { Store, TaskFacts } from '../store/contract/index.js';
import { fitting } from './filter.js';
import { fingerprintOf, latestError } from './fingerprint.js';
import { listTasks, type TaskPage } from './list.js';

/** Dead tasks looked at, the newest of each queue first. */
const MOST_LOOKED = 100_000;
const PATIENCE = 3_000;
const PAGE = 500;
/** Hours that are told of each group. */
const HOURS = 24;
const HOUR = 3_600_000;
/** Characters of a message shown. */
const SHOWN = 1_000;

export type ErrorQuery = Values<typeof ERROR_LIST>;

/** Dead tasks that died of the same: alike but for ids and numbers in the message. */
export interface ErrorGroup {
  /** Stands for them in a filter, as `error`. */
  fingerprint: string;
  /** Of which handler. */
  handler: string;
  /** Of the latest one. */
  message: string;
  /** How many tasks died of it. */
  count: number;
  /** When the first of them died. */
  firstAt: string;
  /** When the latest of them died. */
  lastAt: string;
  /** How many died in each of the last 24 hours, the present one last. */
  hours: number[];
  /** The id of the latest one. */
  sample: string;
}

/** What dead tasks died of. */
export interface ErrorPage {
  /** The most frequent first. */
  items: ErrorGroup[];
  /** There is one page. */
  nextCursor: null;
  /** How many dead tasks were looked at. */
  scanned: number;
  /** There are more dead tasks, which were not looked at. */
  more?: true;
}

interface Group {
  latest: TaskFacts;
  count: number;
  first: number;
  last: number;
  hours: number[];
}

export async function groupedErrors(
  store: Pick<Store, 'list' | 'holding' | 'queues' | 'time' | 'clock'>,
  { queue, handler, limit = USUAL_GROUPS, ...filter }: ErrorQuery,
): Promise<ErrorPage> {
  const fits = fitting(filter);
  const known = await store.queues();
  const queues = queue === undefined ? known.toSorted() : known.filter((one) => one === queue);
  const groups = new Map<string, Group>();
  const now = await timeOf(store);
  const end = mono() + PATIENCE;
  let scanned = 0;
  let cursor: string | null = '';
  do {
    const page: TaskPage = await listTasks(store, {
      ...{ queues, states: ['dead'], limit: PAGE },
      ...(handler === undefined ? {} : { handler }),
      ...(cursor === '' ? {} : { cursor }),
      ...(fits ? { fits } : {}),
    });
    for (const task of page.items) count(groups, task, now);
    scanned += page.scanned;
    cursor = page.nextCursor;
  } while (cursor !== null && scanned < MOST_LOOKED && mono() < end);
  const items = [...groups].sort(([, a], [, b]) => b.count - a.count || b.last - a.last).slice(0, limit);
  return {
    items: items.map(([fingerprint, group]) => groupView(fingerprint, group)),
    nextCursor: null,
    scanned,
    ...(cursor === null ? {} : { more: true }),
  };
}

function count(groups: Map<string, Group>, task: TaskFacts, now: number): void {
  const fingerprint = fingerprintOf(task);
  if (fingerprint === undefined) return;
  const { finishedAt: at = 0 } = task;
  let group = groups.get(fingerprint);
  if (!group) {
    group = { latest: task, count: 0, first: at, last: at, hours: new Array<number>(HOURS).fill(0) };
    groups.set(fingerprint, group);
  }
  group.count += 1;
  // Who is ahead of the clock asked died in the present hour, too.
  const hour = HOURS - 1 - Math.max(0, Math.floor((now - at) / HOUR));
  if (hour >= 0) group.hours[hour] = (group.hours[hour] ?? 0) + 1;
  group.first = Math.min(group.first, at);
  if (at <= group.last) return;
  group.last = at;
  group.latest = task;
}

function groupView(fingerprint: string, { latest, count, first, last, hours }: Group): ErrorGroup {
  return {
    fingerprint,
    handler: latest.handler,
    message: (latestError(latest)?.message ?? '').slice(0, SHOWN),
    count,
    firstAt: formatInstant(first),
    lastAt: formatInstant(last),
    hours,
    sample: latest.id,
  };
}
