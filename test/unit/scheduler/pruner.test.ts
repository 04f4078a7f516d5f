import { expect, test } from 'vitest';
import { DEFAULT_RETENTION } from '../../../src/domain/task/retention.js';
import { Pruner } from '../../../src/scheduler/pruner.js';
import type { Retention } from '../../../src/store/contract/index.js';
import { draft, QUEUE, world } from './support.js';

async function cleaning(retention: Retention = DEFAULT_RETENTION) {
  const { store, context } = await world();
  const resting = new Set<string>();
  const pruner = new Pruner({ ...context, retention, atRest: (queue) => resting.has(queue) });
  return { store, pruner, resting };
}

test('deletes what is past its retention, and nothing that ended less than two minutes ago', async () => {
  const retention = { ...DEFAULT_RETENTION, completed: { count: 0, age: 0 } };
  const { store, pruner } = await cleaning(retention);
  await store.enqueue(QUEUE, [draft('a', store.now + 1_000)]);
  await store.cancel(QUEUE, 'a');
  store.advance(60_000);
  pruner.look(QUEUE);
  expect(await pruner.tick()).toBeGreaterThan(0);
  expect(await store.find('a')).not.toBeNull();
  store.advance(60_000);
  pruner.look(QUEUE);
  await pruner.tick();
  expect(await store.find('a')).toBeNull();
});

test('a queue at rest is left alone until something is told of it, a busy one is not', async () => {
  const { store, pruner, resting } = await cleaning();
  await store.open('busy');
  resting.add(QUEUE);
  pruner.look(QUEUE);
  pruner.look('busy');
  await pruner.tick();
  await pruner.tick();
  store.prune = () => Promise.reject(new Error('asked'));
  expect(await pruner.tick()).toBeLessThanOrEqual(60_000);
  expect(pruner.stir('busy')).toBe(false);
  expect(pruner.stir(QUEUE)).toBe(true);
  expect(pruner.stir(QUEUE)).toBe(false);
});

test('where nothing goes on at all it waits for ever, and what finished there is due by its age', async () => {
  const { store, pruner, resting } = await cleaning();
  resting.add(QUEUE);
  pruner.look(QUEUE);
  await pruner.tick();
  expect(await pruner.tick()).toBe(Number.POSITIVE_INFINITY);
  await store.enqueue(QUEUE, [draft('a', store.now + 1_000)]);
  await store.cancel(QUEUE, 'a');
  pruner.look(QUEUE);
  await pruner.tick();
  const wait = await pruner.tick();
  expect(wait).toBeGreaterThan(60_000);
  expect(wait).toBeLessThanOrEqual(DEFAULT_RETENTION.completed.age);
});

test('what is told while a queue is being looked at is not forgotten', async () => {
  const { store, pruner, resting } = await cleaning();
  resting.add(QUEUE);
  const prune = store.prune.bind(store);
  store.prune = async (...args) => {
    const reply = await prune(...args);
    pruner.look(QUEUE);
    return reply;
  };
  pruner.look(QUEUE);
  await pruner.tick();
  expect(await pruner.tick()).toBeLessThanOrEqual(20);
});

test('a queue that cannot be looked at does not stand in the way of the others', async () => {
  const { store, pruner } = await cleaning();
  await store.open('other');
  const asked: string[] = [];
  store.prune = async (queue) => {
    asked.push(queue);
    if (queue === QUEUE) throw new Error('unavailable');
    return { pruned: 0, again: 1 };
  };
  pruner.look(QUEUE);
  pruner.look('other');
  await expect(pruner.tick()).rejects.toThrow('unavailable');
  await pruner.tick();
  expect(asked).toEqual([QUEUE, 'other']);
});
