/** What became of a schedule's past instants, and which come next: the ledger read out loud. */

import { formatInstant } from '../domain/input/instants.js';
import { refuse } from '../domain/input/read-fields.js';
import { expand, runsLeft } from '../domain/schedule/expand.js';
import { type Recorded, wordsBetween } from '../domain/schedule/fates.js';
import type { Ledger } from '../domain/schedule/ledger.js';
import type { StoredSchedule } from '../domain/schedule/schedule.js';
import type { ReadStore, ScheduleRow, ScheduleStore, TaskFacts } from '../store/contract/index.js';
import { ledgerOf } from './ledger-of.js';
import { isDecided, mayHaveRun, type OccurrenceView, occurrenceView } from './occurrence-view.js';
import { isLive } from './planned-ahead.js';
import { runIdOf, runsOf } from './runs-of.js';

export interface OccurrencesRequest {
  now: number;
  from?: number;
  to?: number;
  limit?: number;
}

const AROUND = 3_600_000;
const USUAL_LIMIT = 100;
/** A preview that begins later than this many instants from now no longer asks how many runs are left. */
const FAR = 10_000;

/** What became of a schedule's instants, and which come next. */
export interface OccurrencesPage {
  /** In the order of their nominal times. */
  items: OccurrenceView[];
  /** Stretches of which nothing ran, with how many instants where that is known. */
  missed: { from: string; to: string; count?: number }[];
  /** Where the following page begins, for `from`; null at the end. */
  next: string | null;
}

export type OccurrenceStore = Pick<ReadStore, 'runs' | 'find'> & Pick<ScheduleStore, 'terms'>;

/** `from` and `to` are both included. */
export async function occurrencesOf(
  store: OccurrenceStore,
  row: ScheduleRow,
  request: OccurrencesRequest,
): Promise<OccurrencesPage> {
  const { now, from = now - AROUND, to = now + AROUND, limit = USUAL_LIMIT } = request;
  if (from > to) refuse('invalid_input', [{ path: ['to'], detail: 'must not be before from' }]);
  const ledger = ledgerOf(row);
  const { instants, next } = await instantsBetween(store, row, ledger, { now, from, to, limit });
  return {
    items: instants.flatMap(({ view }) => view ?? []),
    missed: ledger.exceptions
      .filter((one) => one.word === 'missed' && one.to >= from && one.from <= to)
      .map((one) => ({
        from: formatInstant(one.from),
        to: formatInstant(one.to),
        ...(one.count === undefined ? {} : { count: one.count }),
      })),
    next: next === null || next > to ? null : formatInstant(next),
  };
}

/** One instant with all that is known of it. */
export interface Instant {
  recorded: Recorded;
  run: TaskFacts | undefined;
  /** null: nothing yet, because it lies ahead of a schedule that rests or has had its last run. */
  view: OccurrenceView | null;
}

export async function instantsBetween(
  store: OccurrenceStore,
  row: ScheduleRow,
  ledger: Ledger,
  { now, from, to, limit }: Required<OccurrencesRequest>,
): Promise<{ instants: Instant[]; next: number | null }> {
  const { definition } = row.schedule;
  const singles = row.singles ?? [];
  const { instants, next } = wordsBetween(ledger, definition, { from, to, limit, singles });
  const asked = instants.filter((one) => isDecided(row, one, now) && mayHaveRun(one.word));
  const runs = await runsWithBackfilled(store, row.schedule, asked);
  const terms = runs.size > 0 ? await store.terms(definition.queue) : [];
  const end = endOfPreview(row, now, to);
  return {
    instants: instants.map((recorded) => {
      const run: TaskFacts | undefined = runs.get(recorded.nominal);
      return { recorded, run, view: occurrenceView(row, ledger, recorded, { now, end, terms, run }) };
    }),
    next,
  };
}

/** By nominal time. */
async function runsWithBackfilled(
  store: OccurrenceStore,
  schedule: StoredSchedule,
  asked: readonly Recorded[],
): Promise<Map<number, TaskFacts>> {
  const own = asked.filter(({ backfill }) => backfill === undefined).map(({ nominal }) => nominal);
  const runs = own.length === 0 ? new Map<number, TaskFacts>() : await runsOf(store, schedule, own);
  const others = asked.filter(({ backfill }) => backfill !== undefined);
  const found = await Promise.all(others.map((one) => store.find(runIdOf(schedule, one))));
  for (const [i, { nominal }] of others.entries()) {
    const run = found[i];
    if (run) runs.set(nominal, run);
  }
  return runs;
}

function endOfPreview({ schedule, cursor, runs }: ScheduleRow, now: number, to: number): number {
  const { definition } = schedule;
  const inShadow = definition.enabled === 'shadow' && !schedule.paused;
  const left = inShadow || (isLive(schedule) && cursor !== null) ? runsLeft(definition, runs) : 0;
  if (left === 0) return Number.NEGATIVE_INFINITY;
  if (left > FAR) return Number.POSITIVE_INFINITY;
  const { occurrences } = expand(definition, Math.max(now, (cursor ?? now) - 1), to, left);
  return occurrences.at(-1)?.nominal ?? Number.NEGATIVE_INFINITY;
}
