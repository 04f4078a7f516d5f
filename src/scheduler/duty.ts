/** What every duty of a scheduler node is given: one queue, the store, the clock and the log. */

import { mono, type RedisClock } from '../runtime/clock.js';
import type { Log } from '../runtime/log.js';
import type { Store } from '../store/contract/index.js';

/** Redis time, as far as ticks need it. */
export type Clock = Pick<RedisClock, 'now' | 'until' | 'observe' | 'steps' | 'advanced'>;

export interface DutyContext {
  queue: string;
  store: Store;
  clock: Clock;
  log: Log;
}

/** Asks the store something whose reply tells the time, and lets the clock learn from it. */
export async function timed<T extends { now: number }>(clock: Clock, call: () => Promise<T>): Promise<T> {
  const sent = mono();
  const reply = await call();
  clock.observe(reply.now, sent, mono());
  return reply;
}
