import { expect, test } from 'vitest';
import { DEFAULT_RETRY } from '../../../src/domain/task/retry.js';
import { Reaper } from '../../../src/scheduler/reaper.js';
import type { ModelStore } from '../../../src/testing/model-store.js';
import { draft, QUEUE, START, world } from './support.js';

const LEASE = 1_000;

async function reaping(lag = 0) {
  const { store, clock, context } = await world();
  let looked = 0;
  const onLooked = () => {
    looked += 1;
  };
  const reaper = new Reaper({ ...context, lag: () => lag, leaseMs: LEASE, onLooked });
  return { store, clock, reaper, looked: () => looked };
}

async function claim(store: ModelStore, worker: string, nonce = 1, want = 10) {
  const request = { worker, nonce, want, handlers: ['h'], leaseMs: LEASE, completions: [] };
  return (await store.claim(QUEUE, request)).tasks;
}

/** The worker's lease ends and the reaper looks. */
async function lose(store: ModelStore, reaper: Reaper): Promise<void> {
  reaper.leaseSeen(store.now + LEASE);
  store.advance(LEASE + 1);
  await reaper.tick();
}

test('waits for the end of the earliest lease, which includes its last ms', async () => {
  const { reaper, store } = await reaping();
  expect(await reaper.tick()).toBe(Number.POSITIVE_INFINITY);
  expect(reaper.leaseSeen(START + LEASE)).toBe(true);
  expect(await reaper.tick()).toBe(LEASE + 1);
  store.advance(500);
  expect(reaper.leaseSeen(START + LEASE + 500)).toBe(false);
  expect(await reaper.tick()).toBe(LEASE + 1);
});

test('a standby waits longer', async () => {
  const { reaper } = await reaping(100);
  reaper.leaseSeen(START + LEASE);
  expect(await reaper.tick()).toBe(LEASE + 101);
});

test('takes back what a dead worker held, at once the first time', async () => {
  const { reaper, store, looked } = await reaping();
  await store.enqueue(QUEUE, [draft('a', 0), draft('b', 0)]);
  await claim(store, 'w~1');
  await lose(store, reaper);
  expect(looked()).toBe(1);
  expect((await claim(store, 'w~2')).map(({ id, attempt, failures }) => [id, attempt, failures])).toEqual(
    expect.arrayContaining([
      ['a', 2, 1],
      ['b', 2, 1],
    ]),
  );
  expect((await store.find('a'))?.history).toEqual([
    {
      lost: { lastBeatAt: START },
      ...{ attempt: 1, worker: 'w~1', startedAt: START, finishedAt: START + LEASE + 1, outcome: 'lost' },
      error: { message: "the worker's lease ended before an answer (failure 1 of 3)" },
    },
  ]);
});

test('the second loss in a row waits, the last one is the end', async () => {
  const { reaper, store } = await reaping();
  const retry = { ...DEFAULT_RETRY, maxAttempts: 3, delay: 5_000, jitter: false };
  await store.enqueue(QUEUE, [draft('a', 0, { options: { retry } })]);
  await claim(store, 'w~1');
  await lose(store, reaper);
  await claim(store, 'w~2');
  await lose(store, reaper);
  expect(await store.find('a')).toMatchObject({ state: 'retrying', dueAt: store.now + 10_000, failures: 2 });
  store.advance(10_000);
  expect(await claim(store, 'w~3')).toHaveLength(1);
  await lose(store, reaper);
  const dead = await store.find('a');
  expect(dead).toMatchObject({ state: 'dead', failures: 3 });
  expect(dead?.history.map(({ error }) => error?.message.slice(-16))).toEqual([
    '(failure 1 of 3)',
    '(failure 2 of 3)',
    '(failure 3 of 3)',
  ]);
});

test('a lease renewed in the meantime is left alone', async () => {
  const { reaper, store } = await reaping();
  await store.enqueue(QUEUE, [draft('a', 0)]);
  await claim(store, 'w~1');
  reaper.leaseSeen(store.now + LEASE);
  store.advance(LEASE - 1);
  await store.beat(QUEUE, 'w~1', LEASE);
  store.advance(2);
  expect(await reaper.tick()).toBe(Number.POSITIVE_INFINITY);
  expect(await store.find('a')).toMatchObject({ state: 'running', failures: 0 });
});

test('after a step forward workers get one lease to renew before anybody is judged', async () => {
  const { reaper, store, clock } = await reaping();
  await store.enqueue(QUEUE, [draft('a', 0)]);
  await claim(store, 'w~1');
  reaper.leaseSeen(store.now + LEASE);
  store.advance(60_000);
  clock.advanced += 60_000;
  expect(await reaper.tick()).toBe(LEASE + 1);
  expect(await store.find('a')).toMatchObject({ state: 'running' });
  store.advance(LEASE + 1);
  await reaper.tick();
  expect(await store.find('a')).toMatchObject({ state: 'ready', failures: 1 });
});

test('while a clock is slewed a lease is judged as much later, and no more', async () => {
  const { reaper, store, clock } = await reaping();
  await store.enqueue(QUEUE, [draft('a', 0)]);
  await claim(store, 'w~1');
  const end = store.now + LEASE;
  reaper.leaseSeen(end);
  let wait = await reaper.tick();
  while (store.now + wait <= end + 100 && wait > 0) {
    store.advance(Math.min(wait, 50));
    clock.advanced += 1;
    wait = await reaper.tick();
  }
  expect(store.now).toBeGreaterThan(end);
  expect(store.now).toBeLessThan(end + 100);
  expect(await store.find('a')).toMatchObject({ state: 'ready' });
});

test('after a step back the lease of a dead worker is cut to its length, and then ends', async () => {
  const { reaper, store, looked } = await reaping();
  await store.enqueue(QUEUE, [draft('a', 0)]);
  await claim(store, 'w~1');
  const end = store.now + LEASE;
  store.set(store.now - 300_000);
  reaper.leaseSeen(end);
  await reaper.tick();
  expect(looked()).toBe(1);
  const { nextLease } = await store.promote(QUEUE, 1);
  expect(nextLease).toBe(store.now + LEASE);
  reaper.leaseSeen(nextLease);
  store.advance(LEASE + 1);
  await reaper.tick();
  expect(await store.find('a')).toMatchObject({ state: 'ready', failures: 1 });
});

test('a lease that seems ended but yields nothing does not make it spin', async () => {
  const { reaper, looked } = await reaping();
  reaper.leaseSeen(START - 1);
  await reaper.tick();
  reaper.leaseSeen(START - 1);
  expect(await reaper.tick()).toBeGreaterThan(0);
  expect(looked()).toBe(1);
});
