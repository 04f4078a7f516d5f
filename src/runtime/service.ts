/** Start and stop of a process: services start in order, stop in reverse, and signals end it once. */

import { closeSync, openSync } from 'node:fs';
import type { Log } from './log.js';

export interface Service {
  name: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface RunningServices {
  /** Stops in reverse order; a failing stop is logged and does not keep the others from stopping. */
  stop(): Promise<Error[]>;
}

/** Starts each service when the one before it runs. When one fails, those that run are stopped and it throws. */
export async function startServices(services: readonly Service[], log: Log): Promise<RunningServices> {
  const started: Service[] = [];
  let stopping: Promise<Error[]> | undefined;
  const running: RunningServices = {
    stop() {
      stopping ??= stopAll(started, log);
      return stopping;
    },
  };
  for (const service of services) {
    try {
      await service.start();
    } catch (error) {
      await running.stop();
      throw error;
    }
    started.push(service);
    log.debug({ event: 'service.started', service: service.name }, 'started');
  }
  return running;
}

async function stopAll(started: readonly Service[], log: Log): Promise<Error[]> {
  const errors: Error[] = [];
  for (const service of started.toReversed()) {
    try {
      await service.stop();
      log.debug({ event: 'service.stopped', service: service.name }, 'stopped');
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(String(cause));
      log.error(
        { event: 'service.failed', service: service.name, error },
        `${service.name} did not stop cleanly`,
      );
      errors.push(error);
    }
  }
  return errors;
}

export type Termination = 'SIGINT' | 'SIGTERM';
const EXIT: Record<Termination, number> = { SIGINT: 130, SIGTERM: 143 };

/**
 * Calls `handler` on the first SIGINT or SIGTERM. A second one ends the process, once `hurry` is through if there is
 * one; a third at once. Answers an undo.
 */
export function onTermination(
  handler: (signal: Termination) => void,
  hurry?: () => Promise<unknown>,
): () => void {
  let signals = 0;
  const onSignal = (signal: Termination): void => {
    signals += 1;
    const leave = (): never => process.exit(EXIT[signal]);
    if (signals === 1) handler(signal);
    else if (signals === 2 && hurry)
      hurry()
        .catch(() => {})
        .then(leave)
        .catch(leave);
    else leave();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return () => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  };
}

/** Calls `handler` on each SIGHUP. Answers an undo, after which it ends the process again. */
export function onHangup(handler: () => void): () => void {
  process.on('SIGHUP', handler);
  return () => process.off('SIGHUP', handler);
}

/** Calls `handler` on each SIGUSR2, which ended the process otherwise. Answers an undo. */
export function onLevelSignal(handler: () => void): () => void {
  process.on('SIGUSR2', handler);
  return () => process.off('SIGUSR2', handler);
}

/** Whether the terminal that started the process is gone, which also sends SIGHUP. */
export function terminalIsGone(): boolean {
  if (!process.stdin.isTTY && !process.stdout.isTTY && !process.stderr.isTTY) return false;
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return false;
  } catch {
    return true;
  }
}
