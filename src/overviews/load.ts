/** How much starts when: all live schedules and delayed tasks, step by step, with the seconds in which most schedules do. */

import { formatDuration } from '../domain/input/durations.js';
import { formatInstant } from '../domain/input/instants.js';
import { refuse } from '../domain/input/read-fields.js';
import type { Values } from '../domain/input/readers.js';
import { type LOAD, MOST_POINTS, USUAL_POINTS } from '../domain/overview-fields.js';
import { PeakFinder } from '../domain/schedule/peak-finder.js';
import { type Alike, Starts } from '../domain/schedule/starts.js';
import { mono } from '../runtime/clock.js';
import { slices } from '../runtime/slices.js';
import { within } from '../runtime/within.js';
import { type AheadOfAll, instantsOf, membersOf } from './ahead-of-all.js';
import { LoadOfTasks, type TaskLoadStore } from './load-of-tasks.js';

const SECOND = 1_000;
const DAY = 86_400_000;
/** A step that nobody chose is one of these, ms. */
const ROUND = [1, 5, 10, 30, 60, 300, 900, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400, 604_800].map(
  (seconds) => seconds * SECOND,
);

/** Starts over time: of schedules, and of tasks that wait for their time. Times are RFC 3339. */
export interface LoadView {
  /** The beginning of the span, included. */
  from: string;
  /** Its end, not included. */
  to: string;
  /** A duration. */
  step: string;
  /** Up to here it was counted: very many start. Absent: to the end. */
  until?: string;
  /** Every step, in order: all that starts, and how many of those are tasks that wait for their time. */
  items: { at: string; starts: number; tasks: number }[];
  /** All of them together. */
  total: number;
  /** The seconds in which most schedules start, the largest first; `more` of them are not named. */
  peaks: { at: string; starts: number; schedules: string[]; more: number }[];
}

/** Starts that are counted, whatever the span: schedules with one calendar are counted together. */
const MOST_STARTS = 1_000_000;
/** Steps that are counted ahead, so that the next question needs no counting. */
const BEYOND = 12;
/** Peaks that are kept, and told of one span. */
const PEAKS_KEPT = 50;
const PEAKS_TOLD = 5;
/** Spans that are kept, and how long (ms) one is told although schedules have changed. */
const MOST_KEPT = 8;
const STILL_GOOD = 5_000;
/** Nobody waits longer for a count, ms. */
const PATIENCE = 2_000;
/** Between two rests, ms, and starts between two looks at the clock. */
const SLICE = 4;
const AT_ONCE = 128;

interface Counted {
  /** Of which schedule alone; absent: of all. */
  of: string | undefined;
  from: number;
  /** Where it is to end, and up to where it has come. */
  to: number;
  until: number;
  step: number;
  version: number;
  starts: Float64Array;
  peaks: PeakFinder;
  /** When it was done; absent: it is being counted. */
  doneAt?: number;
}

interface Asked {
  of: string | undefined;
  from: number;
  to: number;
  step: number;
}

export class LoadOfAll {
  readonly #ahead: AheadOfAll;
  readonly #version: () => number;
  readonly #tasks: LoadOfTasks;
  #kept: Counted[] = [];
  readonly #counting = new Map<Counted, Promise<void>>();

  /** `version`: another one after each change of a schedule. */
  constructor(store: TaskLoadStore, ahead: AheadOfAll, version: () => number) {
    this.#tasks = new LoadOfTasks(store);
    this.#ahead = ahead;
    this.#version = version;
  }

  /** Where counting takes longer than anybody waits, as far as it has come; it goes on, and is told next time. */
  async view(query: Values<typeof LOAD>, now: number): Promise<LoadView> {
    const asked = spanOf(query, now);
    const counted = this.#known(asked) ?? this.#begin(asked);
    const counting = this.#counting.get(counted);
    const [tasks] = await Promise.all([
      asked.of === undefined ? this.#tasks.of(asked) : new Float64Array((asked.to - asked.from) / asked.step),
      counting ? within(PATIENCE, counting) : undefined,
    ]);
    return viewOf(asked, counted, tasks);
  }

