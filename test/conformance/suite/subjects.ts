/** The implementations of the Store contract that the suite runs against. */

import { Redis } from 'ioredis';
import { openStore } from '../../../src/store/redis/index.js';
import { registryKeys } from '../../../src/store/redis/registry-keys.js';
import { ModelStore } from '../../../src/testing/model-store.js';
import { uniqueNamespace } from '../../support/redis.js';
import type { Subject } from './stage.js';

export async function makeModel(): Promise<Subject> {
  const store = new ModelStore();
  return {
    store,
    advance: (ms) => store.advance(ms),
    lock: async (value) => {
      store.setLock('lock', value);
      return 'lock';
    },
    close: () => store.close(),
  };
}

/** A namespace of its own on a running Redis. */
export async function makeRedis(url: string, namespace = uniqueNamespace()): Promise<Subject> {
  const store = await openStore({ url, namespace });
  return {
    store,
    lock: async (value) => {
      const { lock } = registryKeys(namespace);
      const redis = new Redis(url);
      if (value === null) await redis.del(lock);
      else await redis.set(lock, value);
      await redis.quit();
      return lock;
    },
    close: () => store.close(),
  };
}
