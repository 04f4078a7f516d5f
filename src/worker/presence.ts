/** A worker tells every few seconds that it is there, with its queues and handlers: what is routable follows from it. */

import { hostname } from 'node:os';
import type { RedisClock } from '../runtime/clock.js';
import type { Log } from '../runtime/log.js';
import { startLoop } from '../runtime/loop.js';
import type { RegistryStore } from '../store/contract.js';

const EVERY = 5_000;
const KEPT = 15_000;

export interface PresenceOptions {
  store: RegistryStore;
  clock: RedisClock;
  log: Log;
  name: string;
  queues: readonly string[];
  handlers: Readonly<Record<string, unknown>>;
  concurrency: number;
  version?: string;
}

/** Announces at once and then regularly; the answer ends it. */
export async function announcePresence(
  options: PresenceOptions,
  now: () => { id: string; running: number },
): Promise<() => Promise<void>> {
  const { store, clock, log, queues, handlers, concurrency, name, version = '' } = options;
  const startedAt = clock.now();
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
  return async () => {
    await loop.stop();
    await store.depart('worker', announced);
  };
}
