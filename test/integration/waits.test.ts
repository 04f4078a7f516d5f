/** All who wait for tasks in one process share a connection, and none of them takes from another. */

import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Store, Waiter } from '../../src/store/contract/index.js';
import { openStore } from '../../src/store/redis/index.js';
import { eventually } from '../support/eventually.js';
import { startTestRedis, type TestRedis, uniqueNamespace } from '../support/redis.js';

const HANDLERS = ['h'];
const LONG = 2_000;
let redis: TestRedis;
let admin: Redis;
let store: Store;
let namespace: string;
const open: (() => unknown)[] = [];

beforeAll(async () => {
  redis = await startTestRedis();
  admin = new Redis(redis.url);
});
afterAll(async () => {
  admin.disconnect();
  await redis.stop();
});
beforeEach(async () => {
  namespace = uniqueNamespace();
  store = await connected();
});
afterEach(async () => {
  for (const end of open.splice(0).reverse()) await end();
});

async function connected(): Promise<Store> {
  const one = await openStore({ url: redis.url, namespace });
  open.push(() => one.close());
  return one;
}

function waiterOf(of: Store): Waiter {
  const waiter = of.waiter();
  open.push(() => waiter.close());
  return waiter;
}

let made = 0;
async function put(queue: string): Promise<void> {
  made += 1;
  const id = `${await store.open(queue)}-${made}`;
  await store.enqueue(queue, [{ id, handler: 'h', priority: 'normal', due: 0, createdAt: 1, payload: '' }]);
}

/** The lane of `h` is known, and no token of it is left. */
async function known(of: Store, queue: string): Promise<void> {
  await of.claim(queue, {
    ...{ worker: 'w', nonce: 1, want: 1, handlers: HANDLERS, leaseMs: LONG, completions: [] },
  });
}

async function blocked(): Promise<number> {
  const list = (await admin.client('LIST')) as string;
  return list.split('\n').filter((line) => / cmd=blpop /.test(line) && / flags=b/.test(line)).length;
}

/** Wait after wait, as a worker does. */
async function heard(waiter: Waiter, queues: readonly string[]): Promise<string> {
  for (;;) {
    const queue = await waiter.wait(queues, HANDLERS, LONG);
    if (queue !== null) return queue;
  }
}

test('three on different queues wait on one connection, and each hears of its own', async () => {
  const queues = ['a', 'b', 'c'];
  for (const queue of queues) await known(store, queue);
  const waits = queues.map((queue) => heard(waiterOf(store), [queue]));
  await eventually(blocked, (count) => count === 1);
  for (const queue of ['c', 'a', 'b']) await put(queue);
  expect(await Promise.all(waits)).toEqual(queues);
});

test('two on the same queue are both woken by two tasks that come one after the other', async () => {
  await known(store, 'a');
  const waits = [heard(waiterOf(store), ['a']), heard(waiterOf(store), ['a'])];
  await put('a');
  await Promise.race(waits);
  // The first has claimed what it was woken for.
  await known(store, 'a');
  await put('a');
  expect(await Promise.all(waits)).toEqual(['a', 'a']);
});

test('one that is interrupted ends alone, and what wakes the other is not lost', async () => {
  for (const queue of ['a', 'b']) await known(store, queue);
  const [left, stays] = [waiterOf(store), waiterOf(store)];
  const wait = left.wait(['a'], HANDLERS, LONG);
  const other = heard(stays, ['b']);
  await eventually(blocked, (count) => count === 1);
  await left.interrupt();
  expect(await wait).toBeNull();
  await put('b');
  expect(await other).toBe('b');
});

test('a token for one that has just left wakes somebody in another process', async () => {
  const elsewhere = await connected();
  for (const of of [store, elsewhere]) await known(of, 'a');
  const [leaves, free] = [waiterOf(store), waiterOf(elsewhere)];
  for (let round = 0; round < 20; round += 1) {
    const wait = leaves.wait(['a'], HANDLERS, LONG);
    const both = Promise.all([put('a'), leaves.interrupt()]);
    const first = await wait;
    await both;
    if (first !== null) await leaves.giveBack(first);
    expect(await heard(free, ['a'])).toBe('a');
  }
});

test('the connection goes with the last waiter, and comes with the next', async () => {
  await known(store, 'a');
  const [first, second] = [waiterOf(store), waiterOf(store)];
  const waits = [first, second].map((waiter) => waiter.wait(['a'], HANDLERS, LONG));
  await eventually(blocked, (count) => count === 1);
  first.close();
  expect(await waits[0]).toBeNull();
  second.close();
  expect(await waits[1]).toBeNull();
  await eventually(blocked, (count) => count === 0);
  const next = heard(waiterOf(store), ['a']);
  await put('a');
  expect(await next).toBe('a');
});

test('a fault ends every wait with what Redis said, and the next ones wait again', async () => {
  await known(store, 'a');
  const waits = [waiterOf(store), waiterOf(store)];
  await admin.set(`{${namespace}:a}:wake:`, 'no list');
  const refused = await Promise.allSettled(waits.map((waiter) => waiter.wait(['a'], HANDLERS, LONG)));
  expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await admin.del(`{${namespace}:a}:wake:`);
  const next = waits.map((waiter) => heard(waiter, ['a']));
  await put('a');
  expect(await Promise.race(next)).toBe('a');
  await known(store, 'a');
  await put('a');
  await Promise.all(next);
});
