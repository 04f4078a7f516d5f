/** A Client and Workers on one Redis, without any scheduler node; for the tests that need no more. */

import { afterAll, afterEach, beforeAll } from 'vitest';
import { Client, type Handlers, type Log, Worker, type WorkerOptions } from '../../src/index.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { startTestRedis, type TestRedis, uniqueNamespace } from './redis.js';

export let redis: TestRedis;
export const open: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.stop());
afterEach(async () => {
  await Promise.all(open.splice(0).map((part) => part.stop()));
});

export function house(): {
  connection: { redis: string; namespace: string; log: Log };
  client: Client;
  work(handlers: Handlers, options?: Partial<WorkerOptions>): Promise<Worker>;
} {
  const connection = { redis: redis.url, namespace: uniqueNamespace(), log: silentLog };
  const client = new Client(connection);
  open.push({ stop: () => client.close() });
  return {
    connection,
    client,
    async work(handlers, options = {}) {
      const worker = new Worker({ ...connection, handlers, ...options });
      open.push(worker);
      await worker.start();
      return worker;
    },
  };
}

/** A promise and the function that resolves it. */
export function gate<T = void>(): { passed: Promise<T>; open: (value: T) => void } {
  let pass: (value: T) => void = () => {};
  const passed = new Promise<T>((resolve) => {
    pass = resolve;
  });
  return { passed, open: pass };
}
