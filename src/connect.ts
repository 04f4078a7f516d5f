/** How a Client, a Worker or a whole process finds its Redis: the options, what holds without them, and connecting. */

import { DEFAULTS } from './domain/defaults.js';
import { namespaceName } from './domain/input/names.js';
import { type Given, type Reader, reader } from './domain/input/readers.js';
import { redisAddress } from './domain/input/redis-address.js';
import { createLog, type Log } from './runtime/log.js';
import { Rollups } from './stats/rollups.js';
import type { Store } from './store/contract/index.js';
import { openStore } from './store/redis/index.js';
import { Relays } from './store/relays.js';

const METHODS = ['debug', 'info', 'warn', 'error', 'child'] as const;

function isLog(raw: unknown): raw is Log {
  if (typeof raw !== 'object' || raw === null) return false;
  return METHODS.every((name) => typeof (raw as Record<string, unknown>)[name] === 'function');
}

const log: Reader<Log> = reader(`a log with the methods ${METHODS.join(', ')}`, (raw) =>
  isLog(raw) ? raw : undefined,
);

export const CONNECTION = {
  /** redis:// or rediss:// URL, or the path of a unix socket. Default redis://127.0.0.1:6379. */
  redis: redisAddress,
  /** Default `carillon`. */
  namespace: namespaceName,
  /** Where warnings go; default stderr, from level `warn`. */
  log,
};

/** How a Client or a Worker finds its Redis; everything may be left out. */
export type ConnectionOptions = Given<typeof CONNECTION>;

/** Given or not: what settings and options know. */
type Chosen = { [name in keyof ConnectionOptions]: ConnectionOptions[name] | undefined };

export interface Connection {
  log: Log;
  open: () => Promise<Store>;
}

/** Nothing is connected before `open`. `budget`: of the rollups, where it is said here. */
export function connection(given: Chosen, budget?: number): Connection {
  const { redis: url = DEFAULTS.redis, namespace = DEFAULTS.namespace } = given;
  const log = given.log ?? createLog({ level: 'warn', format: process.stderr.isTTY ? 'pretty' : 'json' });
  const open = async (): Promise<Store> => {
    const store = await openStore({ url, namespace, log, threads: true });
    const relays = new Relays(store, log);
    const rollups = new Rollups({ store, log, budget });
    const close = async (): Promise<void> => {
      await Promise.all([rollups.close(), relays.close()]);
      await store.close();
    };
    return { ...store, close };
  };
  return { log, open };
}
