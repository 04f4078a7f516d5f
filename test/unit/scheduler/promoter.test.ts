import { expect, test } from 'vitest';
import { Promoter } from '../../../src/scheduler/promoter.js';
import { draft, QUEUE, START, world } from './support.js';

async function promoting(lag = 0) {
  const { store, clock, context } = await world();
  const leases: (number | null)[] = [];
  const promoter = new Promoter({
    ...context,
    lag: () => lag,
    onLate: () => {},
    onLease: (at) => leases.push(at),
  });
  return { store, clock, promoter, leases };
}

test('sleeps until the next task comes due, promotes it, and sleeps again', async () => {
  const { store, promoter } = await promoting();
  await store.enqueue(QUEUE, [draft('a', START + 400), draft('b', START + 900)]);
  expect(await promoter.tick()).toBe(400);
  store.advance(400);
  expect(await promoter.tick()).toBe(500);
  expect(await store.queueFacts(QUEUE)).toMatchObject({ scheduled: 1, ready: 1 });
  store.advance(500);
  expect(await promoter.tick()).toBe(Number.POSITIVE_INFINITY);
  expect(await store.queueFacts(QUEUE)).toMatchObject({ scheduled: 0, ready: 2 });
});

test('comes back at once when a whole batch was due', async () => {
  const { store, promoter } = await promoting();
  await store.enqueue(
    QUEUE,
    Array.from({ length: 1_500 }, (_, i) => draft(`t${i}`, START + 10)),
  );
  store.advance(10);
  expect(await promoter.tick()).toBe(0);
  expect(await promoter.tick()).toBe(Number.POSITIVE_INFINITY);
  expect(await store.queueFacts(QUEUE)).toMatchObject({ ready: 1_500 });
});

test('a standby leaves what is due to the leader until it is overdue', async () => {
  const { store, promoter } = await promoting(100);
  await store.enqueue(QUEUE, [draft('a', START + 400)]);
  expect(await promoter.tick()).toBe(500);
});

test('a signal of an earlier task shortens the sleep without asking the store', async () => {
  const { store, promoter } = await promoting();
  await store.enqueue(QUEUE, [draft('late', START + 5_000)]);
  expect(await promoter.tick()).toBe(5_000);
  expect(promoter.signal(START + 6_000)).toBe(false);
  expect(promoter.signal(START + 300)).toBe(true);
  store.promote = () => Promise.reject(new Error('asked'));
  expect(await promoter.tick()).toBe(300);
});

test('a signal that overtakes the reply is not lost', async () => {
  const { store, promoter } = await promoting();
  await store.enqueue(QUEUE, [draft('now', START + 100)]);
  await promoter.tick();
  store.advance(100);
  const promote = store.promote.bind(store);
  store.promote = async (queue, limit) => {
    const reply = await promote(queue, limit);
    await store.enqueue(QUEUE, [draft('next', START + 300)]);
    expect(promoter.signal(START + 300)).toBe(true);
    return reply;
  };
  expect(await promoter.tick()).toBe(Number.POSITIVE_INFINITY);
  expect(await promoter.tick()).toBe(200);
});

test('tells when the earliest lease ends', async () => {
  const { store, promoter, leases } = await promoting();
  await store.enqueue(QUEUE, [draft('a', 0)]);
  await promoter.tick();
  const claim = { worker: 'w~1', nonce: 1, want: 1, handlers: ['h'], leaseMs: 9_000, completions: [] };
  await store.claim(QUEUE, claim);
  await promoter.tick();
  expect(leases).toEqual([null, START + 9_000]);
});
