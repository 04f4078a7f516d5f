/** An edit of a schedule is shown before it is made: what it changes in what fires. */

import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ApiOnModel, apiOnModel } from './support.js';

const HOUR = 3_600_000;
let on: ApiOnModel;
beforeEach(() => {
  on = apiOnModel();
});
afterEach(() => on.api.close());

const preview = async (id: string, body: object) => {
  const { statusCode, json } = await on.put(`/v1/schedules/${id}?dryRun=true`, body);
  return { statusCode, ...json() };
};
const utc = (ms: number) => new Date(ms).toISOString();

test('tells runs that come, go and move, and changes nothing', async () => {
  const before = { handler: 'h', every: '12h' };
  const made = (await on.put('/v1/schedules/a', before)).json();
  const first = Math.ceil((on.store.now + 1) / (12 * HOUR)) * 12 * HOUR;

  const moved = await preview('a', { ...before, phase: '1h' });
  expect(moved).toMatchObject({ statusCode: 200, id: 'a', action: 'change' });
  expect(moved.fields).toEqual([{ field: 'phase', after: '1h' }]);
  // At the ends of the week one comes in and one goes out.
  expect(moved.runs).toMatchObject({ before: 14, after: 14, added: { count: 1 }, removed: { count: 1 } });
  expect(moved.runs.moved.count).toBe(13);
  expect(moved.runs.moved.first[0]).toEqual({ from: utc(first), to: utc(first + HOUR) });

  expect((await preview('a', { ...before, every: '6h' })).runs).toMatchObject({
    added: { count: 14 },
    removed: { count: 0 },
    moved: { count: 0 },
  });
  expect((await preview('a', { ...before, enabled: false })).runs).toMatchObject({
    removed: { count: 14 },
    after: 0,
  });
  expect((await preview('a', before)).action).toBe('none');

  const { revision, every } = (await on.get('/v1/schedules/a')).json();
  expect([revision, every]).toEqual([made.revision, '12h']);
});

test('shows one that would be new, and does not make it', async () => {
  const shown = await preview('b', { handler: 'h', cron: '0 2 * * *', timezone: 'Europe/Berlin' });
  expect(shown).toMatchObject({
    statusCode: 200,
    action: 'create',
    runs: { before: 0, added: { count: 7 } },
  });
  expect(shown.fields).toContainEqual({ field: 'cron', after: '0 2 * * *' });
  expect((await on.get('/v1/schedules/b')).statusCode).toBe(404);
});

test('refuses what the edit itself would refuse', async () => {
  expect(await preview('c', { handler: 'h', cron: '61 * * * *' })).toMatchObject({
    statusCode: 422,
    errors: [{ pointer: '/cron' }],
  });
  expect((await preview('c', { every: '1h' })).statusCode).toBe(422);
});
