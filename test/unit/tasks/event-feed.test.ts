/** Who listens and does not keep up misses the rest, is told so, and goes on; others miss nothing. */

import { expect, test } from 'vitest';
import { EventFeed, type Heard } from '../../../src/tasks/event-feed.js';
import { ModelStore } from '../../../src/testing/model-store.js';

async function next(heard: AsyncGenerator<Heard, void>): Promise<string> {
  for (;;) {
    const { value } = await heard.next();
    if (!value) return 'over';
    if (value.event) return value.event.type;
  }
}

test('a slow reader is told that it missed something, and hears what follows; a quick one hears everything', async () => {
  const store = new ModelStore();
  const code = await store.open('q');
  const put = (from: number, count: number) =>
    store.enqueue(
      'q',
      Array.from({ length: count }, (_, n) => ({
        ...{ id: `${code}-${from + n}`, handler: 'h', priority: 'normal' as const },
        ...{ due: 0, createdAt: store.now, payload: '' },
      })),
    );
  const feed = new EventFeed(store);
  const over = new AbortController();
  const slow = feed.listen({}, undefined, over.signal);
  const quick = feed.listen({}, undefined, over.signal);
  // Both listen once they were told their place.
  for (const heard of [slow, quick]) expect((await heard.next()).value?.event).toBeUndefined();
  let count = 0;
  for (let n = 0; n < 5; n += 1) {
    await put(1_000 * n, 1_000);
    for (; count < 1_000 * (n + 1); count += 1) expect(await next(quick)).toBe('task.enqueued');
  }
  expect(await next(slow)).toBe('reset');
  await store.cancel('q', `${code}-0`);
  expect(await next(quick)).toBe('task.cancelled');
  let seen = 0;
  while ((await next(slow)) !== 'task.cancelled') seen += 1;
  expect(seen).toBeLessThan(4_000);
  over.abort();
  expect([await next(slow), await next(quick)]).toEqual(['over', 'over']);
});

test('large results are bounded by their bytes: far fewer of them are too much for who does not read', async () => {
  const store = new ModelStore();
  const code = await store.open('q');
  const feed = new EventFeed(store);
  const over = new AbortController();
  const types = { types: ['task.completed' as const] };
  const slow = feed.listen(types, undefined, over.signal);
  const quick = feed.listen(types, undefined, over.signal);
  for (const heard of [slow, quick]) expect((await heard.next()).value?.event).toBeUndefined();
  const draft = { handler: 'h', priority: 'normal' as const, due: 0, createdAt: store.now, payload: '' };
  const result = JSON.stringify('x'.repeat(60_000));
  for (let n = 0; n < 4; n += 1) {
    await store.enqueue(
      'q',
      Array.from({ length: 80 }, (_, i) => ({ ...draft, id: `${code}-${n}.${i}` })),
    );
    const claim = { worker: 'w', want: 80, handlers: ['h'], leaseMs: 60_000 };
    const { tasks } = await store.claim('q', { ...claim, nonce: n + 1, completions: [] });
    const completions = tasks.map(({ id, token, attempt }) => ({
      ...{ id, token },
      record: { attempt, worker: 'w', startedAt: 0, finishedAt: 0, outcome: 'completed' as const, result },
    }));
    await store.claim('q', { ...claim, want: 0, nonce: n + 1, completions });
    for (let i = 0; i < 80; i += 1) expect(await next(quick)).toBe('task.completed');
  }
  expect(await next(slow)).toBe('reset');
  over.abort();
});
