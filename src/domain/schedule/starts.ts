/** What many schedules start in a span of time, in order: herds are found in it, and timetables are made of it. */

import { calendarOf } from './calendar.js';
import { expand, runsLeft } from './expand.js';
import type { Occurrence, ScheduleDefinition } from './schedule.js';

/** Schedules with the same instants and due times, by id. */
export type Alike = readonly [ScheduleDefinition, ...ScheduleDefinition[]];

/** One instant of schedules that are alike. */
export interface Start extends Occurrence {
  alike: Alike;
}

/** What comes due at one instant, ms. */
export interface Batch {
  at: number;
  starts: Start[];
}

export interface Span {
  /** Nominal times in [from, to), ms. */
  from: number;
  to: number;
  /** So many instants of each at most, the earliest. */
  most?: number;
}

/** Instants worked out at a time. */
const AHEAD = 4;

/** In order of due time. A schedule counts its `maxRuns` from the beginning of the span. */
export function* startsIn(groups: readonly Alike[], span: Span): Generator<Batch> {
  const queue = new Queue();
  for (const alike of groups) {
    const instants = instantsOf(alike[0], span);
    const { value } = instants.next();
    if (value) queue.add({ key: value.nominal, occurrence: value, alike, instants });
  }
  let batch: Batch = { at: Number.NEGATIVE_INFINITY, starts: [] };
  for (let entry = queue.take(); entry; entry = queue.take()) {
    const { key, occurrence, alike, instants } = entry;
    if (instants) {
      const { value } = instants.next();
      if (value) queue.add({ key: value.nominal, occurrence: value, alike, instants });
    }
    if (occurrence.due > key) {
      queue.add({ key: occurrence.due, occurrence, alike });
      continue;
    }
    if (key !== batch.at) {
      if (batch.starts.length > 0) yield batch;
      batch = { at: key, starts: [] };
    }
    batch.starts.push({ ...occurrence, alike });
  }
  if (batch.starts.length > 0) yield batch;
}

/** Those that have the same instants together; what is not enabled starts nothing, and is in none. */
export function grouped(definitions: readonly ScheduleDefinition[]): Alike[] {
  const groups = new Map<string, [ScheduleDefinition, ...ScheduleDefinition[]]>();
  for (const definition of definitions) {
    if (definition.enabled !== true) continue;
    // Keys stand in one order, because one reader made them; where not, what is alike is only looked at twice.
    const key = JSON.stringify([calendarOf(definition), definition.maxRuns]);
    const group = groups.get(key);
    if (group) group.push(definition);
    else groups.set(key, [definition]);
  }
  return [...groups.values()];
}

function* instantsOf(definition: ScheduleDefinition, { from, to, most }: Span): Generator<Occurrence> {
  let left = Math.min(runsLeft(definition, 0), most ?? Number.POSITIVE_INFINITY);
  for (let after = from - 1; left > 0; ) {
    const { occurrences, next } = expand(definition, after, to - 1, Math.min(AHEAD, left));
    yield* occurrences;
    left -= occurrences.length;
    if (next === null || next >= to) return;
    after = next - 1;
  }
}

/** `key`: its nominal time first, and then its due time where that is another one. */
interface Entry {
  key: number;
  occurrence: Occurrence;
  alike: Alike;
  /** Those that follow it, until it has been taken once. */
  instants?: Generator<Occurrence>;
}

/** A binary heap: the entry with the lowest key comes first. */
class Queue {
  readonly #entries: Entry[] = [];

  add(entry: Entry): void {
    const entries = this.#entries;
    let at = entries.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = entries[parent] as Entry;
      if (above.key <= entry.key) break;
      entries[at] = above;
      at = parent;
    }
    entries[at] = entry;
  }

  take(): Entry | undefined {
    const entries = this.#entries;
    const [first] = entries;
    const last = entries.pop();
    if (!last || entries.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= entries.length) break;
      if (child + 1 < entries.length && (entries[child + 1] as Entry).key < (entries[child] as Entry).key) {
        child += 1;
      }
      const below = entries[child] as Entry;
      if (below.key >= last.key) break;
      entries[at] = below;
      at = child;
    }
    entries[at] = last;
    return first;
  }
}
