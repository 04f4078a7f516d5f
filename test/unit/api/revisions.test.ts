/** Revisions of a schedule over HTTP: what each changed, and which runs came, went or moved by it. */

import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ApiOnModel, apiOnModel } from './support.js';

const HOUR = 3_600_000;

let on: ApiOnModel;
beforeEach(() => {
  on = apiOnModel();
});
afterEach(() => on.api.close());

const get = async (path: string) => (await on.get(path)).json();
const list = async () => (await get('/v1/schedules/a/revisions')).items;
const show = async (revision: number) => get(`/v1/schedules/a/revisions/${revision}`);
const base = { handler: 'h', timezone: 'Europe/Berlin', cron: '0 3 * * *' };

it('says of each what it changed, newest first, and of the first one nothing', async () => {
  await on.put('/v1/schedules/a', { ...base, jitter: '5s', payload: { secret: 1 } });
  on.store.now += HOUR;
  await on.put('/v1/schedules/a', { ...base, cron: '30 3 * * *', payload: { secret: 1 } });
  on.store.now += HOUR;
  await on.put('/v1/schedules/a', { ...base, cron: '30 3 * * *', payload: { secret: 2 } });
  on.store.now += HOUR;
  await on.post('/v1/schedules/a/pause', { reason: 'works' });
  const items = await list();
  expect(items.map(({ did, fields }: { did?: string; fields?: unknown }) => [did, fields])).toEqual([
    ['paused', []],
    [undefined, [{ field: 'payload' }]],
    [
      undefined,
      [
        { field: 'cron', before: '0 3 * * *', after: '30 3 * * *' },
        { field: 'jitter', before: '5s' },
      ],
    ],
    [undefined, undefined],
  ]);
  expect(JSON.stringify(items)).not.toContain('secret');
});

it('tells the runs of the week behind an edit that came, went and moved, by the zone of the schedule', async () => {
  // Into the week in which clocks go back.
  on.store.now = Date.parse('2026-10-20T12:00:00Z');
  await on.put('/v1/schedules/a', base);
  on.store.now += HOUR;
  await on.put('/v1/schedules/a', { ...base, cron: '0 4 * * *' });
  on.store.now += HOUR;
  await on.put('/v1/schedules/a', { ...base, cron: ['0 4 * * *', '0 16 * * SAT'] });
  on.store.now += HOUR;
  await on.put('/v1/schedules/a', { ...base, cron: '0 4 * * MON-FRI' });
  const [weekdays, more, moved, first] = await list();
  const movedRuns = (await show(moved.revision)).runs;
  expect(movedRuns).toMatchObject({
    ...{ before: 7, after: 7, added: { count: 0 }, removed: { count: 0 }, moved: { count: 7 } },
  });
  expect(movedRuns.moved.first.slice(3, 6)).toEqual([
    { from: '2026-10-24T01:00:00.000Z', to: '2026-10-24T02:00:00.000Z' },
    { from: '2026-10-25T02:00:00.000Z', to: '2026-10-25T03:00:00.000Z' },
    { from: '2026-10-26T02:00:00.000Z', to: '2026-10-26T03:00:00.000Z' },
  ]);
  expect((await show(more.revision)).runs).toMatchObject({
    added: { count: 1, first: ['2026-10-24T14:00:00.000Z'] },
    removed: { count: 0 },
  });
  expect((await show(weekdays.revision)).runs.removed.first).toEqual([
    '2026-10-24T02:00:00.000Z',
    '2026-10-24T14:00:00.000Z',
    '2026-10-25T03:00:00.000Z',
  ]);
  const begun = await show(first.revision);
  expect([begun.before, begun.runs.before, begun.runs.after]).toEqual([undefined, 0, 7]);
});

it('takes what a pause kept from running for runs that went, and does not guess where nothing is kept', async () => {
  await on.put('/v1/schedules/a', { ...base, description: 'x'.repeat(2_000) });
  on.store.now += HOUR;
  await on.put('/v1/schedules/a', base);
  on.store.now += HOUR;
  await on.post('/v1/schedules/a/pause', {});
  on.store.now += HOUR;
  await on.post('/v1/schedules/a/resume', {});
  const [resumed, paused, shorter, long] = await list();
  expect(resumed.did).toBe('resumed');
  expect((await show(paused.revision)).runs).toMatchObject({ before: 7, after: 0, removed: { count: 7 } });
  expect((await show(resumed.revision)).runs).toMatchObject({ before: 0, after: 7 });
  expect([shorter.fields, long.fields]).toEqual([undefined, undefined]);
  expect(await show(long.revision)).not.toHaveProperty('runs');
  expect(await show(shorter.revision)).not.toHaveProperty('runs');
});

it('does not take the oldest one that is kept for the first one', async () => {
  for (let minute = 0; minute < 25; minute += 1) {
    await on.put('/v1/schedules/a', { ...base, cron: `${minute} 3 * * *` });
    on.store.now += HOUR;
  }
  const oldest = (await list()).at(-1);
  expect(await show(oldest.revision)).not.toHaveProperty('runs');
});

it('answers 404 for a revision that there is not', async () => {
  await on.put('/v1/schedules/a', base);
  for (const path of ['a/revisions/1', 'a/revisions/x', 'nobody/revisions/1'])
    expect((await on.get(`/v1/schedules/${path}`)).statusCode, path).toBe(404);
});
