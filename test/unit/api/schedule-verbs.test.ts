/** What people do to schedules over HTTP: pause with an end, skip, backfill, and pause of many. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ApiOnModel, apiOnModel } from './support.js';

let on: ApiOnModel;
beforeEach(async () => {
  on = apiOnModel();
  for (const [id, tier] of Object.entries({ a: 'gold', b: 'gold', c: 'tin' })) {
    await on.put(`/v1/schedules/${id}`, { handler: 'h', every: '1m', labels: { tier } });
  }
});
afterEach(() => on.api.close());

const at = (ms: number) => new Date(ms).toISOString();
/** Status and what stands below `errors`, or the detail. */
async function refused(url: string, body: object): Promise<[number, string]> {
  const { statusCode, json } = await on.post(url, body);
  const { errors = [], detail, code } = json();
  const [first] = errors;
  return [statusCode, first ? `${first.pointer} ${first.detail}` : `${code}: ${detail}`];
}

describe('pause', () => {
  test('says until when, why, since when and who', async () => {
    const { now } = on.store;
    const body = { until: '2h', reason: 'works', by: 'ann' };
    const { statusCode, json } = await on.post('/v1/schedules/a/pause', body);
    expect([statusCode, json()]).toMatchObject([
      200,
      {
        state: 'paused',
        pausedBy: 'ann',
        paused: { at: at(now), until: at(now + 7_200_000), reason: 'works', by: 'ann' },
        nextRuns: [],
      },
    ]);
    expect((await on.get('/v1/schedules/a/revisions')).json().items[0]).toMatchObject({ by: 'ann' });
    expect((await on.post('/v1/schedules/a/resume')).json()).not.toHaveProperty('pausedBy');
  });

  test.each([
    ['a', { until: '2020-01-01T00:00:00Z' }, 422, '/until must lie ahead'],
    ['a', { until: '0ms' }, 422, '/until must lie ahead'],
    ['a', { until: 'soon' }, 422, '/until must be a time such as'],
    ['a', { untill: '2h' }, 422, '/untill is not a known key (did you mean'],
    ['a', { reason: '' }, 422, '/reason must be a text'],
    ['nobody', {}, 404, 'There is no schedule'],
  ])('of %s with %j is refused', async (id, body, status, text) => {
    const [code, detail] = await refused(`/v1/schedules/${id}/pause`, body);
    expect([code, detail]).toEqual([status, expect.stringContaining(text)]);
    expect((await on.get('/v1/schedules/a')).json().state).toBe('enabled');
  });

  test('of one that has finished is refused with the reason', async () => {
    await on.put('/v1/schedules/a', { handler: 'h', every: '1m', endAt: at(on.store.now + 1_000) });
    for (const [verb, body] of Object.entries({
      pause: {},
      skip: {},
      backfill: { from: at(on.store.now - 1_000), to: at(on.store.now) },
    })) {
      const [status, text] = await refused(`/v1/schedules/a/${verb}`, body);
      expect([status, text]).toEqual([
        409,
        expect.stringContaining('has finished, because it has no run before'),
      ]);
    }
  });
});

describe('pause and resume of many', () => {
  test('meet those that the filter matches, when they are as many as was said', async () => {
    const filter = { label: { tier: 'gold' } };
    const dry = await on.post('/v1/schedules/pause?dryRun=true', { filter });
    expect(dry.json()).toEqual({ count: 2, sample: ['a', 'b'] });
    expect(await refused('/v1/schedules/pause', { filter, count: 3 })).toEqual([409, '/count must be 2']);
    const done = await on.post('/v1/schedules/pause', { filter, count: 2, until: '1h', reason: 'works' });
    expect([done.statusCode, done.json()]).toEqual([200, { count: 2, changed: 2 }]);
    const states = (await on.get('/v1/schedules')).json().items.map(({ state }: { state: string }) => state);
    expect(states).toEqual(['paused', 'paused', 'enabled']);
    const resumed = await on.post('/v1/schedules/resume', { filter: { label: 'tier=gold' }, count: 2 });
    expect(resumed.json()).toEqual({ count: 2, changed: 2 });
  });

  test.each([
    [{ filter: {} }, '/count is required'],
    [{ count: 1 }, '/filter is required'],
    [{ filter: {}, count: 0 }, '/count must be a whole number'],
    [{ filter: { tier: 'gold' }, count: 1 }, '/filter/tier is not a known key'],
    [{ filter: { label: 3 }, count: 1 }, '/filter/label must be'],
    [{ filter: {}, count: 3, until: '2020-01-01T00:00:00Z' }, '/until must lie ahead'],
  ])('refuse %j', async (body, text) => {
    expect(await refused('/v1/schedules/pause', body)).toEqual([422, expect.stringContaining(text)]);
  });

  test('leave schedules that are called pause and resume in reach', async () => {
    expect((await on.put('/v1/schedules/pause', { handler: 'h', every: '1m' })).statusCode).toBe(201);
    expect((await on.get('/v1/schedules/pause')).json().id).toBe('pause');
    expect((await on.remove('/v1/schedules/pause')).statusCode).toBe(204);
  });
});

