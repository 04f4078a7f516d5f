/** A timetable: what schedules start between two times, how many at a time, and when most of them do. */

import { CarillonError } from '../input/errors.js';
import { type Change, changesIn } from '../spec/changed-days.js';
import { type ClockChange, clockChangeAt } from '../spec/clock-change.js';
import { type LoadStep, type Peak, PeakFinder } from './peak-finder.js';
import type { ScheduleDefinition } from './schedule.js';
import { type Alike, type Batch, grouped, startsIn } from './starts.js';

/** Instants that are worked out at most; schedules that are alike share theirs. */
const MOST_INSTANTS = 5_000_000;
/** Peaks that are told. */
const PEAKS = 5;

export interface TimetableItem {
  /** When it comes due, jitter included; ms. */
  at: number;
  nominal: number;
  definition: ScheduleDefinition;
  clockChange?: ClockChange;
}

export interface Total {
  definition: ScheduleDefinition;
  runs: number;
  /** Due times, ms. */
  first: number;
  last: number;
}

export interface Timetable {
  total: number;
  /** The first ones, in order. */
  items: TimetableItem[];
  /** Steps in which something starts, in order. */
  load: LoadStep[];
  /** Those with the most starts, the largest first. */
  peaks: Peak[];
  /** Of each schedule that starts something, the busiest first. */
  totals: Total[];
  clockChanges: (Change & { timezone: string })[];
}

export interface TimetableSpan {
  /** Nominal times in [from, to), ms. */
  from: number;
  to: number;
  /** Length of a step of the load, ms. */
  step: number;
  /** Items. */
  limit: number;
}

/** Throws `invalid_input` when that is more than can be worked out. */
export function timetable(definitions: readonly ScheduleDefinition[], span: TimetableSpan): Timetable {
  const { from, to, step, limit } = span;
  const groups = grouped(definitions);
  const load: LoadStep[] = [];
  const peaks = new PeakFinder(step, PEAKS);
  const runs = new Map<Alike, Omit<Total, 'definition'>>();
  const items: TimetableItem[] = [];
  let total = 0;
  let instants = 0;
  for (const batch of startsIn(groups, { from, to })) {
    instants += batch.starts.length;
    if (instants > MOST_INSTANTS) throw tooMany();
    addTo(load, step, batch);
    for (const { alike } of batch.starts) peaks.add(batch.at, alike);
    if (items.length < limit) items.push(...itemsOf(batch, limit - items.length));
    for (const { alike, due } of batch.starts) {
      total += alike.length;
      const before = runs.get(alike);
      if (before) {
        before.runs += 1;
        before.last = due;
      } else runs.set(alike, { runs: 1, first: due, last: due });
    }
  }
  const totals = [...runs]
    .flatMap(([alike, facts]) => alike.map((definition) => ({ definition, ...facts })))
    .sort((a, b) => b.runs - a.runs || byId(a, b));
  return { total, items, load, peaks: peaks.peaks, totals, clockChanges: changesOf(groups, from, to) };
}

function tooMany(): CarillonError {
  const message = `Between these times lie more than ${MOST_INSTANTS} instants: choose a shorter span.`;
  return new CarillonError('invalid_input', message);
}

type Identified = { definition: ScheduleDefinition };
const byId = (a: Identified, b: Identified): number => (a.definition.id < b.definition.id ? -1 : 1);

function itemsOf({ at, starts }: Batch, most: number): TimetableItem[] {
  return starts
    .flatMap(({ alike, nominal }) => alike.map((definition) => ({ at, nominal, definition })))
    .sort(byId)
    .slice(0, most)
    .map((item) => {
      const clockChange = clockChangeAt(item.definition.spec, item.nominal, item.definition.id);
      return { ...item, ...(clockChange ? { clockChange } : {}) };
    });
}

function changesOf(groups: readonly Alike[], from: number, to: number): Timetable['clockChanges'] {
  const zones = new Set(groups.flatMap(([{ spec }]) => (spec.kind === 'cron' ? [spec.timezone] : [])));
  return [...zones]
    .sort()
    .flatMap((timezone) => changesIn(timezone, from, to).map((change) => ({ ...change, timezone })))
    .sort((a, b) => a.at - b.at);
}

/** In order of time; steps begin at multiples of their length. */
function addTo(load: LoadStep[], step: number, { at, starts }: Batch): void {
  const begin = Math.floor(at / step) * step;
  if (load.at(-1)?.at !== begin) load.push({ at: begin, count: 0 });
  const current = load.at(-1) as LoadStep;
  for (const { alike } of starts) current.count += alike.length;
}
