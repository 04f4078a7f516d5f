import { expect, test } from 'vitest';
import { DEFAULT_RETENTION, Pruner } from '../../../src/scheduler/pruner.js';
import { draft, office, QUEUE, world } from './support.js';

async function cleaning(retention = DEFAULT_RETENTION) {
  const { store, context } = await world();
  const term = await office(store);
  let fenced = 0;
  const onFenced = async () => {
    fenced += 1;
  };
  const pruner = new Pruner({ ...context, term, retention, onFenced });
  return { store, pruner, fenced: () => fenced };
}

test('deletes what is past its retention, and nothing that ended less than two minutes ago', async () => {
  const retention = { ...DEFAULT_RETENTION, completed: { count: 0, age: 0 } };
  const { store, pruner } = await cleaning(retention);
  await store.enqueue(QUEUE, [draft('a', store.now + 1_000)]);
  await store.cancel(QUEUE, 'a');
  store.advance(60_000);
  expect(await pruner.tick()).toBeGreaterThan(0);
  expect(await store.find('a')).not.toBeNull();
  store.advance(60_000);
  await pruner.tick();
  expect(await store.find('a')).toBeNull();
});

test('out of office it prunes nothing and says so', async () => {
  const { store, pruner, fenced } = await cleaning();
  await office(store, 'b~2');
  expect(await pruner.tick()).toBe(Number.POSITIVE_INFINITY);
  expect(fenced()).toBe(1);
});
