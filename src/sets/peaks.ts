/** How many schedules start on the same second, as it is and as it would be: schedules of one calendar are counted once. */

import { canonical } from '../domain/input/canonical.js';
import { formatDuration } from '../domain/input/durations.js';
import { CarillonError } from '../domain/input/errors.js';
import { formatInstant } from '../domain/input/instants.js';
import { calendarOf } from '../domain/schedule/calendar.js';
import { expand } from '../domain/schedule/expand.js';
import type { Occurrence } from '../domain/schedule/schedule.js';
import { mono } from '../runtime/clock.js';
import { slices } from '../runtime/slices.js';
import type { Timetable } from './fire-times.js';

/** The second on which most runs start; `schedules`: the first of them. */
export interface Peak {
  at: string;
  starts: number;
  schedules: string[];
}

export interface PeaksView {
  /** Runs up to here are counted: fewer days than asked for where there are very many runs. */
  until: string;
  before: Peak | null;
  after: Peak | null;
}

interface Shared {
  timetable: Timetable;
  before: number;
  after: number;
  /** The first ones, of each of the two. */
  ids: { before: string[]; after: string[] };
}

const SECOND = 1_000;
const DAY = 86_400_000;
const NAMED = 5;
/** Runs that are counted; where there are more, fewer days are, but one in any case. */
const MOST_RUNS = 3_000_000;
/** Nobody waits any longer for a plan, ms: hours of counting would be for nobody. */
const COUNTED_WITHIN = 60_000;
/** Between two rests. */
const AT_ONCE = 2_000;

export class Peaks {
  readonly #now: number;
  readonly #within: number;
  readonly #shared = new Map<string, Shared>();

  /** `within`: for how long it counts, ms. */
  constructor(now: number, within = COUNTED_WITHIN) {
    this.#now = now;
    this.#within = within;
  }

  add(id: string, before: Timetable | null, after: Timetable | null): void {
    const was = before && this.#sharedOf(before);
    // Of most nothing changes, and to write down a calendar takes its time.
    const is = after === before ? was : after && this.#sharedOf(after);
    if (was) count(was, id, 'before');
    if (is) count(is, id, 'after');
  }

  #sharedOf(timetable: Timetable): Shared {
    const { definition, after, most } = timetable;
    const key = `${after} ${most} ${canonical(calendarOf(definition))}`;
    let shared = this.#shared.get(key);
    if (!shared) {
      shared = { timetable, before: 0, after: 0, ids: { before: [], after: [] } };
      this.#shared.set(key, shared);
    }
    return shared;
  }

  /** Throws `unavailable` where so many runs start that counting them takes too long. */
  async view(until: number): Promise<PeaksView> {
    const starts = { before: this.#seconds(until), after: this.#seconds(until) };
    const byDay = new Map<number, number>();
    const rest = this.#resting();
    let [end, counted] = [until, 0];
    for (const shared of this.#shared.values()) {
      counted += await this.#countTo(shared, end, starts, byDay, rest);
      // Days are left out from behind, so that those that are told are complete.
      for (let day = this.#dayOf(end - 1); counted > MOST_RUNS && day > 0; day -= 1) {
        counted -= byDay.get(day) ?? 0;
        end = this.#now + day * DAY;
      }
    }
    const last = this.#secondOf(end);
    return {
      until: formatInstant(end),
      before: await this.#peak(starts.before.subarray(0, last), 'before'),
      after: await this.#peak(starts.after.subarray(0, last), 'after'),
    };
  }

  #resting(): () => Promise<void> | undefined {
    const rest = slices();
    const end = mono() + this.#within;
    return () => {
      if (mono() <= end) return rest();
      const why = `the runs of a day are still being counted after ${formatDuration(this.#within)}`;
      throw new CarillonError('unavailable', `These schedules start too often for a plan: ${why}.`);
    };
  }

  #seconds(until: number): Uint32Array {
    return new Uint32Array(this.#secondOf(until) + 1);
  }

  /** How many runs it has there. */
  async #countTo(
    { timetable, before, after }: Shared,
    until: number,
    starts: Record<'before' | 'after', Uint32Array>,
    byDay: Map<number, number>,
    rest: () => Promise<void> | undefined,
  ): Promise<number> {
    const { most } = timetable;
    // What is compiled for a definition lives as long as that object, and these are many.
    const own = { ...timetable, definition: { ...timetable.definition } };
    let found = 0;
    for (let at = this.#now; ; ) {
      await rest();
      const some = timesOf(own, at, until, Math.min(AT_ONCE, most - found));
      for (const { nominal, due } of some) {
        const day = this.#dayOf(nominal);
        byDay.set(day, (byDay.get(day) ?? 0) + 1);
        const second = this.#secondOf(due);
        if (second >= starts.before.length) continue;
        starts.before[second] = (starts.before[second] ?? 0) + before;
        starts.after[second] = (starts.after[second] ?? 0) + after;
      }
      found += some.length;
      at = some.at(-1)?.nominal ?? until;
      if (some.length < AT_ONCE || found >= most) return found;
    }
  }

  /** The first day is 0. */
  #dayOf(at: number): number {
    return Math.floor((at - this.#now) / DAY);
  }

  #secondOf(due: number): number {
    return Math.floor(due / SECOND) - Math.floor(this.#now / SECOND);
  }

  async #peak(starts: Uint32Array, when: 'before' | 'after'): Promise<Peak | null> {
    let second = 0;
    for (let at = 0; at < starts.length; at += 1) if ((starts[at] ?? 0) > (starts[second] ?? 0)) second = at;
    const count = starts[second] ?? 0;
    if (count === 0) return null;
    const at = (Math.floor(this.#now / SECOND) + second) * SECOND;
    return { at: formatInstant(at), starts: count, schedules: await this.#whoStarts(at, when) };
  }

  async #whoStarts(at: number, when: 'before' | 'after'): Promise<string[]> {
    const rest = slices();
    const ids: string[] = [];
    for (const { timetable, ids: of } of this.#shared.values()) {
      await rest();
      if (ids.length >= NAMED) break;
      if (of[when].length === 0) continue;
      const from = at - 1 - (timetable.definition.jitter ?? 0);
      const some = timesOf(timetable, from, at + SECOND - 1, Number.POSITIVE_INFINITY);
      if (some.some(({ due }) => due >= at && due < at + SECOND)) ids.push(...of[when]);
    }
    return ids.sort().slice(0, NAMED);
  }
}

function count(shared: Shared, id: string, when: 'before' | 'after'): void {
  shared[when] += 1;
  if (shared.ids[when].length < NAMED) shared.ids[when].push(id);
}

/** None of what this release cannot read. */
function timesOf({ definition, after }: Timetable, from: number, until: number, most: number): Occurrence[] {
  try {
    return expand(definition, Math.max(after, from), until, most).occurrences;
  } catch {
    return [];
  }
}