describe('skip', () => {
  test('takes the next runs out, adds up, and is dropped by resume', async () => {
    const { now } = on.store;
    const next = async (url: string, body = {}) => (await on.post(url, body)).json().nextRuns[0];
    expect(await next('/v1/schedules/a/skip')).toBe(at(now + 120_000));
    expect(await next('/v1/schedules/a/skip', { count: 2 })).toBe(at(now + 240_000));
    const seen = await on.get(`/v1/schedules/a/occurrences?from=${at(now + 60_000)}&to=${at(now + 240_000)}`);
    expect(seen.json().items).toMatchObject([
      { fate: 'skipped', reason: 'skipNext' },
      { fate: 'skipped', reason: 'skipNext' },
      { fate: 'skipped', reason: 'skipNext' },
      { fate: 'preview' },
    ]);
    expect(await next('/v1/schedules/a/resume')).toBe(at(now + 60_000));
  });

  test.each([
    ['a', { count: 0 }, 422, '/count must be a whole number from 1 to 1000'],
    ['a', { count: '2' }, 422, '/count must be a whole number'],
    ['nobody', {}, 404, 'There is no schedule'],
  ])('of %s with %j is refused', async (id, body, status, text) => {
    expect(await refused(`/v1/schedules/${id}/skip`, body)).toEqual([status, expect.stringContaining(text)]);
  });
});

describe('backfill', () => {
  const range = (from: number, to: number) => ({
    from: at(on.store.now + from * 60_000),
    to: at(on.store.now + to * 60_000),
  });

  test('is previewed, and begun as an operation that can be seen and aborted', async () => {
    const body = { ...range(-5, 0), perMinute: 60, by: 'ann' };
    const dry = await on.post('/v1/schedules/a/backfill?dryRun=true', body);
    expect([dry.statusCode, dry.json()]).toMatchObject([
      200,
      { count: 5, sample: [{ nominalAt: at(on.store.now - 300_000), fate: 'none' }, {}, {}, {}, {}] },
    ]);
    expect((await on.get('/v1/operations')).json()).toEqual({ items: [], nextCursor: null });
    const begun = await on.post('/v1/schedules/a/backfill', body);
    const { id } = begun.json();
    expect([begun.statusCode, begun.headers['location']]).toEqual([202, `/v1/operations/${id}`]);
    const shown = {
      ...{ id, kind: 'backfill', count: 5, matched: 5, done: 0, failed: 0, state: 'running', by: 'ann' },
      ...{
        perMinute: 60,
        createdAt: at(on.store.now),
        filter: { schedule: 'a', from: body.from, to: body.to },
      },
    };
    expect(begun.json()).toEqual(shown);
    expect((await on.get(`/v1/operations/${id}`)).json()).toEqual(shown);
    expect((await on.get('/v1/operations?state=running&kind=backfill')).json().items).toEqual([shown]);
    const aborted = await on.post(`/v1/operations/${id}/abort`, { reason: 'no' });
    expect(aborted.json()).toMatchObject({ state: 'aborted', problem: 'aborted: no' });
    expect((await on.post(`/v1/operations/${id}/abort`)).statusCode).toBe(200);
    expect((await on.get('/v1/operations?state=running')).json().items).toEqual([]);
  });

  test.each([
    ['a', { from: 'x' }, 422, '/from must be'],
    ['a', { from: undefined }, 422, '/from is required'],
    ['a', { from: 0, to: -5 }, 422, '/to must lie after `from`'],
    ['a', { from: -5, to: 1 }, 422, '/to must not lie ahead'],
    ['a', { perMinute: 0 }, 422, '/perMinute must be a whole number'],
    ['a', { rerun: 'yes' }, 422, '/rerun must be true or false'],
    ['a', { from: -10_001 }, 409, '/to would create 10001 runs, and at most 10000'],
    ['nobody', {}, 404, 'There is no schedule'],
  ])('of %s with %j is refused', async (id, over, status, text) => {
    const given = { from: -5, to: 0, ...over } as Record<string, unknown>;
    const time = (one: unknown) => (typeof one === 'number' ? at(on.store.now + one * 60_000) : one);
    const body = { ...given, from: time(given['from']), to: time(given['to']) };
    expect(await refused(`/v1/schedules/${id}/backfill`, body)).toEqual([
      status,
      expect.stringContaining(text),
    ]);
    expect(await on.store.operations()).toEqual([]);
  });

  test('pages of operations follow each other', async () => {
    for (let i = 1; i <= 3; i += 1) {
      on.store.advance(60_000);
      await on.post('/v1/schedules/a/backfill', range(-i, 0));
    }
    const first = (await on.get('/v1/operations?limit=2')).json();
    const rest = (await on.get(`/v1/operations?limit=2&cursor=${first.nextCursor}`)).json();
    const counts = [...first.items, ...rest.items].map(({ createdAt }) => createdAt);
    expect(counts).toEqual([0, 1, 2].map((n) => at(on.store.now - n * 60_000)));
    expect(rest.nextCursor).toBeNull();
    expect((await on.get('/v1/operations/nobody')).statusCode).toBe(404);
  });
});
