/** Plans of file sets: what applying them would change in what fires, told before it is done; and its text. */

import { beforeEach, describe, expect, test } from 'vitest';
import { planLines } from '../../../src/cli/commands/plan-shown.js';
import { createOutput } from '../../../src/cli/output.js';
import type { ScheduleDefinition } from '../../../src/domain/schedule/schedule.js';
import { silentLog } from '../../../src/runtime/silent-log.js';
import { Planner } from '../../../src/scheduler/planner.js';
import { pauseSchedule, putSchedule } from '../../../src/schedules/edit.js';
import type { Asked } from '../../../src/sets/asked.js';
import { packSet } from '../../../src/sets/body.js';
import { carryOut } from '../../../src/sets/carry-out.js';
import { planSet } from '../../../src/sets/plan-set.js';
import type { PlanView } from '../../../src/sets/plan-view.js';
import { type Proposing, propose } from '../../../src/sets/propose.js';
import type { Term } from '../../../src/store/contract/index.js';
import { ModelStore } from '../../../src/testing/model-store.js';
import { define } from '../domain/schedule/definitions.js';

/** A Sunday, ten past four in Berlin. */
const NOW = Date.UTC(2026, 10, 29, 15, 10);

let store: ModelStore;
let term: Term;
beforeEach(async () => {
  store = new ModelStore(NOW);
  store.setLock('lock', 'mine');
  const made = await store.allocateTerm('node', 'mine', 'lock');
  if (!made) throw new Error('a term expected');
  term = made;
});

type Declared = readonly ScheduleDefinition[];

async function asked(definitions: Declared, over: Partial<Asked> = {}): Promise<Asked> {
  const declared = definitions.map((definition, at) => ({
    definition,
    place: { file: 'schedules/a.yaml', line: 3 + at, column: 3 },
  }));
  return { set: 'files', packed: await packSet(declared), node: 'ann', process: 'ann~1', ...over };
}

const plan = async (definitions: Declared, over: Partial<Asked> = {}): Promise<PlanView> => ({
  ...(await planSet(store, await asked(definitions, over), store.now)),
  warnings: [],
});

let nonces = 0;
async function apply(definitions: Declared, over: Partial<Proposing> = {}): Promise<string> {
  nonces += 1;
  const proposing = { ...(await asked(definitions, over)), nonce: `n${nonces}`, ...over };
  const { verdict } = await propose(store, proposing, store.now);
  for (const queue of await store.queues()) await store.takeOffice(queue, term);
  const record = await store.setRecord(proposing.set);
  if (record)
    await carryOut(record, { store, term, signal: new AbortController().signal, now: () => store.now });
  return verdict;
}

/** The leader plans that far. */
async function ahead(horizon: number): Promise<void> {
  const planner = new Planner({
    ...{ store, log: silentLog, queue: 'default', signal: new AbortController().signal, term, horizon },
    ...{ onFenced: async () => {}, mayCatchUp: () => true },
  });
  await planner.tick();
}

const changeOf = ({ changes }: PlanView, id: string) => {
  const found = changes.find((one) => one.id === id);
  if (!found) throw new Error(`no change of ${id}`);
  return found;
};
const textOf = (view: PlanView): string => {
  let text = '';
  const output = createOutput({ write: (more) => (text += more) }, { write: () => true });
  for (const line of planLines(view)) output.line(line);
  return text;
};

const nightly = define({ cron: '30 2 * * *', timezone: 'Europe/Berlin' }, 'nightly');
const hourly = define({ cron: '0 * * * *' }, 'hourly');
const old = define({ cron: '15 4 * * 1' }, 'old');

