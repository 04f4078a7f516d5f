/** A worker tells every few seconds that it is there, with its queues and handlers: what is routable follows from it. */

import { hostname } from 'node:os';
import type { Log } from '../runtime/log.js';
import { startLoop } from '../runtime/loop.js';
import { within } from '../runtime/within.js';
import type { ClockStore, RegistryStore } from '../store/contract/index.js';

const EVERY = 5_000;
const KEPT = 15_000;
/** An announcement that takes longer than this to end (ms) says that a farewell would not arrive either. */
const PATIENCE = 1_000;

export interface PresenceOptions {
  store: RegistryStore & ClockStore;
  log: Log;
  name: string;
  queues: readonly string[];
  handlers: Readonly<Record<string, unknown>>;
  concurrency: number;
  version?: string;
}

/** Announces no more and, unless told that the store does not answer, takes the presence back. */
export type LeavePresence = (answers: boolean) => Promise<void>;

/** Announces at once and then regularly; the answer ends it. */
export async function announcePresence(
  options: PresenceOptions,
  now: () => { id: string; running: number },
): Promise<LeavePresence> {
  const { store, log, queues, handlers, concurrency, name, version = '' } = options;
  const startedAt = store.clock().now();
  let announced = '';
  const announce = async (): Promise<void> => {
    const { id, running } = now();
    if (announced !== '' && announced !== id) await store.depart('worker', announced);
    announced = id;
    await store.announce(
      'worker',
      {
        ...{ id, name, host: hostname(), pid: process.pid, version, startedAt, seenAt: 0 },
        ...{ queues: [...queues], handlers: Object.keys(handlers), concurrency, running },
      },
      KEPT,
    );
  };
  await announce();
  let first = true;
  const loop = startLoop(
    'presence',
    async () => {
      if (!first) await announce();
      first = false;
      return EVERY;
    },
    { log, maxDelay: EVERY },
  );
  return async (answers) => {
    const ended = await within(PATIENCE, loop.stop());
    if (answers && ended) await store.depart('worker', announced);
  };
}
