/** The list of schedules in the order of their ids, page by page, with filters over a bounded scan. */

import { cursorTo, nameCursor } from '../domain/input/cursors.js';
import { hasLabels, type LabelQuery, labelQuery } from '../domain/input/labels.js';
import { handlerName, isScheduleId, namespaceName, queueName } from '../domain/input/names.js';
import { about, oneOf, text, type Values, wholeText } from '../domain/input/readers.js';
import { mono } from '../runtime/clock.js';
import type { ScheduleRow, ScheduleStore } from '../store/contract/index.js';
import { MOST_RUNS } from './latest-runs.js';

export const SCHEDULE_STATES = ['enabled', 'disabled', 'paused', 'shadow', 'finished', 'faulty'] as const;

export const USUAL_LIMIT = 50;
/** Schedules looked at for one page, so that a filter that is rarely met cannot make it expensive. */
const BUDGET = 5_000;
/** Schedules read at once where a filter drops some of them. */
const AT_ONCE = 200;
/** A page that took this long is answered as far as it has come, ms. */
const PATIENCE = 2_000;

/** What one schedule may be asked for. */
export const SCHEDULE_SHOW = {
  runs: about(wholeText(1, MOST_RUNS), `its latest runs, so many of them, at most ${MOST_RUNS}`),
};

/** What a list of schedules may be asked for, as a query string gives it. */
export const SCHEDULE_LIST = {
  q: about(text(256), 'only with this text in id, handler, description, owner or labels'),
  state: about(oneOf(...SCHEDULE_STATES), `only in this state: ${SCHEDULE_STATES.join(', ')}`),
  label: about(labelQuery, 'only with this label; may be repeated'),
  queue: about(queueName, 'only of this queue'),
  handler: about(handlerName, 'only of this handler'),
  set: about(namespaceName, 'only of this file set'),
  limit: about(wholeText(1, 1000), 'how many, at most 1000; by default 50'),
  cursor: about(nameCursor(isScheduleId), 'nextCursor of the page before'),
  runs: SCHEDULE_SHOW.runs,
};

export type ScheduleQuery = Values<typeof SCHEDULE_LIST>;

/** A page of schedules, by id. */
export interface SchedulePage<View> {
  /** The schedules of this page. */
  items: View[];
  /** For the page behind it; null at the end. */
  nextCursor: string | null;
  /** How many schedules were looked at. */
  scanned: number;
}

/** `show` makes views of rows, which know the state: a finished schedule is one that has no run to come. */
export async function listSchedules<View extends { state: string }>(
  store: Pick<ScheduleStore, 'schedulesFrom'>,
  { limit = USUAL_LIMIT, cursor: from = '', state, runs: _, ...filter }: ScheduleQuery,
  show: (rows: readonly ScheduleRow[]) => Promise<readonly View[]>,
): Promise<SchedulePage<View>> {
  const fits = fitting(filter);
  const page: SchedulePage<View> = { items: [], nextCursor: null, scanned: 0 };
  const end = mono() + PATIENCE;
  for (let after: string | null = from; after !== null; ) {
    const left = Math.min(BUDGET - page.scanned, fits || state ? AT_ONCE : limit - page.items.length);
    if (left <= 0 || (page.scanned > 0 && mono() > end)) return { ...page, nextCursor: cursorTo(after) };
    const { rows, next } = await store.schedulesFrom(after, left);
    const some = fits ? rows.filter(fits) : rows;
    const views = await show(state ? some : some.slice(0, limit - page.items.length + 1));
    page.scanned += rows.length;
    for (const [i, view] of views.entries()) {
      if (state !== undefined && view.state !== state) continue;
      if (page.items.length === limit) return { ...page, nextCursor: cursorTo(after ?? '') };
      page.items.push(view);
      after = some[i]?.schedule.definition.id ?? null;
    }
    after = next;
  }
  return page;
}

export interface Filter {
  q?: string;
  label?: LabelQuery;
  queue?: string;
  handler?: string;
  set?: string;
}

/** undefined: every schedule fits. */
export function fitting({
  q,
  label = [],
  queue,
  handler,
  set,
}: Filter): ((row: ScheduleRow) => boolean) | undefined {
  const tests: ((row: ScheduleRow) => boolean)[] = [];
  if (queue !== undefined) tests.push(({ schedule }) => schedule.definition.queue === queue);
  if (handler !== undefined) tests.push(({ schedule }) => schedule.definition.handler === handler);
  if (set !== undefined) tests.push(({ schedule }) => schedule.source.set === set);
  if (label.length > 0) tests.push(({ schedule }) => hasLabels(schedule.definition.labels, label));
  if (q !== undefined) {
    const wanted = q.toLowerCase();
    tests.push((row) => textsOf(row).some((one) => one.toLowerCase().includes(wanted)));
  }
  return tests.length === 0 ? undefined : (row) => tests.every((test) => test(row));
}

/** What a search looks in. */
function textsOf({ schedule }: ScheduleRow): string[] {
  const { id, handler, description = '', owner = '', labels } = schedule.definition;
  return [id, handler, description, owner, ...Object.entries(labels).flat()];
}
