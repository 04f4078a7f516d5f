/** Pause and resume of all schedules that a filter matches, when they are as many as was said. */

import { CarillonError } from '../domain/input/errors.js';
import type { Values } from '../domain/input/readers.js';
import { untilAt } from '../domain/input/until.js';
import { slices } from '../runtime/slices.js';
import { someAtATime } from '../runtime/some-at-a-time.js';
import type { ScheduleStore } from '../store/contract/index.js';
import type { PAUSE_MANY, RESUME_MANY } from './asked.js';
import { type EditResult, type EditStore, pauseSchedule, resumeSchedule } from './edit.js';
import { type Filter, fitting } from './list.js';

/** Read, and edited, at a time. */
const PAGE = 500;
const TOGETHER = 32;
const SAMPLE = 10;

type Given<Fields> = Fields & { filter: Filter; count?: number };

export interface Many {
  /** How many the filter matches. */
  count: number;
  /** Of them, those that are otherwise than before; the others were so already, or are gone. */
  changed: number;
}

/** Throws `conflict` with the number when the filter matches more or fewer than `count`. */
export async function pauseMany(
  store: EditStore,
  { filter, count, until, reason, by }: Given<Values<typeof PAUSE_MANY>>,
  now: number,
): Promise<Many> {
  const end = untilAt(until, now);
  const wish = { ...(end === undefined ? {} : { until: end }), ...(reason === undefined ? {} : { reason }) };
  return each(store, filter, count, (id) =>
    pauseSchedule(store, id, wish, now, by === undefined ? {} : { by }),
  );
}

/** Throws as `pauseMany`. */
export async function resumeMany(
  store: EditStore,
  { filter, count, by }: Given<Values<typeof RESUME_MANY>>,
  now: number,
): Promise<Many> {
  return each(store, filter, count, (id) => resumeSchedule(store, id, now, by === undefined ? {} : { by }));
}

/** How many it would be, and the first of them. */
export async function previewMany(
  store: Pick<ScheduleStore, 'schedulesFrom'>,
  filter: Filter,
): Promise<{ count: number; sample: string[] }> {
  const ids = await matching(store, filter);
  return { count: ids.length, sample: ids.slice(0, SAMPLE) };
}

async function each(
  store: EditStore,
  filter: Filter,
  count: number | undefined,
  edit: (id: string) => Promise<EditResult>,
): Promise<Many> {
  const ids = await matching(store, filter);
  if (ids.length !== count) {
    const text = ids.length === 1 ? 'one schedule' : `${ids.length} schedules`;
    throw new CarillonError('conflict', `The filter matches ${text} now, not ${count}: nothing was done.`, [
      { pointer: '/count', detail: `must be ${ids.length}` },
    ]);
  }
  let changed = 0;
  await someAtATime(ids, TOGETHER, async (id) => {
    if ((await edit(id)).word === 'changed') changed += 1;
  });
  return { count: ids.length, changed };
}

async function matching(store: Pick<ScheduleStore, 'schedulesFrom'>, filter: Filter): Promise<string[]> {
  const fits = fitting(filter);
  const rest = slices();
  const ids: string[] = [];
  for (let after: string | null = ''; after !== null; ) {
    await rest();
    const page: Awaited<ReturnType<ScheduleStore['schedulesFrom']>> = await store.schedulesFrom(after, PAGE);
    for (const row of page.rows) if (!fits || fits(row)) ids.push(row.schedule.definition.id);
    after = page.next;
  }
  return ids;
}
