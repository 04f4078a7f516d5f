/** The only timers: never early, never longer than five seconds in one piece, and always cancellable. */

import { mono } from './clock.js';

/** Longest single timer, ms: a clock or a sleeping machine that jumps is noticed within this time. */
export const LONGEST_TIMER = 5_000;

/**
 * Calls `fn` once, `ms` from now (0: as soon as the event loop turns); `Infinity` means never. Node rounds
 * timers to whole ms of a truncated clock and may fire up to 1 ms early, so the end is checked here.
 */
export function after(ms: number, fn: () => void): () => void {
  if (ms <= 0) {
    const turn = setImmediate(fn);
    return () => clearImmediate(turn);
  }
  const end = mono() + ms;
  let timer: NodeJS.Timeout;
  const arm = (left: number): void => {
    timer = setTimeout(check, Math.min(Math.ceil(left), LONGEST_TIMER));
  };
  const check = (): void => {
    const left = end - mono();
    if (left > 0) arm(left);
    else fn();
  };
  if (ms === Number.POSITIVE_INFINITY) return () => {};
  arm(end - mono());
  return () => clearTimeout(timer);
}

/** Resolves after `ms`, or as soon as `signal` aborts; never rejects. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const end = (): void => {
      cancel();
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const cancel = after(ms, end);
    signal?.addEventListener('abort', end, { once: true });
  });
}
