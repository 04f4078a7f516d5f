/** The last run in the view of a schedule. */

import { afterEach, beforeEach, expect, it } from 'vitest';
import { except } from '../../../src/domain/schedule/ledger.js';
import { ledgerOf, ledgerWrite } from '../../../src/schedules/ledger-of.js';
import type { Term } from '../../../src/store/contract/index.js';
import { type ApiOnModel, apiOnModel } from '../api/support.js';

const MINUTE = 60_000;

let on: ApiOnModel;
let term: Term;
/** A whole ten minutes. */
let begin: number;
beforeEach(async () => {
  on = apiOnModel();
  begin = on.store.now;
  await on.store.open('default');
  const won = await on.store.allocateTerm('one', 'lock');
  if (!won) throw new Error('no term');
  term = won;
  await on.store.takeOffice('default', term);
});
afterEach(() => on.api.close());

const at = (n: number) => begin + n * 10 * MINUTE;
const iso = (ms: number) => new Date(ms).toISOString();
const lastRun = async (id: string) => (await on.get(`/v1/schedules/${id}`)).json().lastRun;

/** Plans the instants named and leaves out those before the next one. */
async function plan(id: string, instants: number[], next: number): Promise<void> {
  const row = await on.store.schedule(id);
  if (!row) throw new Error('no schedule');
  const occurrences = instants.map((n) => ({
    nominal: at(n),
    draft: {
      ...{ id: `${id}@${at(n)}`, handler: 'a', priority: 'normal' as const, payload: '' },
      ...{ due: at(n), createdAt: on.store.now },
    },
  }));
  const place = { schedule: id, revision: row.schedule.revision, cursor: row.cursor ?? 0, next: at(next) };
  const { definition } = row.schedule;
  let ledger = ledgerOf(row);
  for (let n = (instants.at(-1) ?? 0) + 1; n < next; n += 1) {
    ledger = except(ledger, definition, { from: at(n), to: at(n), word: 'missed' });
  }
  const entry = { ...place, occurrences, ledger: ledgerWrite(row, ledger, definition, on.store.now) };
  expect(await on.store.plan('default', term, [entry])).toEqual(['planned']);
}

it('is the latest planned instant whose time has come, with the state of its task', async () => {
  await on.put('/v1/schedules/often', { handler: 'a', every: '10m' });
  expect(await lastRun('often')).toBeNull();
  await plan('often', [1, 2], 3);
  expect(await lastRun('often')).toBeNull();
  on.store.advance(10 * MINUTE);
  const first = { nominalAt: iso(at(1)), dueAt: iso(at(1)), taskId: `often@${at(1)}` };
  expect(await lastRun('often')).toEqual({ ...first, state: 'scheduled' });
  await on.store.promote('default', 10);
  await on.claim(['a']);
  expect(await lastRun('often')).toEqual({ ...first, state: 'running' });
  on.store.advance(10 * MINUTE);
  expect(await lastRun('often')).toMatchObject({ nominalAt: iso(at(2)) });
  const { items } = (await on.get('/v1/schedules')).json();
  expect(items).toMatchObject([{ id: 'often', lastRun: { nominalAt: iso(at(2)) } }]);
});

it('is found behind a few instants that went unfired, and through a long pause', async () => {
  await on.put('/v1/schedules/often', { handler: 'a', every: '10m' });
  await plan('often', [1], 8);
  on.store.advance(10 * MINUTE);
  await on.store.promote('default', 10);
  await on.claim(['a']);
  on.store.advance(60 * MINUTE);
  expect(await lastRun('often')).toMatchObject({ nominalAt: iso(at(1)) });
  await on.post('/v1/schedules/often/pause');
  on.store.advance(1_000 * MINUTE);
  expect(await lastRun('often')).toMatchObject({ nominalAt: iso(at(1)) });
});

