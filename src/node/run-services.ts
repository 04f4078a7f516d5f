/** Runs services until a signal or a fault, and stops them all again. */

import { CarillonError } from '../domain/input/errors.js';
import { nextLevel, type SettableLog } from '../runtime/log.js';
import {
  onHangup,
  onLevelSignal,
  onTermination,
  type Service,
  startServices,
  terminalIsGone,
} from '../runtime/service.js';
import { sleep } from '../runtime/timers.js';

/** How long services may take to stop after a fault, ms. */
const WIND_UP = 3_000;

export interface Run {
  log: SettableLog;
  /** `stopping` aborts at the first signal, so that a slow start can give up. */
  services(stopping: AbortSignal): readonly Service[];
  /** Called when everything runs. */
  ready?(): void | Promise<void>;
  /** Resolves with the reason when something all of it rests on has ended. */
  fatal?: Promise<string>;
  /** Resolves when there is nothing left to do: all of it stops, as on a signal. */
  done?: Promise<void>;
  /** On a second signal: what must still be done before the process ends. */
  hurry?(): Promise<unknown>;
  /** On SIGHUP; without it, that ends the run like SIGTERM. */
  reload?(): void;
}

/** What a start throws that was told to stop: no fault. */
export class Interrupted extends Error {}

/** Resolves when everything has stopped after a signal; throws what kept it from starting, or ended it. */
export async function runServices({ log, services, ready, fatal, done, reload, hurry }: Run): Promise<void> {
  const stopping = new AbortController();
  const stopped = new Promise<null>((resolve) => {
    stopping.signal.addEventListener('abort', () => resolve(null), { once: true });
  });
  const stop = (signal: string): void => {
    log.info({ event: 'process.stopping', signal }, 'stopping');
    stopping.abort();
  };
  const undo = onTermination(stop, hurry);
  const undoHangup = onHangup(() => {
    if (!reload || terminalIsGone()) return stop('SIGHUP');
    log.info({ event: 'process.reloading', signal: 'SIGHUP' }, 'reloading');
    reload();
  });
  const undoLevel = onLevelSignal(() => {
    log.level = nextLevel(log.level);
    // At whatever level it is by now: who asked for it sees that it was heard.
    log.error({ event: 'process.level', level: log.level }, `this log tells from ${log.level} on`);
  });
  try {
    const running = await startServices(services(stopping.signal), log);
    let reason: string | null = null;
    try {
      if (!stopping.signal.aborted) await ready?.();
      const over = done?.then(() => null);
      reason = await Promise.race([stopped, ...(fatal ? [fatal] : []), ...(over ? [over] : [])]);
      if (reason !== null) log.error({ event: 'process.failed' }, `stopping: ${reason}`);
    } finally {
      // What they rest on is gone: they cannot all wind up, and nobody should wait for that.
      const patience = reason === null ? Number.POSITIVE_INFINITY : WIND_UP;
      await Promise.race([running.stop(), sleep(patience)]);
    }
    if (reason !== null) throw new CarillonError('unavailable', reason);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
  } finally {
    undo();
    undoHangup();
    undoLevel();
  }
}