test('what is new comes with its runs, and after it is applied nothing is left to change', async () => {
  const first = await plan([nightly, hourly]);
  expect(first.counts).toMatchObject({ create: 2, unchanged: 0 });
  expect(first.against).toEqual({ owners: [] });
  expect(changeOf(first, 'nightly')).toMatchObject({
    ...{ action: 'create', file: 'schedules/a.yaml', line: 3 },
    fields: [
      { field: 'handler', after: 'demo.report' },
      { field: 'cron', after: '30 2 * * *' },
      { field: 'timezone', after: 'Europe/Berlin' },
    ],
    runs: {
      ...{ before: 0, after: 7, removed: { count: 0 }, moved: { count: 0 } },
      added: {
        count: 7,
        first: ['2026-11-30T01:30:00.000Z', '2026-12-01T01:30:00.000Z', '2026-12-02T01:30:00.000Z'],
      },
    },
  });
  expect(await store.schedules()).toEqual([]);
  await apply([nightly, hourly]);
  const second = await plan([nightly, hourly]);
  expect(second).toMatchObject({ verdict: 'current', changes: [], counts: { unchanged: 2 } });
  expect(textOf(second)).toContain('No changes: 2 stay as they are.');
});

describe('fire times', () => {
  const runs = async (before: ScheduleDefinition, after: ScheduleDefinition) => {
    await apply([before, old]);
    return changeOf(await plan([after, old]), after.id).runs;
  };

  test('a run that comes at another time has moved', async () => {
    const later = define({ cron: '45 2 * * *', timezone: 'Europe/Berlin' }, 'nightly');
    const { added, removed, moved } = await runs(nightly, later);
    expect([added.count, removed.count, moved.count]).toEqual([0, 0, 7]);
    expect(moved.first[0]).toEqual({ from: '2026-11-30T01:30:00.000Z', to: '2026-11-30T01:45:00.000Z' });
  });

  test('a calendar with more runs adds those it has not had', async () => {
    const often = define({ cron: '*/30 * * * *' }, 'hourly');
    const found = await runs(hourly, often);
    expect(found).toMatchObject({ before: 168, after: 336, added: { count: 168 }, removed: { count: 0 } });
    expect(found.added.first[0]).toBe('2026-11-29T15:30:00.000Z');
  });

  test('a zone, an exclusion, an end and a number of runs count', async () => {
    const changed = define(
      { cron: '0 * * * *', exclude: [{ cron: '* 0-11 * * *' }], endAt: '2026-12-01T00:00:00Z', maxRuns: 10 },
      'hourly',
    );
    // From 16 to 23 o'clock today, and two on Monday: then it has had its ten.
    expect(await runs(hourly, changed)).toMatchObject({ before: 168, after: 10 });
  });

  test('very many are compared as far as they are known, and that is said', async () => {
    const every = define({ every: '10s' }, 'often');
    const found = await runs(every, define({ every: '20s' }, 'often'));
    expect(found.before).toBe(2_500);
    expect(Date.parse(found.until) - NOW).toBe(25_000_000);
    expect(found).toMatchObject({ removed: { count: 1_250 }, added: { count: 0 } });
  });

  test('a handler alone changes none of them', async () => {
    const other = { ...hourly, handler: 'other', payload: { secret: 'new' } };
    await apply([{ ...hourly, payload: { secret: 'old' } }]);
    const change = changeOf(await plan([other]), 'hourly');
    expect(change.runs).toMatchObject({ added: { count: 0 }, removed: { count: 0 }, moved: { count: 0 } });
    expect(change.fields).toEqual([
      { field: 'handler', before: 'demo.report', after: 'other' },
      { field: 'payload.secret' },
    ]);
  });
});

test('a rename is told as one, with what stays of it', async () => {
  await apply([nightly, hourly]);
  await pauseSchedule(store, 'nightly', { reason: 'works' }, store.now, { by: 'bob' });
  const renamed = { ...nightly, id: 'nightly-report', formerly: 'nightly' };
  const found = await plan([renamed, hourly]);
  expect(found.counts).toMatchObject({ rename: 1, create: 0, remove: 0 });
  expect(changeOf(found, 'nightly-report')).toMatchObject({
    ...{ action: 'rename', formerly: 'nightly', fields: [] },
    paused: { by: 'bob', reason: 'works' },
  });
  await apply([renamed, hourly]);
  expect((await plan([renamed, hourly])).changes).toEqual([]);
});

