import { expect, test } from 'vitest';
import { DEFAULT_RETENTION } from '../../../src/domain/task/retention.js';
import { Pruner } from '../../../src/scheduler/pruner.js';
import type { Retention } from '../../../src/store/contract/index.js';
import { draft, QUEUE, world } from './support.js';

async function cleaning(retention: Retention = DEFAULT_RETENTION) {
  const { store, context } = await world();
  return { store, pruner: new Pruner({ ...context, retention }) };
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
