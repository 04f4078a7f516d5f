/** A loop is `tick() → delay`; this file owns its timer, wake-ups, back-off after an error, and stop. */

import { mono } from './clock.js';
import type { Log } from './log.js';
import { after, LONGEST_TIMER } from './timers.js';

/** Does what is due and answers in how many ms it wants to run again; `Infinity`: when woken, or at `maxDelay`. */
export type Tick = () => Promise<number>;

export interface Loop {
  /** Runs the tick now; during a tick: once more right after it. */
  wake(): void;
  /** No further tick; resolves when the running one has ended. Not to be awaited inside the tick itself. */
  stop(): Promise<void>;
}

export interface LoopOptions {
  log: Log;
  /** Longest wait between two ticks, ms: what a lost wake-up costs at most. Default 5 s. */
  maxDelay?: number;
}

const FIRST_BACKOFF = 100;
/** A lasting fault is repeated in the log no more often than this, ms. */
const LOG_AGAIN = 30_000;

export function startLoop(name: string, tick: Tick, options: LoopOptions): Loop {
  const { log, maxDelay = LONGEST_TIMER } = options;
  let stopped = false;
  let woken = false;
  let running: Promise<void> | undefined;
  let cancel = (): void => {};
  let errors = 0;
  let loggedAt = 0;

  const report = (error: unknown): void => {
    errors += 1;
    if (errors > 1 && mono() - loggedAt < LOG_AGAIN) return;
    loggedAt = mono();
    log.warn({ loop: name, errors, error }, `${name}: ${messageOf(error)}; trying again`);
  };

  const once = async (): Promise<number> => {
    try {
      const delay = await tick();
      if (Number.isNaN(delay)) throw new Error(`${name} answered no delay`);
      if (errors > 0) log.info({ loop: name, errors }, `${name}: works again`);
      errors = 0;
      return Math.min(delay, maxDelay);
    } catch (error) {
      if (!stopped) report(error);
      return Math.min(FIRST_BACKOFF * 2 ** Math.min(errors - 1, 10), LONGEST_TIMER, maxDelay);
    }
  };

  const run = async (): Promise<void> => {
    woken = false;
    const delay = await once();
    running = undefined;
    if (!stopped) cancel = after(woken ? 0 : delay, start);
  };

  const start = (): void => {
    running = run();
  };

  cancel = after(0, start);
  return {
    wake() {
      if (stopped || woken) return;
      woken = true;
      if (running) return;
      cancel();
      cancel = after(0, start);
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
