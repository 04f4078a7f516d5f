/** What tests on a Redis of their own set up: a namespace for each test, a stage in it, and a line to look at it with. */

import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { startTestRedis, type TestRedis, uniqueNamespace } from '../../support/redis.js';
import { onStage, type Stage } from './stage.js';
import { makeRedis } from './subjects.js';

export interface OnRedis {
  readonly redis: TestRedis;
  readonly connection: Redis;
  readonly namespace: string;
  stage(): Stage;
  /** How often each command ran meanwhile, inside scripts and outside. */
  commandsOf(act: () => Promise<unknown>): Promise<Record<string, number>>;
}

/** To be called once in a file. */
export function onRedis(): OnRedis {
  let redis: TestRedis;
  let connection: Redis;
  let namespace: string;
  beforeAll(async () => {
    redis = await startTestRedis();
    connection = new Redis(redis.url);
  });
  afterAll(async () => {
    await connection?.quit();
    await redis?.stop();
  });
  beforeEach(() => {
    namespace = uniqueNamespace();
  });
  return {
    get redis() {
      return redis;
    },
    get connection() {
      return connection;
    },
    get namespace() {
      return namespace;
    },
    stage: onStage(() => makeRedis(redis.url, namespace)),
    async commandsOf(act) {
      await connection.config('RESETSTAT');
      await act();
      const stats = await connection.info('commandstats');
      const rows = [...stats.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)];
      return Object.fromEntries(
        rows.flatMap(([, name = '', calls]) => (name.startsWith('config') ? [] : [[name, Number(calls)]])),
      );
    },
  };
}
