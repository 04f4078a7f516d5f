/** What the API says of a task: its running attempt, its due time, and the limits of when it may be due. */

import { afterEach, beforeEach, expect, it, test } from 'vitest';
import type { TaskOptions } from '../../../src/domain/task/fields.js';
import { createdJson, createdView } from '../../../src/tasks/view.js';
import { type ApiOnModel, apiOnModel } from '../api/support.js';

const DAY = 86_400_000;

let on: ApiOnModel;
beforeEach(() => {
  on = apiOnModel();
});
afterEach(() => on.api.close());

const iso = (ms: number) => new Date(ms).toISOString();
const show = async (id: string) => (await on.get(`/v1/tasks/${id}`)).json();

it('shows the attempt that runs beside those that ended', async () => {
  const { id } = (await on.post('/v1/tasks', { handler: 'a' })).json();
  const [first] = await on.claim(['a']);
  if (!first) throw new Error('nothing claimed');
  const startedAt = on.store.now;
  expect((await show(id)).attempts).toEqual([
    { attempt: 1, worker: 'w~1', startedAt: iso(startedAt), outcome: 'running' },
  ]);
  on.store.advance(5);
  const ended = { attempt: 1, worker: 'w~1', startedAt, finishedAt: on.store.now };
  await on.store.settle('default', 'w~1', [
    {
      id,
      token: first.token,
      record: { ...ended, outcome: 'failed', error: { message: 'no' } },
      failure: true,
      next: { to: 'head' },
    },
  ]);
  await on.claim(['a']);
  expect((await show(id)).attempts).toEqual([
    {
      attempt: 1,
      worker: 'w~1',
      startedAt: iso(startedAt),
      finishedAt: iso(on.store.now),
      outcome: 'failed',
      error: { message: 'no' },
    },
    { attempt: 2, worker: 'w~1', startedAt: iso(on.store.now), outcome: 'running' },
  ]);
});

it.each([{}, { runAt: '2020-01-01T00:00:00Z' }, { runAt: '2026-06-01T00:00:00Z' }, { delay: '1h' }])(
  'tells the same of a new task with %j when it is made and later',
  async (when) => {
    const made = (await on.post('/v1/tasks', { handler: 'a', ...when })).json();
    // Nobody has the handler: said of every task when it is made, later of those that wait for a worker.
    const { unroutable, ...rest } = made;
    expect(unroutable).toBe(true);
    expect(await show(made.id)).toEqual({ ...rest, ...(made.state === 'ready' ? { unroutable } : {}) });
    const [one] = (await on.post('/v1/tasks/batch', { tasks: [{ handler: 'a', ...when }] })).json().results;
    expect((await show(one.task.id)).dueAt).toBe(one.task.dueAt);
  },
);

test('a task may be due 3650 days ahead and not 1 ms more, by delay and by runAt', async () => {
  const limit = 3650 * DAY;
  const status = async (when: object) => (await on.post('/v1/tasks', { handler: 'a', ...when })).statusCode;
  expect(await status({ delay: '3650d' })).toBe(201);
  expect(await status({ runAt: iso(on.store.now + limit) })).toBe(201);
  for (const when of [{ delay: '3650d1ms' }, { delay: '3654d' }, { runAt: iso(on.store.now + limit + 1) }]) {
    const refused = await on.post('/v1/tasks', { handler: 'a', ...when });
    expect([when, refused.statusCode]).toEqual([when, 422]);
    expect(refused.json().errors[0].detail).toContain('3650d (10 years)');
  }
});

it.each([
  {},
  { madeBy: 'a-1 2' },
  { labels: { tier: 'go"ld' } },
  { uniqueKey: 'a "key"\n', retry: { maxAttempts: 7 } },
])('writes a new task with %j as it shows it', (options) => {
  for (const due of [0, 2_000]) {
    const task = { id: 'ab-1', handler: 'a.b', priority: 'high' as const, due, createdAt: 1_000 };
    const draft = { ...task, payload: '{"a":[1,"ü"]}', options: options as TaskOptions };
    expect(JSON.parse(createdJson('mail', draft, 1_500))).toEqual(createdView('mail', draft, 1_500));
  }
});
