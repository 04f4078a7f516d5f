/** A worker says every few seconds that it is there and how it is; the answer says what people ask of it. */

import type { Log } from '../runtime/log.js';
import { startLoop } from '../runtime/loop.js';
import { within } from '../runtime/within.js';
import type { Orders, Presence, RegistryStore } from '../store/contract/index.js';
import type { ToldSchemas } from './payload-schema.js';

/** A third of the lease, but this often at least, ms. */
const EVERY = 5_000;
const KEPT = 15_000;
/** An announcement that takes longer than this to end (ms) says that a farewell would not arrive either. */
const PATIENCE = 1_000;

export interface PresenceOptions {
  store: RegistryStore;
  log: Log;
  leaseMs: number;
  /** Of the payloads of its handlers; `facts` have their digest. */
  schemas: ToldSchemas | null;
  /** What it says of itself now. */
  facts: () => Omit<Presence, 'seenAt'>;
  /** Something is asked of it; what it says of itself then tells that it follows. */
  obey: (orders: Orders) => void;
}

export interface Announced {
  /** Says it again without waiting for its time: something has changed. */
  again(): void;
  /** Announces no more and, unless told that the store does not answer, takes the presence back. */
  leave(answers: boolean): Promise<void>;
}

/** Announces at once and then regularly. */
export async function announcePresence(options: PresenceOptions): Promise<Announced> {
  const { store, log, leaseMs, schemas, facts, obey } = options;
  const every = Math.min(EVERY, leaseMs / 3);
  /** Ids that it may be known by, the latest first: of an announcement that failed nobody knows whether it arrived. */
  let known: string[] = [];
  const announce = async (): Promise<Orders | null> => {
    const told = { ...facts(), seenAt: 0 };
    const formers = known.filter((id) => id !== told.id);
    known = [told.id, ...formers];
    const [{ orders }] = await Promise.all([store.announce('worker', told, KEPT, formers), tellSchemas()]);
    known = [told.id];
    return orders;
  };
  // They are for people: a Redis that is full takes an announcement and not them, and keeps no worker from its work.
  const tellSchemas = async (): Promise<void> => {
    if (!schemas) return;
    await store
      .keepSchemas(schemas.digest, schemas.text, KEPT)
      .catch((error: unknown) =>
        log.debug({ event: 'worker.schemas', error: error as Error }, 'schemas of payloads are told later'),
      );
  };
  await announce();
  let first = true;
  const loop = startLoop(
    'presence',
    async () => {
      const orders = first ? null : await announce();
      first = false;
      if (!orders) return every;
      obey(orders);
      return 0;
    },
    { log, maxDelay: every },
  );
  return {
    again: () => loop.wake(),
    async leave(answers) {
      const ended = await within(PATIENCE, loop.stop());
      if (answers && ended) await store.depart('worker', known[0] as string);
    },
  };
}