test('what waits: planned runs stay or go, unfinished ones go on or are withdrawn', async () => {
  await apply([hourly, old]);
  await ahead(2 * 3_600_000);
  const even = define({ cron: '0 */2 * * *' }, 'hourly');
  expect(changeOf(await plan([even, old]), 'hourly').waits?.planned).toEqual({ stay: 1, withdrawn: 1 });
  expect(changeOf(await plan([old]), 'hourly').waits?.planned).toEqual({ stay: 0, withdrawn: 2 });
  const other = { ...hourly, handler: 'other' };
  expect(changeOf(await plan([other, old]), 'hourly').waits?.planned).toEqual({ stay: 2, withdrawn: 0 });
  store.advance(50 * 60_000 + 500);
  await store.promote('default', 10);
  expect(changeOf(await plan([other, old]), 'hourly').waits?.unfinished).toEqual({
    ...{ underWay: 1, waiting: 0, becomes: 'goOn' },
  });
  expect(changeOf(await plan([old]), 'hourly').waits?.unfinished).toMatchObject({
    becomes: 'withdrawnUnlessRunning',
  });
});

test('the second on which most start is found before and after', async () => {
  await apply([define({ cron: '0 3 * * *' }, 'a'), define({ cron: '0 3 * * *' }, 'b'), hourly]);
  const found = await plan([define({ cron: '0 5 * * *' }, 'a'), define({ cron: '0 3 * * *' }, 'b'), hourly]);
  expect(found.peaks).toMatchObject({
    before: { at: '2026-11-30T03:00:00.000Z', starts: 3, schedules: ['a', 'b', 'hourly'] },
    after: { at: '2026-11-30T03:00:00.000Z', starts: 2, schedules: ['b', 'hourly'] },
  });
});

describe('what belongs to somebody else', () => {
  test('is left aside, with the place where its owner declares it; the plan of another set does not touch it', async () => {
    await apply([nightly], { set: 'billing' });
    await putSchedule(store, old, { kind: 'api', set: 'api' }, NOW);
    const found = await plan([nightly, old, hourly]);
    expect(found.counts).toMatchObject({ create: 1, conflict: 2, remove: 0 });
    expect(found.conflicts).toEqual([
      {
        ...{ id: 'nightly', owner: 'set billing', ownerFile: 'schedules/a.yaml', ownerLine: 3 },
        ...{ file: 'schedules/a.yaml', line: 3 },
      },
      { id: 'old', owner: 'the API', file: 'schedules/a.yaml', line: 4 },
    ]);
    expect(found.against.owners).toEqual([
      { id: 'nightly', owner: 'set billing' },
      { id: 'old', owner: 'the API' },
    ]);
  });

  test('is taken over when that is asked for', async () => {
    await apply([nightly], { set: 'billing' });
    const found = await plan([nightly], { takeOver: ['nightly'] });
    expect(found.counts).toMatchObject({ takeOver: 1, conflict: 0 });
    expect(changeOf(found, 'nightly')).toMatchObject({ action: 'takeOver', from: 'set billing' });
    await expect(plan([nightly], { takeOver: ['other'] })).rejects.toMatchObject({ code: 'invalid_input' });
  });
});

test('what would be held says why, and what is held now is told', async () => {
  await apply([nightly, hourly], { release: '2' });
  expect(await plan([nightly])).toMatchObject({ verdict: 'held', reason: 'releaseMissing' });
  await apply([nightly]);
  const found = await plan([nightly, hourly, old], { release: '3' });
  expect(found).toMatchObject({ verdict: 'accepted', held: { reason: 'releaseMissing', node: 'ann' } });
});

