/** A loop is `tick() → delay`; this file owns its timer, wake-ups, back-off after an error, and stop. */

import { mono } from './clock.js';
import type { Log } from './log.js';
import { after, LONGEST_TIMER } from './timers.js';

/** Does what is due and answers in how many ms it wants to run again; `Infinity`: when woken, or at `maxDelay`. */
export type Tick = () => Promise<number> | number;

export interface Loop {
  /** Runs the tick soon; during a tick: once more right after it. */
  wake(): void;
  /** No further tick; resolves when the running one has ended. Not to be awaited inside the tick itself. */
  stop(): Promise<void>;
}

export interface LoopOptions {
  log: Log;
  /** Longest wait between two ticks, ms: what a lost wake-up costs at most. Default 5 s. */
  maxDelay?: number;
  /** A wake-up runs the tick as soon as the present callback has ended, before the event loop turns. */
  prompt?: boolean;
}

const FIRST_BACKOFF = 100;
/** A lasting fault is repeated in the log no more often than this, ms. */
const LOG_AGAIN = 30_000;

export function startLoop(name: string, tick: Tick, options: LoopOptions): Loop {
  const { log, maxDelay = LONGEST_TIMER, prompt = false } = options;
  let stopped = false;
  let woken = false;
  let ticking = false;
  let running: Promise<void> | undefined;
  let cancel = (): void => {};
  let errors = 0;
  let loggedAt = 0;

  const report = (error: unknown): void => {
    errors += 1;
    if (errors > 1 && mono() - loggedAt < LOG_AGAIN) return;
    loggedAt = mono();
    log.warn(
      { event: 'loop.failing', loop: name, errors, error },
      `${name}: ${messageOf(error)}; trying again`,
    );
  };

  const rest = (delay: number): void => {
    ticking = false;
    running = undefined;
    if (stopped) return;
    if (woken) soon();
    else cancel = after(Math.min(delay, maxDelay), start);
  };

  const answered = (delay: number): void => {
    if (Number.isNaN(delay)) {
      failed(new Error(`${name} answered no delay`));
      return;
    }
    if (errors > 0) log.info({ event: 'loop.recovered', loop: name, errors }, `${name}: works again`);
    errors = 0;
    rest(delay);
  };

  const failed = (error: unknown): void => {
    if (!stopped) report(error);
    rest(Math.min(FIRST_BACKOFF * 2 ** Math.min(errors - 1, 10), LONGEST_TIMER));
  };

  const start = (): void => {
    if (stopped) return;
    woken = false;
    ticking = true;
    try {
      const answer = tick();
      if (typeof answer === 'number') answered(answer);
      else running = answer.then(answered, failed);
    } catch (error) {
      failed(error);
    }
  };

  const soon = (): void => {
    if (prompt) process.nextTick(start);
    else cancel = after(0, start);
  };

  cancel = after(0, start);
  return {
    wake() {
      if (stopped || woken) return;
      woken = true;
      if (ticking) return;
      cancel();
      soon();
    },
    async stop() {
      stopped = true;
      cancel();
      await running;
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
