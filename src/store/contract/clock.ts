/** Time as the store tells it: of the Redis that a queue lies on, learnt from its replies and from nothing else. */

export interface StoreClock {
  /** Whether a reply has told the time; before that only `time` does. */
  readonly known: boolean;
  /** In whole ms. */
  now(): number;
  /** ms from now until `at`, with fractions, possibly negative. */
  until(at: number): number;
  /** How often a step of it, or of this process's own, was noticed. */
  readonly steps: number;
  /** How far it was found stepped forward, all steps together, ms. */
  readonly advanced: number;
  /** How far the last step noticed went, ms; back where it is negative. */
  readonly lastStep: number;
}

/** Queues may lie on several masters, whose clocks differ: whoever decides about a queue asks its own. */
export interface ClockStore {
  /** Of the queue's master; without a queue that of the registry. The same object for the same master. */
  clock(queue?: string): StoreClock;
  /** Asks for the time, which the clock learns on the way. */
  time(queue?: string): Promise<number>;
}

/** Without a question where the time is known. */
export function timeOf(store: ClockStore, queue?: string): number | Promise<number> {
  const clock = store.clock(queue);
  return clock.known ? clock.now() : store.time(queue);
}