test('what is more than is told one by one is counted, and what goes away is told first', async () => {
  await apply([old]);
  const many = Array.from({ length: 1_500 }, (_, n) => define({ every: '1h' }, `s${n}`));
  const found = await plan(many, { force: true });
  expect([found.changes.length, found.more, found.changes[0]?.id]).toEqual([1_000, 501, 'old']);
  expect(found.counts).toMatchObject({ create: 1_500, remove: 1 });
});

test('a saved plan is refused where the cluster has moved on, and says what has', async () => {
  await apply([nightly]);
  const { against } = await plan([nightly, hourly]);
  await apply([nightly, old]);
  await expect(apply([nightly, hourly], { against })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('of the set files revision 1 was in force, and revision 2, by ann'),
  });
  const { against: fresh } = await plan([nightly, hourly]);
  await putSchedule(store, hourly, { kind: 'api', set: 'api' }, NOW);
  await expect(apply([nightly, hourly], { against: fresh })).rejects.toMatchObject({
    errors: [{ pointer: '/schedules/hourly', detail: 'hourly belongs to the API now' }],
  });
  const { against: third } = await plan([nightly, hourly]);
  expect(await apply([nightly, hourly], { against: third })).toBe('accepted');
  // Sent again it is in force already, and no reason to refuse.
  expect(await apply([nightly, hourly], { against: third })).toBe('current');
});

test('as text', async () => {
  await apply([nightly, hourly, old, define({ every: '1h', phase: '10m' }, 'quiet')]);
  await apply([define({ every: '5m' }, 'theirs')], { set: 'billing' });
  await pauseSchedule(store, 'quiet', { until: NOW + 3_600_000, reason: 'works' }, NOW, { by: 'bob' });
  const found = await plan(
    [
      define({ cron: '45 2 * * *', timezone: 'Europe/Berlin', description: 'Close the day' }, 'nightly'),
      { ...hourly, id: 'each-hour', formerly: 'hourly', queue: 'mail' },
      define({ every: '1h', phase: '10m' }, 'quiet'),
      define({ cron: '0 8 * * 1-5' }, 'morning'),
      define({ every: '5m' }, 'theirs'),
    ],
    { release: '1.2.0', environment: 'production', commit: 'abc123' },
  );
  expect(textOf(found)).toMatchInlineSnapshot(`
    "set files, against revision 1; with release 1.2.0, environment production, commit abc123

    - old  (schedules/a.yaml:5)
        runs  1 fewer  in the next 7 days  2026-11-30T04:15:00.000Z

    ~ each-hour  (was hourly, schedules/a.yaml:4)
        queue: default → mail
        moves from queue default to mail; what has come due stays where it is

    ~ nightly  (schedules/a.yaml:3)
        cron: 30 2 * * * → 45 2 * * *
        description: Close the day
        runs  7 → 7  in the next 7 days
          ~ 7 moved
               2026-11-30T01:30:00.000Z  →  2026-11-30T01:45:00.000Z
               2026-12-01T01:30:00.000Z  →  2026-12-01T01:45:00.000Z
               2026-12-02T01:30:00.000Z  →  2026-12-02T01:45:00.000Z

    + morning  (schedules/a.yaml:6)
        handler: demo.report
        cron: 0 8 * * 1-5
        runs  5  in the next 7 days  2026-11-30T08:00:00.000Z  2026-12-01T08:00:00.000Z  2026-12-02T08:00:00.000Z  …

    ! theirs  (schedules/a.yaml:7) belongs to set billing, declared at schedules/a.yaml:3: left aside; --take-over theirs takes it over

      quiet  paused  since  2026-11-29T15:10:00.000Z  by bob  until  2026-11-29T16:10:00.000Z  (works)

    most starts on one second:  2 → 3  at  2026-11-30T08:00:00.000Z  (each-hour, morning, theirs)

    It would be held: it was read for environment production, the live set for no environment. apply --force, or carillon sets apply, lets it through.

    Plan: 1 to create, 1 to change, 1 to rename, 1 to remove; 1 stays. 1 left aside.
    "
  `);
});
