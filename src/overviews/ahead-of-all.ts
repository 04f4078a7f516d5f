/** What is to come of all schedules, in order of time: those with the same calendar are worked out once. */

import { Heap } from '../domain/heap.js';
import { Ahead } from '../domain/schedule/ahead.js';
import { runsLeft } from '../domain/schedule/expand.js';
import { decidedFrom } from '../domain/schedule/fates.js';
import type { Occurrence, ScheduleDefinition } from '../domain/schedule/schedule.js';
import { likenessOf } from '../domain/schedule/starts.js';
import { slices } from '../runtime/slices.js';
import { ledgerOf } from '../schedules/ledger-of.js';
import { isLive, plannedAhead } from '../schedules/planned-ahead.js';
import type { ScheduleRow } from '../store/contract/index.js';
import type { Keeper } from './kept-schedules.js';

/** Schedules that are worked out together. */
export interface Together {
  definitions: Map<string, ScheduleDefinition>;
  /** By id; null until somebody asks. */
  sorted: ScheduleDefinition[] | null;
  ahead: Ahead;
  /** How many instants it has left; absent: as many as its calendar. */
  left?: number;
  /** Instants that will not fire. */
  decided?: (nominal: number) => boolean;
}

/** Of a schedule; `since`: from when on this definition counts, ms. */
type Alone = Pick<Together, 'left' | 'decided'> & { since: number };

export interface ComingOne extends Occurrence {
  definition: ScheduleDefinition;
}

/** Behind which schedule of which due time (ms); '' before all of them. */
export interface AheadPlace {
  at: number;
  behind: string;
}

interface Entry {
  key: number;
  occurrence: Occurrence;
  group: Together;
  rest: Iterator<Occurrence>;
  /** How many more of it are wanted. */
  left: number;
}

/** Between two rests, ms. */
const SLICE = 4;
/** Who asks for what is to come asks again from about now, ms. */
const SOON = 60_000;

export class AheadOfAll implements Keeper {
  readonly #groups = new Map<string, Together>();
  /** Schedule → key of its group. */
  readonly #keys = new Map<string, string>();
  readonly #now: () => number;

  /** `now`: ms of Redis time, as it is when a schedule is put. */
  constructor(now: () => number) {
    this.#now = now;
  }

  get groups(): Iterable<Together> {
    return this.#groups.values();
  }

  /** Those with the calendar of this schedule; undefined: nothing is to come of it. */
  groupOf(id: string): Together | undefined {
    return this.#groups.get(this.#keys.get(id) ?? '');
  }

  remove(id: string): void {
    const key = this.#keys.get(id);
    if (key === undefined) return;
    this.#keys.delete(id);
    const group = this.#groups.get(key);
    if (!group) return;
    group.definitions.delete(id);
    group.sorted = null;
    if (group.definitions.size === 0) this.#groups.delete(key);
  }

  put(row: ScheduleRow): void {
    const { definition } = row.schedule;
    this.remove(definition.id);
    if (!isLive(row.schedule)) return;
    let alone: Alone;
    try {
      alone = this.#aloneOf(row);
    } catch {
      // This release cannot read it: nothing is planned of it, and it is shown as faulty elsewhere.
      return;
    }
    const { since, ...own } = alone;
    // Who begins now has the instants from now on, like all others.
    const shared = own.left === undefined && own.decided === undefined && since <= this.#now();
    const key = shared ? likenessOf(definition) : definition.id;
    const group = this.#groups.get(key) ?? {
      ...{ ...own, definitions: new Map(), sorted: null },
      ahead: new Ahead({ definition, left: Number.POSITIVE_INFINITY, ...alone }),
    };
    group.definitions.set(definition.id, definition);
    group.sorted = null;
    this.#groups.set(key, group);
    this.#keys.set(definition.id, key);
  }

  /** What it has for itself: when it begins, runs that are counted, instants that are to be skipped. */
  #aloneOf(row: ScheduleRow): Alone {
    const { definition } = row.schedule;
    const ledger = ledgerOf(row);
    const now = this.#now();
    const decided = decidedFrom(ledger, definition, now);
    const counts = definition.maxRuns !== undefined;
    // Up to there an earlier definition counts, or there was none.
    const since = Math.max(now, ledger.ranges.at(-1)?.from ?? now);
    return {
      since,
      ...(decided ? { decided } : {}),
      ...(counts ? { left: plannedAhead(row, since - 1).length + runsLeft(definition, row.runs) } : {}),
    };
  }

  /** Up to `limit` of those that fit, `each` of one schedule, behind a place and due by `to`. */
  async from(
    place: AheadPlace,
    to: number,
    limit: number,
    fits: (definition: ScheduleDefinition) => boolean,
    each = Number.POSITIVE_INFINITY,
  ): Promise<ComingOne[]> {
    const rest = slices(SLICE);
    const heap = new Heap<Entry>();
    const keep = place.at - this.#now() < SOON;
    for (const group of this.#groups.values()) {
      if (membersOf(group).some(fits)) {
        follow(heap, { group, rest: instantsOf(group, place.at, keep), left: each }, to);
      }
      await rest();
    }
    const found: ComingOne[] = [];
    while (found.length < limit && heap.first) {
      const together: Entry[] = [];
      const at = heap.first.key;
      while (heap.first?.key === at) {
        const entry = heap.take() as Entry;
        together.push(entry);
        follow(heap, entry, to);
        await rest();
      }
      found.push(...inOrder(together, fits, at === place.at ? place.behind : ''));
      await rest();
    }
    return found.slice(0, limit);
  }
}

/** By id. */
export function membersOf(group: Together): readonly ScheduleDefinition[] {
  group.sorted ??= [...group.definitions.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return group.sorted;
}

/** What cannot be worked out holds up none of the others. */
export function* instantsOf({ ahead }: Together, at: number, keep: boolean): Generator<Occurrence> {
  try {
    yield* ahead.from(at, keep);
  } catch {
    // Its spec gives up: it is shown as faulty elsewhere.
  }
}

function follow(
  heap: Heap<Entry>,
  { group, rest, left }: Pick<Entry, 'group' | 'rest' | 'left'>,
  to: number,
): void {
  if (left === 0) return;
  const { value, done } = rest.next();
  if (done || value.due > to) return;
  heap.add({ key: value.due, occurrence: value, group, rest, left: left - 1 });
}

function inOrder(
  together: readonly Entry[],
  fits: (definition: ScheduleDefinition) => boolean,
  behind: string,
): ComingOne[] {
  return together
    .flatMap(({ group, occurrence }) =>
      membersOf(group)
        .filter((definition) => definition.id > behind && fits(definition))
        .map((definition) => ({ ...occurrence, definition })),
    )
    .sort((a, b) => (a.definition.id < b.definition.id ? -1 : 1));
}
