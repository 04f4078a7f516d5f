/** What those that count hear of a worker: each attempt once, when it begins and when its ending is recorded. */

import { beforeEach, expect, test, vi } from 'vitest';
import { Observers } from '../../../src/runtime/observed.js';
import { silentLog } from '../../../src/runtime/silent-log.js';
import { gate, holding, LEASE, pass, put, reap, store, unavailable, work } from './shaky.js';

// Fake timers replace the global performance, not the one node:perf_hooks exports.
vi.mock('../../../src/runtime/clock.js', async (original) => ({
  ...(await original<typeof import('../../../src/runtime/clock.js')>()),
  mono: () => performance.now(),
}));

let heard: string[];
beforeEach(() => {
  heard = [];
  store.observed.add({
    attemptStarted: ({ handler, attempt }) => heard.push(`${handler} ${attempt} begins`),
    attemptEnded: ({ handler, attempt }, { outcome }, over) =>
      heard.push(`${handler} ${attempt} ${outcome} ${over}`),
  });
});

test('a completion, a failure that is tried again, a death and a cancelled one', async () => {
  const release = gate();
  await work({
    good: () => 1,
    bad: () => {
      throw new Error('no');
    },
    hold: async () => release.passed,
  });
  await put('good');
  await put('bad', 'a', null, {
    retry: { maxAttempts: 2, backoff: 'fixed', delay: 1_000, maxDelay: 1_000, jitter: false },
  });
  await pass(10);
  store.advance(2_000);
  await pass(15_000);
  const id = await put('hold');
  await store.cancel('a', id);
  await pass(LEASE);
  release.open();
  await pass(LEASE);
  expect(heard).toEqual([
    'good 1 begins',
    'good 1 completed completed',
    'bad 1 begins',
    'bad 1 failed null',
    'bad 2 begins',
    'bad 2 failed dead',
    'hold 1 begins',
    'hold 1 cancelled cancelled',
  ]);
});

test('what was taken from the worker is told by nobody twice, and what nobody here can run never begins', async () => {
  const { hold, release } = holding();
  store.strange = 'strange';
  await work({ hold, strange: () => 1 });
  await put('hold');
  await put('strange');
  await reap();
  release.open();
  await pass(LEASE);
  expect(heard).toEqual(['hold 1 begins', 'hold 2 begins', 'hold 2 completed completed']);
});

test('an ending whose answer was lost is told once', async () => {
  await work({ good: () => 1 });
  let lost = 0;
  store.after = (verb) => {
    if (verb === 'claim' && heard.length === 1 && lost++ === 0) throw unavailable();
  };
  await put('good');
  await pass(5_000);
  expect(lost).toBeGreaterThan(0);
  expect(heard).toEqual(['good 1 begins', 'good 1 completed completed']);
});

test('a listener that throws harms neither the worker nor the others', async () => {
  store.observed.add({
    attemptStarted: () => {
      throw new Error('broken');
    },
  });
  await work({ good: () => 1 });
  const id = await put('good');
  expect(await store.find(id)).toMatchObject({ state: 'completed' });
});

test('whoever stops listening hears nothing more', () => {
  const observers = new Observers(silentLog);
  let count = 0;
  const stop = observers.add({ tasksMade: (_, __, made) => (count += made) });
  observers.tasksMade('a', 'h', 2);
  stop();
  observers.tasksMade('a', 'h', 2);
  expect(count).toBe(2);
});
