/** Many callers that wait at once. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { TaskWaits } from '../../../src/tasks/wait.js';
import { ModelStore } from '../../../src/testing/model-store.js';

const warned = vi.fn();
process.on('warning', warned);
afterEach(() => process.off('warning', warned));

test('twenty of them make Node warn of nothing, and the end of waiting ends them all', async () => {
  const store = new ModelStore();
  const id = `${await store.open('q')}-1`;
  const draft = { id, handler: 'h', priority: 'normal' as const, due: 0, createdAt: store.now, payload: '' };
  await store.enqueue('q', [draft]);
  const closing = new AbortController();
  const waits = new TaskWaits(store, closing.signal);
  const waiting = Array.from({ length: 20 }, () => waits.wait(id, 600_000));
  await nextTurn();
  closing.abort();
  expect((await Promise.all(waiting)).map((task) => task?.state)).toEqual(Array(20).fill('ready'));
  await nextTurn();
  expect(warned).not.toHaveBeenCalled();
});
