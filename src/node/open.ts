/** The parts every running process begins with: log, clock, store. */

import { RedisClock } from '../runtime/clock.js';
import { createLog, type Log } from '../runtime/log.js';
import type { Store } from '../store/contract/index.js';
import { openStore } from '../store/redis/index.js';
import { DEFAULTS } from './defaults.js';
import type { Settings } from './settings-read.js';

export interface Base {
  log: Log;
  clock: RedisClock;
  store: Store;
  redis: string;
}

export function logOf({ logLevel, logFormat, name }: Settings): Log {
  const format = logFormat ?? (process.stderr.isTTY ? 'pretty' : 'json');
  return createLog({ level: logLevel, format, name });
}

/** How a process finds its Redis; `open` connects to it. */
export interface Connection {
  clock: RedisClock;
  log: Log;
  open: () => Promise<Store>;
}

export interface ConnectionGiven {
  redis?: string | undefined;
  namespace?: string | undefined;
  log?: Log | undefined;
}

export function connection(given: ConnectionGiven): Connection {
  const { redis: url = DEFAULTS.redis, namespace = DEFAULTS.namespace } = given;
  const log = given.log ?? createLog({ level: 'warn', format: process.stderr.isTTY ? 'pretty' : 'json' });
  const clock = new RedisClock();
  return { clock, log, open: () => openStore({ url, namespace, log, clock }) };
}

export async function openBase(settings: Settings, redis = settings.redis ?? DEFAULTS.redis): Promise<Base> {
  const log = logOf(settings);
  const { clock, open } = connection({ redis, namespace: settings.namespace, log });
  return { log, clock, store: await open(), redis };
}
