/** The parts every running process begins with: log, clock, store. */

import { RedisClock } from '../runtime/clock.js';
import { createLog, type Log } from '../runtime/log.js';
import type { Store } from '../store/contract/index.js';
import { openStore } from '../store/redis/index.js';
import type { Settings } from './settings-read.js';

const USUAL_REDIS = 'redis://127.0.0.1:6379';

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

export async function openBase(settings: Settings, redis = settings.redis ?? USUAL_REDIS): Promise<Base> {
  const log = logOf(settings);
  const clock = new RedisClock();
  const store = await openStore({ url: redis, namespace: settings.namespace, log, clock });
  return { log, clock, store, redis };
}
