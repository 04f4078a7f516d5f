/** Random sequences of verbs, as data: a driver plays them on any store. */

import fc from 'fast-check';
import { OVERLAPS } from '../../../src/domain/schedule/schedule.js';
import { type AskedTask, MODES } from './asked.js';

/** The last of them are of tasks with a concurrency key, one of two. */
export const NAMES = 13;
export const PLAIN_NAMES = 8;
/**
 * One priority per handler, so that what a claim of one handler takes is decided by order alone. Tasks of the last one
 * share a unique key; `k` has those with a concurrency key.
 */
export const HANDLERS = ['h0', 'h1', 'h2', 'h3'] as const;
/** Of live runs and triggers, and of those that are caught up: what a claim of one takes is decided by order as well. */
export const RUN_HANDLERS = ['r', 'c'] as const;
export const KEYED = 'k';
const WORKERS = ['a', 'b'] as const;
const ENDS = ['past', 'far', 'head', 'dead', 'cancelled'] as const;
export type End = (typeof ENDS)[number];

const name = fc.nat(NAMES - 1);
const worker = fc.constantFrom(...WORKERS);
const to = fc.constantFrom(...ENDS);
const pick = fc.nat();
const handlers = fc.constantFrom(
  ['h0'],
  ['h1'],
  ['h2'],
  ['h3'],
  ['r'],
  ['r'],
  ['c'],
  [KEYED],
  [KEYED],
  [...HANDLERS, ...RUN_HANDLERS, KEYED],
);

/** One kind of step, its chance among the others, and what it needs to know. */
function kind<K extends string, T>(
  weight: number,
  verb: K,
  needs: { [P in keyof T]: fc.Arbitrary<T[P]> },
): fc.WeightedArbitrary<{ do: K } & T> {
  const arbitrary = fc.record(needs).map((rest) => ({ do: verb, ...(rest as T) }));
  return { weight, arbitrary };
}

const asked: fc.Arbitrary<AskedTask> = fc.record({
  mode: fc.constantFrom(null, ...MODES),
  expires: fc.constantFrom(null, null, 'late' as const, 'soon' as const),
  once: fc.constantFrom(null, null, null, 0 as const, 1 as const),
  keyed: fc.constantFrom(false, false, true),
  far: fc.boolean(),
});

const step = fc.oneof(
  kind(4, 'enqueue', { names: fc.array(name), far: fc.boolean() }),
  kind(6, 'claim', { worker, want: fc.nat(3), handlers, done: fc.nat(2) }),
  kind(1, 'claim again', { worker }),
  kind(5, 'settle', { worker, pick, to, failure: fc.boolean() }),
  kind(1, 'settle again', { worker }),
  kind(1, 'settle as reaper', { worker, pick }),
  kind(2, 'late ending', { pick }),
  kind(2, 'lapse', { worker, to }),
  kind(3, 'cancel', { name }),
  kind(2, 'promote', {}),
  kind(1, 'beat', { worker }),
  kind(1, 'leave', { worker }),
  kind(1, 'prune', {}),
  kind(5, 'run', {
    overlap: fc.constantFrom(...OVERLAPS),
    kind: fc.constantFrom('live', 'live', 'catchUp'),
    // Else by whoever comes next: a claim on its way, or a promotion of all that is due.
    promoted: fc.boolean(),
  }),
  kind(1, 'trigger', { overlap: fc.constantFrom(...OVERLAPS), own: fc.constantFrom(undefined, ...OVERLAPS) }),
  kind(2, 'cancel run', { pick }),
  kind(4, 'redrive', { pick, other: fc.boolean() }),
  kind(3, 'reschedule', { pick, far: fc.boolean() }),
  kind(4, 'child', {
    parents: fc.array(pick, { minLength: 1, maxLength: 3 }),
    runs: fc.boolean(),
    far: fc.constantFrom(false, false, true),
  }),
  kind(5, 'ask', { tasks: fc.array(asked, { minLength: 1, maxLength: 3 }) }),
  kind(3, 'relay', {}),
  kind(2, 'pause', { paused: fc.boolean() }),
  kind(1, 'deep', { maxDepth: fc.constantFrom(null, null, 2, 4) }),
  kind(2, 'bound', { concurrency: fc.constantFrom(null, 1, 2, 3) }),
  kind(2, 'bound keys', { keyConcurrency: fc.constantFrom(null, 1, 1, 2) }),
  kind(1, 'order keys', { keyOrder: fc.constantFrom('loose', 'strict', 'strict') }),
  kind(1, 'rate', { limit: fc.constantFrom(null, 2, 5), key: fc.boolean() }),
);

export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** A step in one of two queues; `broken`: each of its writes is sent twice, as when the line broke before the answer. */
export interface Move {
  step: Step;
  queue: 0 | 1;
  broken: boolean;
}

const move: fc.Arbitrary<Move> = fc.record({
  step,
  queue: fc.constantFrom(0, 0, 1),
  broken: fc.constantFrom(false, false, false, true),
});
// Of the size that fast-check takes by itself they would have twelve steps at most.
export const sequences = fc.array(move, { minLength: 1, maxLength: 40, size: 'max' });
