/** What many schedules start in a span of time, in order: herds are found in it, and timetables are made of it. */

import { Heap } from '../heap.js';
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
  const all = new Starts(span);
  for (const alike of groups) all.add(alike);
  let batch: Batch = { at: Number.NEGATIVE_INFINITY, starts: [] };
  for (let start = all.take(); start; start = all.take()) {
    if (start.due !== batch.at) {
      if (batch.starts.length > 0) yield batch;
      batch = { at: start.due, starts: [] };
    }
    batch.starts.push(start);
  }
  if (batch.starts.length > 0) yield batch;
}

/** The same, one by one, for who rests in between. */
export class Starts {
  readonly #span: Span;
  readonly #heap = new Heap<Entry>();

  constructor(span: Span) {
    this.#span = span;
  }

  /** `instants`: theirs, in order of due time; absent: all of the span. */
  add(alike: Alike, instants: Iterator<Occurrence> = instantsOf(alike[0], this.#span)): void {
    this.#follow(alike, instants);
  }

  take(): Start | undefined {
    for (let entry = this.#heap.take(); entry; entry = this.#heap.take()) {
      const { key, occurrence, alike, instants } = entry;
      if (instants) this.#follow(alike, instants);
      if (occurrence.due <= key) return { ...occurrence, alike };
      this.#heap.add({ key: occurrence.due, occurrence, alike });
    }
    return undefined;
  }

  #follow(alike: Alike, instants: Iterator<Occurrence>): void {
    const { value, done } = instants.next();
    if (!done) this.#heap.add({ key: value.nominal, occurrence: value, alike, instants });
  }
}

/** Those that have the same instants together; what is not enabled starts nothing, and is in none. */
export function grouped(definitions: readonly ScheduleDefinition[]): Alike[] {
  const groups = new Map<string, [ScheduleDefinition, ...ScheduleDefinition[]]>();
  for (const definition of definitions) {
    if (definition.enabled !== true) continue;
    const key = likenessOf(definition);
    const group = groups.get(key);
    if (group) group.push(definition);
    else groups.set(key, [definition]);
  }
  return [...groups.values()];
}

/** Keys stand in one order, because one reader made them; where not, what is alike is only looked at twice. */
export function likenessOf(definition: ScheduleDefinition): string {
  return JSON.stringify([calendarOf(definition), definition.maxRuns]);
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
  instants?: Iterator<Occurrence>;
}
