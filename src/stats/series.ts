/** How a queue, a handler, a schedule or everything went: counts and percentiles by steps of time, from the rollups. */

import { formatDuration } from '../domain/input/durations.js';
import { formatInstant } from '../domain/input/instants.js';
import { handlerName, queueName, scheduleId } from '../domain/input/names.js';
import { readFields, refuse } from '../domain/input/read-fields.js';
import { about, duration, instant, type Values } from '../domain/input/readers.js';
import { BUCKETS, percentile } from '../domain/stats/buckets.js';
import { addCounts, COUNTERS, type Counter, LATE, PLACES, RUN, WAIT } from '../domain/stats/counts.js';
import { MOST_POINTS, stretchOf } from '../domain/stats/series.js';
import type { Subject } from '../domain/stats/tiers.js';
import { timeOf } from '../store/contract/clock.js';
import type { Store } from '../store/contract/index.js';

/** What may be asked for; without a queue, a handler or a schedule: everything. */
export const STATS = {
  queue: about(queueName, 'only this queue'),
  handler: about(handlerName, 'only this handler, in whatever queue'),
  schedule: about(scheduleId, 'only runs of this schedule'),
  from: about(instant, 'from then on; by default a day before `to`, or 60 steps where a step is given'),
  to: about(instant, 'up to then; by default now'),
  step: about(
    duration(0),
    `what one item counts: whole minutes (kept for 24 h), hours (30 d) or days (400 d, of UTC), at most ${MOST_POINTS} items; by default what gives up to 300`,
  ),
};

/** Of lengths of time, ms, within a fifth or so; null: there were none. */
export interface Percentiles {
  /** Half took no longer, ms; null: nothing was measured. */
  p50: number | null;
  /** 95 of 100 took no longer, ms. */
  p95: number | null;
  /** 99 of 100 took no longer, ms. */
  p99: number | null;
}

/** What was counted in a stretch of time. */
export interface StatsFigures extends Record<Counter, number> {
  /** From its due time to the first start of a task. */
  waitMs: Percentiles;
  /** Of each attempt. */
  runMs: Percentiles;
  /** The wait of those alone that a schedule has planned. */
  latenessMs: Percentiles;
}

/** What was counted in one step. */
export interface StatsItem extends StatsFigures {
  /** When it begins. */
  at: string;
}

/** How something went. */
export interface Stats {
  /** The beginning of the first item. */
  from: string;
  /** The end of the last one. */
  to: string;
  /** What one item counts. */
  step: string;
  /** One for each step, also where nothing happened. */
  items: StatsItem[];
  /** All of them together. */
  total: StatsFigures;
  /** What lies before was given up, because it took more room than it may; absent: nothing of it was. */
  trimmedUntil?: string;
}

/** Throws `invalid_input`. */
export async function statsOf(
  store: Pick<Store, 'rollups' | 'clock' | 'time' | 'schedule'>,
  raw: unknown,
): Promise<Stats> {
  const asked = readFields(raw, STATS);
  const subject = subjectOf(asked);
  const stretch = stretchOf(asked, await timeOf(store));
  if (Array.isArray(stretch)) return refuse('invalid_input', stretch);
  const { from, to, step, tier } = stretch;
  const parts = await Promise.all(
    (await namesOf(store, subject)).map(async ({ name, until }) => {
      const { cells, trimmedUntil } = await store.rollups({ ...subject, name }, tier.name, from, to);
      return { cells: cells.filter(({ at }) => at <= until), trimmedUntil };
    }),
  );
  const trimmedUntil = Math.max(...parts.map((part) => part.trimmedUntil ?? 0));
  const all = new Float64Array(PLACES);
  const rows = new Map<number, Float64Array>();
  for (const { at, counts } of parts.flatMap(({ cells }) => cells)) {
    const begin = Math.floor(at / step) * step;
    const row = rows.get(begin) ?? new Float64Array(PLACES);
    rows.set(begin, row);
    addCounts(row, counts);
    addCounts(all, counts);
  }
  const items: StatsItem[] = [];
  const none = figuresOf(new Float64Array(PLACES));
  for (let at = from; at < to; at += step) {
    const row = rows.get(at);
    items.push({ at: formatInstant(at), ...(row ? figuresOf(row) : none) });
  }
  return {
    from: formatInstant(from),
    to: formatInstant(to),
    step: formatDuration(step),
    items,
    total: figuresOf(all),
    ...(trimmedUntil > from ? { trimmedUntil: formatInstant(trimmedUntil) } : {}),
  };
}

function subjectOf(asked: Values<typeof STATS>): Subject {
  const given = (['queue', 'handler', 'schedule'] as const).filter((kind) => asked[kind] !== undefined);
  const [kind = 'queue', other] = given;
  if (other !== undefined) {
    const detail = `cannot be given beside ${kind}: what is counted of each is counted by itself; leave one out`;
    return refuse('invalid_input', [{ path: [other], detail }]);
  }
  return { kind, name: asked[kind] ?? '' };
}

const EVER = Number.POSITIVE_INFINITY;

/**
 * A schedule is counted under each id it has had (decision 112). Where another one has taken such an id since, what was
 * counted after the last instant under it may belong to that one.
 */
async function namesOf(
  store: Pick<Store, 'schedule'>,
  { kind, name }: Subject,
): Promise<{ name: string; until: number }[]> {
  const stored = kind === 'schedule' ? (await store.schedule(name))?.schedule : null;
  const until = new Map((stored?.former ?? []).map((former) => [former.id, former.until]));
  until.delete(name);
  const formers = [...until].map(async ([former, last]) => ({
    name: former,
    until: (await store.schedule(former)) ? last : EVER,
  }));
  return [{ name, until: EVER }, ...(await Promise.all(formers))];
}

function figuresOf(row: Float64Array): StatsFigures {
  const counters = Object.fromEntries(COUNTERS.map((name, place) => [name, row[place] ?? 0]));
  const late = bucketsOf(row, LATE);
  const wait = bucketsOf(row, WAIT).map((count, bucket) => count + (late[bucket] ?? 0));
  return {
    ...(counters as Record<Counter, number>),
    waitMs: percentilesOf(wait),
    runMs: percentilesOf(bucketsOf(row, RUN)),
    latenessMs: percentilesOf(late),
  };
}

function bucketsOf(row: Float64Array, from: number): number[] {
  return [...row.subarray(from, from + BUCKETS)];
}

function percentilesOf(counts: readonly number[]): Percentiles {
  return { p50: percentile(counts, 0.5), p95: percentile(counts, 0.95), p99: percentile(counts, 0.99) };
}
