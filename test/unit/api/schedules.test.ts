/** Routes of schedules over the model store. */

import { describe, expect, it } from 'vitest';
import { turn } from '../../../src/domain/schedule/ledger.js';
import type { Spec } from '../../../src/domain/schedule/schedule.js';
import { ledgerOf, ledgerWrite } from '../../../src/schedules/ledger-of.js';
import { api, get, post, put, store } from './stage.js';

describe('schedules', () => {
  const daily = { handler: 'a', cron: '0 9 * * *', timezone: 'Europe/Berlin' };

  it('are put, shown, paused, resumed and deleted', async () => {
    const created = await put('/v1/schedules/daily', daily);
    expect(created.statusCode).toBe(201);
    expect(created.json()).toMatchObject({
      id: 'daily',
      state: 'enabled',
      cron: '0 9 * * *',
      source: { kind: 'api' },
    });
    const shown = (await get('/v1/schedules/daily')).json();
    expect(shown.nextRuns).toHaveLength(5);
    expect(shown.nextRuns[0]).toBe('2026-01-01T08:00:00.000Z');

    expect((await put('/v1/schedules/daily', { ...daily, description: 'x' })).statusCode).toBe(200);
    const paused = (await post('/v1/schedules/daily/pause', { reason: 'holiday' })).json();
    expect(paused).toMatchObject({ state: 'paused', paused: { reason: 'holiday' }, nextRuns: [] });
    expect((await post('/v1/schedules/daily/resume')).json()).toMatchObject({ state: 'enabled' });
    expect((await api.app.inject({ method: 'DELETE', url: '/v1/schedules/daily' })).statusCode).toBe(204);
    expect((await get('/v1/schedules/daily')).statusCode).toBe(404);
  });

  it('are edited only at the revision the caller saw', async () => {
    const tag = String((await put('/v1/schedules/daily', daily)).headers['etag']);
    expect((await put('/v1/schedules/daily', { ...daily, owner: 'a' }, { 'if-match': tag })).statusCode).toBe(
      200,
    );
    const refused = await put('/v1/schedules/daily', { ...daily, owner: 'b' }, { 'if-match': tag });
    expect(refused.statusCode).toBe(412);
    expect(refused.json().code).toBe('precondition_failed');
  });

  it('that belong to a file are not edited or deleted here', async () => {
    await put('/v1/schedules/daily', daily);
    const row = await store.schedule('daily');
    if (!row) throw new Error('not stored');
    const source = { kind: 'file', set: 'files', file: 's.yaml', line: 3 } as const;
    const edit = {
      expect: { revision: row.schedule.revision, cursor: row.cursor },
      cursor: row.cursor,
      withdraw: null,
      id: 'daily',
    };
    await store.edit('default', {
      ...edit,
      schedule: { ...row.schedule, source, revision: row.schedule.revision + 1 },
    });
    expect((await put('/v1/schedules/daily', { ...daily, owner: 'x' })).statusCode).toBe(409);
    expect((await api.app.inject({ method: 'DELETE', url: '/v1/schedules/daily' })).statusCode).toBe(409);
    expect((await get('/v1/schedules/daily')).json().source).toMatchObject({ file: 's.yaml', line: 3 });
  });

  it('show what becomes of their instants', async () => {
    await put('/v1/schedules/often', { handler: 'a', every: '10m' });
    const from = new Date(store.now - 1_200_000).toISOString();
    const to = new Date(store.now + 1_200_000).toISOString();
    const { items } = (await get(`/v1/schedules/often/occurrences?from=${from}&to=${to}`)).json();
    expect(items.map((one: { fate: string }) => one.fate)).toEqual([
      'unknown',
      'unknown',
      'unknown',
      'preview',
      'preview',
    ]);
  });

  it('show what they leave out as it was written, and refuse calendars with advice', async () => {
    const exclude = ['2026-12-25', '2026-12-24..2027-01-01', { cron: '* * * * SUN' }];
    const created = await put('/v1/schedules/often', {
      ...{ handler: 'a', every: '6h', timezone: 'Europe/Berlin', jitter: '90s', maxRuns: 7 },
      exclude: [...exclude, { from: '2026-08-01', to: '2026-08-02' }],
    });
    expect(created.json()).toMatchObject({
      ...{ every: '6h', timezone: 'Europe/Berlin', jitter: '1m30s', maxRuns: 7 },
      exclude: [...exclude, '2026-08-01..2026-08-02'],
    });
    expect(created.json().warnings).toEqual([]);
    const refused = await put('/v1/schedules/often', { handler: 'a', every: '6h', exclude: ['holidays'] });
    expect(refused.statusCode).toBe(422);
    expect(refused.json().errors).toEqual([
      { pointer: '/exclude/0', detail: expect.stringContaining('list the dates here') },
    ]);
    const never = await put('/v1/schedules/often', { ...daily, exclude: [{ cron: '* * * * *' }] });
    expect(never.json().errors).toEqual([
      { pointer: '/exclude', detail: expect.stringContaining('never happens') },
    ]);
  });

  it('that this release cannot plan are shown as faulty, and the others beside them', async () => {
    await put('/v1/schedules/odd', daily);
    await put('/v1/schedules/sound', daily);
    const row = await store.schedule('odd');
    if (row?.schedule.definition.spec.kind !== 'cron') throw new Error('not stored');
    const { definition } = row.schedule;
    const spec = { ...definition.spec, expressions: ['nonsense'] } as Spec;
    await store.edit('default', {
      id: 'odd',
      expect: { revision: row.schedule.revision, cursor: row.cursor },
      schedule: { ...row.schedule, definition: { ...definition, spec }, revision: row.schedule.revision + 1 },
      cursor: row.cursor,
      withdraw: null,
    });
    const { items } = (await get('/v1/schedules')).json();
    expect(items).toMatchObject([
      { id: 'odd', state: 'faulty', fault: expect.stringContaining('nonsense'), nextRuns: [] },
      { id: 'sound', state: 'enabled' },
    ]);
  });

  it('of whatever kind show their fault, can be explained no further, and can be put right', async () => {
    const specs: unknown[] = [{ kind: 'moon' }, { kind: 'unreadable', fault: 'cannot be read' }, {}];
    for (const spec of specs) {
      await put('/v1/schedules/odd', daily);
      const row = await store.schedule('odd');
      if (!row) throw new Error('not stored');
      const { schedule, cursor } = row;
      const definition = { ...schedule.definition, spec: spec as Spec };
      await store.edit('default', {
        ...{ id: 'odd', expect: { revision: schedule.revision, cursor }, cursor, withdraw: null },
        schedule: { ...schedule, definition, revision: schedule.revision + 1 },
      });
      const shown = await get('/v1/schedules/odd?runs=2');
      expect([shown.statusCode, shown.json().state], JSON.stringify(spec)).toEqual([200, 'faulty']);
      expect(shown.json().fault).toMatch(/./);
      expect((await get('/v1/schedules')).statusCode).toBe(200);
      for (const path of ['occurrences', `explain?at=${new Date(store.now).toISOString()}`]) {
        expect((await get(`/v1/schedules/odd/${path}`)).statusCode, path).toBeLessThan(500);
      }
      expect((await post('/v1/schedules/odd/pause')).statusCode).toBe(200);
      expect((await post('/v1/schedules/odd/resume')).statusCode).toBe(200);
      expect((await put('/v1/schedules/odd', daily)).json()).toMatchObject({ state: 'enabled' });
    }
  });

  it('say what is probably not meant', async () => {
    const created = await put('/v1/schedules/odd', { handler: 'a', cron: '*/90 * * * *' });
    expect(created.statusCode).toBe(201);
    expect(created.json().warnings).toEqual([
      { pointer: '/cron', detail: expect.any(String), code: 'long_step' },
    ]);
    const passed = await put('/v1/schedules/late', { handler: 'a', at: '2020-01-01T00:00:00Z' });
    expect(passed.json().warnings).toEqual([
      { pointer: '/at', detail: expect.stringMatching(/^2020-01-01T\S+ has passed: /), code: 'past' },
    ]);
  });

  it('with jitter show when each run comes due beside its time', async () => {
    await put('/v1/schedules/often', { handler: 'a', every: '1h', jitter: '10m' });
    const { nextRuns, nextDueAt } = (await get('/v1/schedules/often')).json();
    expect(nextDueAt).toHaveLength(nextRuns.length);
    nextRuns.forEach((at: string, index: number) => {
      const late = Date.parse(nextDueAt[index]) - Date.parse(at);
      expect(late >= 0 && late <= 600_000).toBe(true);
    });
    const { items } = (await get('/v1/schedules/often/occurrences')).json();
    expect(items).toMatchObject([
      { nominalAt: new Date(store.now - 3_600_000).toISOString(), fate: 'unknown' },
      { nominalAt: new Date(store.now).toISOString(), fate: 'unknown' },
      { nominalAt: nextRuns[0], dueAt: nextDueAt[0], fate: 'preview' },
    ]);
    await put('/v1/schedules/plain', daily);
    expect((await get('/v1/schedules/plain')).json()).not.toHaveProperty('nextDueAt');
  });

  it('with maxRuns show no more than is left, count what fired, and are finished in the end', async () => {
    await put('/v1/schedules/thrice', { handler: 'a', every: '10m', maxRuns: 3 });
    const begin = store.now;
    const at = (n: number) => new Date(begin + n * 600_000).toISOString();
    const term = await store.allocateTerm('one', 'lock');
    if (!term) throw new Error('no term');
    await store.takeOffice('default', term);
    const plan = async (from: number, to: number, next: number | null) => {
      const row = await store.schedule('thrice');
      if (!row) throw new Error('no schedule');
      const nominals = Array.from({ length: to - from + 1 }, (_, i) => begin + (from + i) * 600_000);
      const occurrences = nominals.map((nominal) => ({
        nominal,
        draft: {
          ...{ id: `thrice@${nominal}`, handler: 'a', priority: 'normal' as const, payload: '' },
          ...{ due: nominal, createdAt: begin },
        },
      }));
      const entry = { schedule: 'thrice', revision: row.schedule.revision, cursor: row.cursor ?? 0 };
      const rest = { next: next === null ? null : begin + next * 600_000, occurrences };
      const { definition } = row.schedule;
      const limit = {
        at: nominals.at(-1) ?? 0,
        word: 'limit',
        before: definition,
        after: definition,
      } as const;
      const ended = ledgerWrite(row, turn(ledgerOf(row), { ...limit, tz: '' }), definition, store.now);
      const ledger = next === null ? { ledger: ended } : {};
      expect(await store.plan('default', term, [{ ...entry, ...rest, ...ledger }])).toEqual(['planned']);
    };
    const view = async () => {
      const { state, nextRuns, counters } = (await get('/v1/schedules/thrice')).json();
      return [state, nextRuns, counters];
    };
    const coming = async () => {
      const until = `to=${at(9)}&from=${at(0)}`;
      const { items } = (await get(`/v1/schedules/thrice/occurrences?${until}`)).json();
      return items.map((one: { fate: string }) => one.fate);
    };
    expect(await view()).toEqual(['enabled', [at(1), at(2), at(3)], { fired: 0, missed: 0 }]);
    expect(await coming()).toEqual(['unknown', 'preview', 'preview', 'preview']);
    await plan(1, 1, 2);
    store.advance(600_000);
    expect(await view()).toEqual(['enabled', [at(2), at(3)], { fired: 1, missed: 0 }]);
    expect(await coming()).toEqual(['unknown', 'fired', 'preview', 'preview']);
    await plan(2, 3, null);
    expect(await view()).toEqual(['enabled', [at(2), at(3)], { fired: 1, missed: 0 }]);
    store.advance(600_000);
    expect(await view()).toEqual(['enabled', [at(3)], { fired: 2, missed: 0 }]);
    store.advance(600_000);
    await store.promote('default', 10);
    // Its last run waits for a worker.
    expect(await view()).toEqual(['enabled', [], { fired: 3, missed: 0 }]);
    const request = { nonce: 1, want: 10, handlers: ['a'], leaseMs: 60_000, completions: [] };
    await store.claim('default', { worker: 'w', ...request });
    expect(await view()).toEqual(['finished', [], { fired: 3, missed: 0 }]);
    expect(await coming()).toEqual(['unknown', 'fired', 'fired', 'fired']);
    const told = (await get(`/v1/schedules/thrice/occurrences?to=${at(9)}&from=${at(0)}`)).json().items;
    const { number } = (await store.office()) ?? {};
    expect(told.map((one: { term?: number }) => one.term)).toEqual([undefined, number, number, number]);
    store.advance(600_000);
    await put('/v1/schedules/thrice', { handler: 'a', every: '10m', maxRuns: 4 });
    expect(await view()).toEqual(['enabled', [at(5)], { fired: 3, missed: 0 }]);
  });

  it('are listed page by page', async () => {
    for (const id of ['c', 'a', 'b']) await put(`/v1/schedules/${id}`, daily);
    const first = (await get('/v1/schedules?limit=2')).json();
    expect(first.items.map((one: { id: string }) => one.id)).toEqual(['a', 'b']);
    const second = (await get(`/v1/schedules?limit=2&cursor=${first.nextCursor}`)).json();
    expect(second).toMatchObject({ items: [{ id: 'c' }], nextCursor: null });
  });
});