  #known({ of, from, to, step }: Asked): Counted | undefined {
    const version = this.#version();
    return this.#kept.find(
      (one) =>
        one.of === of &&
        one.step === step &&
        one.from <= from &&
        one.to >= to &&
        (one.version === version || one.doneAt === undefined || mono() - one.doneAt < STILL_GOOD),
    );
  }

  #begin({ of, from, to, step }: Asked): Counted {
    const end = to + BEYOND * step;
    const counted: Counted = {
      ...{ of, from, to: end, until: from, step, version: this.#version() },
      starts: new Float64Array(Math.ceil((end - from) / step)),
      peaks: new PeakFinder(SECOND, PEAKS_KEPT),
    };
    const isOther = (one: Counted): boolean => one.of !== of || one.step !== step || one.from > from;
    this.#kept = [counted, ...this.#kept.filter(isOther)];
    this.#kept.splice(MOST_KEPT);
    const counting = this.#count(counted).finally(() => {
      counted.doneAt = mono();
      this.#counting.delete(counted);
    });
    this.#counting.set(counted, counting);
    return counted;
  }

  async #count(counted: Counted): Promise<void> {
    const { of, from, to, step, starts, peaks } = counted;
    const rest = slices(SLICE);
    const all = new Starts({ from, to });
    for (const group of of === undefined ? this.#ahead.groups : [this.#ahead.groupOf(of)]) {
      if (!group) continue;
      const members = membersOf(group).filter(({ id }) => of === undefined || id === of);
      all.add(members as unknown as Alike, instantsOf(group, from, false));
      await rest();
    }
    let number = 0;
    for (let start = all.take(); start && start.due < to; start = all.take()) {
      const place = Math.floor((start.due - from) / step);
      counted.until = from + place * step;
      // Where it stops, what it has of this step is not all of it.
      if (number >= MOST_STARTS) return;
      starts[place] = (starts[place] ?? 0) + start.alike.length;
      peaks.add(start.due, start.alike);
      number += 1;
      if (number % AT_ONCE === 0) await rest();
    }
    counted.until = to;
  }
}

/** Steps begin at multiples of their length. */
function spanOf(
  { schedule: of, from: asked, to: end, step: length }: Values<typeof LOAD>,
  now: number,
): Asked {
  const begin = Math.max(now, asked ?? now);
  const to = end ?? begin + DAY;
  if (to <= (asked ?? now)) {
    const than = asked === undefined ? 'now' : 'from';
    refuse('invalid_input', [{ path: ['to'], detail: `must be later than ${than}` }]);
  }
  const span = Math.max(1, to - begin);
  const step = length ?? ROUND.find((one) => span / one <= USUAL_POINTS) ?? Math.ceil(span / DAY / 300) * DAY;
  const from = Math.floor(begin / step) * step;
  const points = Math.ceil((to - from) / step);
  if (points > MOST_POINTS) {
    const detail = `makes ${points} steps, and at most ${MOST_POINTS} are told: choose a longer one, or a shorter span`;
    refuse('invalid_input', [{ path: ['step'], detail }]);
  }
  return { of, from, to: from + points * step, step };
}

function viewOf({ from, to, step }: Asked, counted: Counted, delayed: Float64Array): LoadView {
  const end = Math.min(to, counted.until);
  const items: LoadView['items'] = [];
  let total = 0;
  for (let at = from; at < end; at += step) {
    const tasks = delayed[(at - from) / step] ?? 0;
    const starts = tasks + (counted.starts[Math.floor((at - counted.from) / step)] ?? 0);
    total += starts;
    items.push({ at: formatInstant(at), starts, tasks });
  }
  return {
    ...{ from: formatInstant(from), to: formatInstant(to), step: formatDuration(step) },
    ...(end < to ? { until: formatInstant(end) } : {}),
    ...{ items, total },
    peaks: counted.peaks.peaks
      .filter(({ at, count }) => at >= from && at < end && count > 1)
      .slice(0, PEAKS_TOLD)
      .map(({ at, count, ids, more }) => ({ at: formatInstant(at), starts: count, schedules: ids, more })),
  };
}
