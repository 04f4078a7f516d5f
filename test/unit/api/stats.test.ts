/** Statistics over HTTP: one item for each step, and refusals that say what to ask instead. */

import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ApiOnModel, apiOnModel } from './support.js';

let on: ApiOnModel;
beforeEach(() => {
  on = apiOnModel();
});
afterEach(() => on.api.close());

const add = (kind: 'queue' | 'handler' | 'schedule', name: string, counts: number[]) =>
  on.store.rollUp({
    ...{ source: `${kind} ${name}`, number: 1, repeatFor: 1_000 },
    cells: [{ subject: { kind, name }, minute: Math.floor(on.store.now / 60_000), counts }],
  });

it('has an item for each step, zeroes where nothing happened, and the total', async () => {
  await add('queue', '', [0, 7]);
  await add('queue', 'mail', [0, 5, 1, 2, 2, 1, 20, 4]);
  await add('handler', 'send', [3, 1]);
  const { statusCode, body } = await on.get('/v1/stats?queue=mail&step=1m');
  const answer = JSON.parse(body);
  expect([statusCode, answer.items.length, answer.step]).toEqual([200, 61, '1m']);
  const none = { p50: null, p95: null, p99: null };
  const nothing = { completed: 0, failed: 0, dead: 0, cancelled: 0, enqueued: 0, skipped: 0, missed: 0 };
  expect(answer.items[0]).toEqual({
    ...{ at: expect.stringMatching(/:00\.000Z$/), ...nothing, waitMs: none, runMs: none, latenessMs: none },
  });
  const { at: _, ...last } = answer.items.at(-1);
  expect(last).toEqual(answer.total);
  expect(last).toMatchObject({ completed: 5, failed: 2, dead: 1, cancelled: 0, waitMs: none });
  expect(last.runMs.p95).toBeGreaterThan(45);
  expect(last.runMs.p95).toBeLessThan(91);
  const total = async (asked: string) => (await on.get(`/v1/stats${asked}`)).json().total;
  expect(await total('')).toMatchObject({ completed: 7 });
  expect(await total('?handler=send')).toMatchObject({ completed: 0, cancelled: 1 });
  expect(await total('?schedule=nobody-knows')).toEqual({
    ...nothing,
    waitMs: none,
    runMs: none,
    latenessMs: none,
  });
  const days = (await on.get('/v1/stats?step=1d')).json();
  expect([days.items.length, days.items.at(-1).completed]).toEqual([61, 7]);
});

it('those of a schedule go with it to another id, and not those of whoever takes the former one', async () => {
  const body = { handler: 'send', every: '1m' };
  const completed = async (schedule: string) =>
    (await on.get(`/v1/stats?schedule=${schedule}&step=1m`)).json().total.completed;
  await on.put('/v1/schedules/old', body);
  await add('schedule', 'old', [0, 3]);
  on.store.advance(120_000);
  await on.put('/v1/schedules/new', { ...body, formerly: 'old' });
  await add('schedule', 'new', [0, 4]);
  expect(await completed('new')).toBe(7);
  on.store.advance(120_000);
  await on.put('/v1/schedules/old', body);
  await on.store.rollUp({
    ...{ source: 'another', number: 1, repeatFor: 1_000 },
    cells: [
      {
        subject: { kind: 'schedule', name: 'old' },
        minute: Math.floor(on.store.now / 60_000),
        counts: [0, 5],
      },
    ],
  });
  expect(await completed('new')).toBe(7);
});

it.each([
  ['queue=mail&handler=send', '/handler', 'cannot be given beside queue'],
  ['queue=NO', '/queue', 'must be 1 to 64 characters'],
  ['from=2025-12-31T00:00:00Z&to=2025-12-30T00:00:00Z', '/from', 'must be before to'],
  ['from=2025-12-20T00:00:00Z&step=1m', '/step', 'at most 2000: ask for a larger step, such as 1h'],
  ['from=2025-12-30T22:00:00Z&step=1m', '/step', 'minutes are kept for 1d; ask for a step of whole hours'],
  ['from=2023-01-01T00:00:00Z&step=1d', '/from', 'days are kept for 400d'],
  ['step=10s', '/step', 'must be whole minutes'],
  ['step=5%20minutes', '/step', 'must be a duration'],
  ['steps=1m', '/steps', 'is not a known key (did you mean'],
])('%s is refused at %s', async (query, pointer, words) => {
  const { statusCode, body } = await on.get(`/v1/stats?${query}`);
  const { errors } = JSON.parse(body);
  expect([statusCode, errors]).toEqual([422, [{ pointer, detail: expect.stringContaining(words) }]]);
});