it('comes due by the jitter of the schedule', async () => {
  await on.put('/v1/schedules/often', { handler: 'a', every: '10m', jitter: '5m' });
  await plan('often', [1], 2);
  const [dueAt] = (await on.get('/v1/schedules/often')).json().nextDueAt;
  on.store.advance(10 * MINUTE);
  expect(await lastRun('often')).toMatchObject({ nominalAt: iso(at(1)), dueAt });
});

it('is asked of the store in one call for a whole list, and not at all where nothing ran', async () => {
  let calls = 0;
  const ask = on.store.runStates.bind(on.store);
  on.store.runStates = (runs) => {
    calls += 1;
    return ask(runs);
  };
  for (const id of ['s1', 's2', 's3']) await on.put(`/v1/schedules/${id}`, { handler: 'a', every: '10m' });
  await on.get('/v1/schedules');
  expect(calls).toBe(0);
  for (const id of ['s1', 's3']) await plan(id, [1], 2);
  on.store.advance(10 * MINUTE);
  const { items } = (await on.get('/v1/schedules')).json();
  expect(items.map((one: { lastRun: object | null }) => one.lastRun !== null)).toEqual([true, false, true]);
  expect(calls).toBe(1);
});

it('the latest runs are told newest first, with state, lateness and length', async () => {
  await on.put('/v1/schedules/often', { handler: 'a', every: '10m' });
  await plan('often', [1, 2, 4], 5);
  expect((await on.get('/v1/schedules/often?runs=3')).json().runs).toEqual([]);
  expect((await on.get('/v1/schedules/often')).json().runs).toBeUndefined();
  on.store.advance(20 * MINUTE + 3_000);
  await on.store.promote('default', 10);
  const run = (n: number, over: object) => {
    return { nominalAt: iso(at(n)), dueAt: iso(at(n)), taskId: `often@${at(n)}`, ...over };
  };
  const [claimed] = await on.claim(['a']);
  const items = async (query: string) => (await on.get(`/v1/schedules?${query}`)).json().items[0].runs;
  expect(await items('runs=5&limit=10')).toEqual([
    run(2, { state: 'running', latenessMs: 3_000 }),
    // Set aside for the leader to judge.
    run(1, { state: 'scheduled' }),
  ]);
  if (!claimed) throw new Error('no task');
  const startedAt = on.store.now;
  const record = {
    attempt: 1,
    worker: 'w~1',
    startedAt,
    finishedAt: startedAt + 250,
    outcome: 'completed' as const,
  };
  const done = { id: claimed.id, token: claimed.token, record };
  await on.store.claim('default', {
    ...{ worker: 'w~1', nonce: 1_000_000, want: 0, handlers: ['a'], leaseMs: 10_000, completions: [done] },
  });
  expect(await items('runs=1')).toEqual([run(2, { state: 'completed', latenessMs: 3_000, runMs: 250 })]);
  for (const query of ['runs=0', 'runs=61', 'runs=x', 'runs=20&limit=1000']) {
    expect((await on.get(`/v1/schedules?${query}`)).statusCode).toBe(422);
  }
});

it('sixty runs of each schedule of a page are asked of the store in one call', async () => {
  let calls = 0;
  const ask = on.store.runTimes;
  on.store.runTimes = (asked) => {
    calls += 1;
    return ask(asked);
  };
  const all = Array.from({ length: 70 }, (_, n) => n + 1);
  for (const id of ['s1', 's2', 's3']) await on.put(`/v1/schedules/${id}`, { handler: 'a', every: '10m' });
  for (const id of ['s1', 's3']) await plan(id, all, 71);
  on.store.advance(700 * MINUTE);
  const { items } = (await on.get('/v1/schedules?runs=60')).json();
  expect(items.map((one: { runs: object[] }) => one.runs.length)).toEqual([60, 0, 60]);
  expect(items[0].runs[0]).toMatchObject({ nominalAt: iso(at(70)), state: 'scheduled' });
  expect(calls).toBe(1);
});
