/** The options with which a Client or a Worker finds its Redis. */

import { namespaceName } from '../domain/input/names.js';
import { type Reader, reader } from '../domain/input/readers.js';
import { redisAddress } from '../domain/input/redis-address.js';
import type { Log } from '../runtime/log.js';

const METHODS = ['debug', 'info', 'warn', 'error', 'child'] as const;

function isLog(raw: unknown): raw is Log {
  if (typeof raw !== 'object' || raw === null) return false;
  return METHODS.every((name) => typeof (raw as Record<string, unknown>)[name] === 'function');
}

const log: Reader<Log> = reader(`a log with the methods ${METHODS.join(', ')}`, (raw) =>
  isLog(raw) ? raw : undefined,
);

export const CONNECTION = { redis: redisAddress, namespace: namespaceName, log };
