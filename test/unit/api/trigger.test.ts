/** A run by hand over HTTP: its own identity, beside the schedule's instants, and what stands in its way. */

import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ApiOnModel, apiOnModel } from './support.js';

let on: ApiOnModel;
beforeEach(async () => {
  on = apiOnModel();
  await on.put('/v1/schedules/s', { handler: 'h', every: '1m', payload: { a: 1 }, labels: { tier: 'x' } });
});
afterEach(() => on.api.close());

const trigger = (body: object = {}, id = 's') => on.post(`/v1/schedules/${id}/trigger`, body);
/** The one that runs is through. */
async function run(): Promise<void> {
  await on.store.promote('default', 10);
  const [task] = await on.claim(['h']);
  if (!task) throw new Error('nothing to run');
  const record = { attempt: 1, worker: 'w~1', startedAt: 1, finishedAt: 2, outcome: 'failed' as const };
  const settlement = { id: task.id, token: task.token, record, failure: true, next: { to: 'dead' as const } };
  await on.store.settle('default', 'w~1', [settlement]);
}

test('makes a task of its own, and changes nothing of the schedule', async () => {
  const before = (await on.get('/v1/schedules/s')).json();
  const { statusCode, headers, json } = await trigger();
  const task = json();
  expect(task.id).toMatch(new RegExp(`^s@${on.store.now}!\\w+$`));
  expect([statusCode, headers['location']]).toEqual([201, `/v1/tasks/${encodeURIComponent(task.id)}`]);
  expect(task).toMatchObject({
    ...{ handler: 'h', payload: { a: 1 }, labels: { tier: 'x' }, unroutable: true },
    schedule: { id: 's', nominalAt: new Date(on.store.now).toISOString(), kind: 'trigger' },
  });
  const { nextRuns, counters, revision } = (await on.get('/v1/schedules/s')).json();
  expect({ nextRuns, counters, revision }).toEqual({
    nextRuns: before.nextRuns,
    counters: before.counters,
    revision: before.revision,
  });
});

test('its task is kept as long as the schedule says', async () => {
  const kept = (await on.put('/v1/schedules/s', { handler: 'h', every: '1m', retention: '30d' })).json();
  expect(kept).toMatchObject({ retention: '30d' });
  expect((await on.store.find((await trigger()).json().id))?.options).toMatchObject({
    retention: 30 * 86_400_000,
  });
});

test('takes a payload as the text it is, null included', async () => {
  expect((await trigger({ payload: { b: 2 }, overlap: 'allow' })).json().payload).toEqual({ b: 2 });
  expect((await trigger({ payload: null, overlap: 'allow' })).json().payload).toBeNull();
});

test('is refused behind a run in progress under skip, with the name of that run, unless the body says overlap', async () => {
  const first = (await trigger()).json();
  await on.store.promote('default', 10);
  const refused = await trigger();
  expect([refused.statusCode, refused.json()]).toMatchObject([
    409,
    { code: 'conflict', detail: expect.stringContaining(`The run ${first.id} of s is in progress`) },
  ]);
  expect((await trigger({ overlap: 'skip' })).statusCode).toBe(409);
  expect((await trigger({ overlap: 'allow' })).statusCode).toBe(201);
  await run();
  await run();
  expect((await trigger()).statusCode).toBe(201);
});

test('works while the schedule is paused or disabled', async () => {
  await on.post('/v1/schedules/s/pause');
  expect((await trigger({ overlap: 'allow' })).statusCode).toBe(201);
  await on.put('/v1/schedules/s', { handler: 'h', every: '1m', enabled: false });
  expect((await trigger({ overlap: 'allow' })).statusCode).toBe(201);
});

test.each([
  ['s', { payload: 'x'.repeat(1_048_577) }, 413, 'One field was not accepted'],
  ['s', { overlap: 'never' }, 422, 'One field was not accepted'],
  ['s', { when: 'now' }, 422, 'One field was not accepted'],
  ['nobody', {}, 404, 'There is no schedule'],
  ['over', {}, 409, 'has finished, because'],
])('of %s with %j is refused', async (id, body, status, text) => {
  const endAt = new Date(on.store.now + 1_000).toISOString();
  await on.put('/v1/schedules/over', { handler: 'h', every: '1m', endAt });
  const { statusCode, json } = await trigger(body, id);
  expect([statusCode, json().detail]).toEqual([status, expect.stringContaining(text)]);
  expect((await on.get('/v1/tasks')).json().items).toEqual([]);
});
