import { beforeEach, describe, expect, test } from 'vitest';
import { expand } from '../../../src/domain/schedule/expand.js';
import { wordsBetween } from '../../../src/domain/schedule/fates.js';
import { turn } from '../../../src/domain/schedule/ledger.js';
import type {
  ScheduleDefinition,
  ScheduleSource,
  StoredSchedule,
} from '../../../src/domain/schedule/schedule.js';
import { pauseSchedule, putSchedule, removeSchedule, resumeSchedule } from '../../../src/schedules/edit.js';
import { ledgerOf, ledgerWrite } from '../../../src/schedules/ledger-of.js';
import { revisionAt, revisionsOf } from '../../../src/schedules/revisions.js';
import type { ScheduleEdit, ScheduleRow, Term } from '../../../src/store/contract/index.js';
import { ModelStore } from '../../../src/testing/model-store.js';
import { exceptionsOf, wordsOf } from '../../support/fates.js';
import { define as defined } from '../domain/schedule/definitions.js';

const NOW = Date.UTC(2026, 0, 1);
/** Here runs are not ended one by one. */
const define: typeof defined = (fields, id) => defined({ overlap: 'allow', ...fields }, id);
const API: ScheduleSource = { kind: 'api', set: 'api' };
const FILE: ScheduleSource = { kind: 'file', set: 'main', file: 'a.yaml', line: 3, column: 3 };

let store: ModelStore;
let term: Term;
beforeEach(async () => {
  store = new ModelStore(NOW);
  store.setLock('lock', 'mine');
  term = (await store.allocateTerm('node', 'mine', 'lock')) as Term;
});

/** Plans up to `until` as the leader does; `last`: nothing more is left to plan then. */
async function plan(id: string, until: number, last = false): Promise<void> {
  const row = await store.schedule(id);
  if (!row || row.cursor === null) return;
  const { definition, revision } = row.schedule;
  const { occurrences, next } = expand(definition, row.cursor - 1, until, 1000);
  const drafts = occurrences.map(({ nominal, due }) => ({
    nominal,
    draft: {
      id: `${id}@${nominal}`,
      handler: definition.handler,
      priority: definition.priority,
      due,
      createdAt: NOW,
      payload: '',
    },
  }));
  const rest = last ? null : next;
  const end = (occurrences.at(-1)?.nominal ?? NOW) as number;
  const over = { at: end, word: 'limit', before: definition, after: definition, tz: '' } as const;
  const ledger = ledgerWrite(row, turn(ledgerOf(row), over), definition, NOW);
  const entry = {
    ...{ schedule: id, revision, cursor: row.cursor, next: rest, occurrences: drafts },
    ...(last ? { ledger } : {}),
  };
  await store.takeOffice(definition.queue, term);
  expect(await store.plan(definition.queue, term, [entry])).toEqual(['planned']);
}

/** Seconds after NOW at which tasks are waiting. */
async function waiting(queue = 'default'): Promise<number[]> {
  const { items } = await store.list(queue, 'scheduled', 1000);
  return items.map(({ dueAt }) => (dueAt - NOW) / 1000).sort((a, b) => a - b);
}

const cursor = async (id = 'sample'): Promise<number | null> => {
  const at = (await store.schedule(id))?.cursor ?? null;
  return at === null ? null : (at - NOW) / 1000;
};

/** A worker takes whatever is due. */
async function takeAll(): Promise<void> {
  const request = { nonce: 1, want: 100, handlers: ['demo.report'], leaseMs: 60_000, completions: [] };
  await store.promote('default', 1000);
  const { tasks } = await store.claim('default', { worker: 'w', ...request });
  expect(tasks.length).toBeGreaterThan(0);
}

const put = (definition: ScheduleDefinition, now = NOW, source = API) =>
  putSchedule(store, definition, source, now);

describe('put', () => {
  test('a new schedule begins with its first instant after now', async () => {
    expect((await put(define({ every: '5s' }))).word).toBe('created');
    expect(await cursor()).toBe(5);
    expect((await store.schedule('sample'))?.schedule).toMatchObject({
      revision: NOW,
      createdAt: NOW,
      source: API,
    });
  });

  test('the same definition again changes nothing, wherever it is written', async () => {
    await put(define({ every: '5s' }), NOW, FILE);
    const { word, row } = await put(define({ every: '5s' }), NOW + 1, { ...FILE, line: 99 });
    expect([word, row?.schedule.revision]).toEqual(['unchanged', NOW]);
  });

  test('a change withdraws what was planned after now, and neither repeats nor skips', async () => {
    await put(define({ every: '5s' }));
    await plan('sample', NOW + 20_000);
    expect(await waiting()).toEqual([5, 10, 15, 20]);
    expect((await put(define({ every: '4s' }), NOW + 10_000)).word).toBe('changed');
    expect(await waiting()).toEqual([5, 10]);
    expect(await cursor()).toBe(12);
    expect((await store.schedule('sample'))?.schedule).toMatchObject({ revision: NOW + 1, createdAt: NOW });
  });

  test('a schedule at its end still withdraws what it had planned', async () => {
    await put(define({ at: new Date(NOW + 8_000) }));
    await plan('sample', NOW + 10_000);
    expect([await cursor(), await waiting()]).toEqual([null, [8]]);
    await put(define({ at: new Date(NOW + 60_000) }), NOW + 1_000);
    expect([await cursor(), await waiting()]).toEqual([60, []]);
  });

  test('disabling withdraws, enabling goes on after now', async () => {
    await put(define({ every: '5s' }));
    await plan('sample', NOW + 10_000);
    await put(define({ every: '5s', enabled: false }), NOW + 1_000);
    expect([await cursor(), await waiting()]).toEqual([null, []]);
    await put(define({ every: '5s' }), NOW + 11_000);
    expect(await cursor()).toBe(15);
  });

  test('what belongs to somebody else is left alone', async () => {
    await put(define({ every: '5s' }), NOW, FILE);
    expect((await put(define({ every: '6s' }))).word).toBe('conflict');
    expect((await put(define({ every: '6s' }), NOW, { ...FILE, set: 'other' })).word).toBe('conflict');
    expect((await store.schedule('sample'))?.schedule.revision).toBe(NOW);
  });

  test('instants that passed undecided wait on their own calendar when another one follows', async () => {
    await put(define({ every: '5s' }));
    expect((await put(define({ every: '6s' }), NOW + 11_000)).word).toBe('changed');
    expect(await cursor()).toBe(12);
    const [row] = (await store.undecided('default', store.now, 9)).rows;
    const { backlog, calendars } = ledgerOf(row as ScheduleRow);
    expect(backlog).toEqual([{ from: NOW + 5_000, to: NOW + 11_000, calendar: 0 }]);
    expect(calendars).toEqual([{ spec: { kind: 'every', every: 5_000, phase: 0 } }]);
  });

  test('instants that passed undecided stay before the cursor when the calendar is the same', async () => {
    await put(define({ every: '5s' }));
    expect((await put(define({ every: '5s', handler: 'new' }), NOW + 11_000)).word).toBe('changed');
    expect([await cursor(), await store.undecided('default', store.now, 9)]).toEqual([
      5,
      { rows: [], next: null },
    ]);
  });

  test('a run that has begun behind the edit instant moves the boundary behind it', async () => {
    await put(define({ every: '5s' }));
    await plan('sample', NOW + 20_000);
    // The clock was ahead: the third run has begun.
    store.set(NOW + 15_000);
    await store.promote('default', 10);
    store.set(NOW + 6_000);
    expect((await put(define({ every: '4s' }), NOW + 6_000)).word).toBe('changed');
    // The first was late by then: it waits to be judged, on the calendar it was planned by.
    expect([await cursor(), await waiting()]).toEqual([16, [5]]);
    expect(
      await wordsOf(
        store,
        'sample',
        [5, 10, 15].map((s) => NOW + s * 1_000),
      ),
    ).toEqual([...['fired', 'fired', 'fired']]);
  });

  test('what had been planned and was withdrawn is superseded', async () => {
    await put(define({ every: '5s' }));
    await plan('sample', NOW + 20_000);
    await put(define({ every: '4s' }), NOW + 6_000);
    expect(await exceptionsOf(store, 'sample')).toEqual([
      { word: 'superseded', from: NOW + 10_000, to: NOW + 20_000, calendar: 0 },
    ]);
  });

  test('one that should have run once in the past has missed it', async () => {
    await put(define({ at: new Date(NOW - 3_600_000) }));
    expect(await cursor()).toBeNull();
    expect(await wordsOf(store, 'sample', [NOW - 3_600_000])).toEqual(['missed']);
  });

  test('the last revisions are told with who made them and when', async () => {
    await put(define({ every: '5s' }));
    for (let n = 1; n <= 25; n += 1) {
      await putSchedule(store, define({ every: `${5 + n}s` }), API, NOW + n, { by: `person ${n}` });
    }
    const { schedule } = (await store.schedule('sample')) ?? {};
    const revisions = revisionsOf(schedule as StoredSchedule);
    expect(revisions).toHaveLength(20);
    expect(revisions[0]).toMatchObject({
      revision: NOW + 25,
      by: 'person 25',
      at: NOW + 25,
    });
    expect(new Set(revisions.map(({ digest }) => digest)).size).toBe(20);
    expect(revisionAt(schedule as StoredSchedule, NOW + 24)).toBe(NOW + 24);
  });

  test('a move to another queue takes the schedule along and leaves nothing behind', async () => {
    await put(define({ every: '5s' }));
    await plan('sample', NOW + 10_000);
    const { word, row } = await put(define({ every: '5s', queue: 'mail' }), NOW + 6_000);
    expect([word, row?.schedule.revision, row?.schedule.createdAt]).toEqual(['changed', NOW + 1, NOW]);
    expect((await store.schedule('sample'))?.queue).toBe('mail');
    expect(await waiting()).toEqual([5]);
    expect(await cursor()).toBe(10);
    expect(await store.schedules()).toHaveLength(1);
  });

  test('If-Match: only the revision that was read', async () => {
    await put(define({ every: '5s' }));
    const edit = (revision: number) =>
      putSchedule(store, define({ every: '6s' }), API, NOW, { revision }).then(({ word }) => word);
    expect([await edit(NOW + 7), await edit(NOW), await edit(NOW)]).toEqual(['stale', 'changed', 'stale']);
  });

  test('under a term that is no longer in office nothing is written', async () => {
    await put(define({ every: '5s' }));
    await store.takeOffice('default', term);
    const later = (await store.allocateTerm('other', 'mine', 'lock')) as Term;
    await store.takeOffice('default', later);
    const { word } = await putSchedule(store, define({ every: '6s' }), API, NOW, { term });
    const created = await putSchedule(store, define({ every: '6s' }, 'new'), API, NOW, { term });
    expect([word, created.word]).toEqual(['fenced', 'fenced']);
    expect((await store.schedules()).map(({ schedule }) => schedule.revision)).toEqual([NOW]);
  });
});

describe('pause and resume', () => {
  test('withdraw, stay through a change, and go on after now', async () => {
    await put(define({ every: '5s' }));
    await plan('sample', NOW + 10_000);
    expect((await pauseSchedule(store, 'sample', { reason: 'flood' }, NOW + 6_000)).word).toBe('changed');
    expect([await cursor(), await waiting()]).toEqual([null, []]);
    expect((await pauseSchedule(store, 'sample', {}, NOW + 7_000)).word).toBe('unchanged');
    await put(define({ every: '3s' }), NOW + 7_000);
    const { paused } = (await store.schedule('sample'))?.schedule ?? {};
    expect([paused, await cursor()]).toEqual([{ at: NOW + 6_000, reason: 'flood', by: 'api' }, null]);
    expect((await resumeSchedule(store, 'sample', NOW + 20_000)).word).toBe('changed');
    expect(await cursor()).toBe(21);
    expect((await store.schedule('sample'))?.schedule).not.toHaveProperty('paused');
    expect((await resumeSchedule(store, 'sample', NOW + 20_000)).word).toBe('unchanged');
  });

  test('resuming what is disabled plans nothing', async () => {
    await put(define({ every: '5s', enabled: false }));
    await pauseSchedule(store, 'sample', {}, NOW);
    await resumeSchedule(store, 'sample', NOW);
    expect(await cursor()).toBeNull();
  });

  test('what is not there is unknown', async () => {
    expect((await pauseSchedule(store, 'none', {}, NOW)).word).toBe('unknown');
    expect((await resumeSchedule(store, 'none', NOW)).word).toBe('unknown');
    expect((await removeSchedule(store, 'none', NOW)).word).toBe('unknown');
  });
});

describe('what a late planner had not come to', () => {
  const missed = () => exceptionsOf(store, 'sample');

  test('is missed when a pause comes first', async () => {
    await put(define({ every: '5s' }));
    expect((await pauseSchedule(store, 'sample', {}, NOW + 12_000)).word).toBe('changed');
    expect(await missed()).toEqual([{ word: 'missed', from: NOW + 5_000, to: NOW + 12_000, count: 2 }]);
    await resumeSchedule(store, 'sample', NOW + 100_000);
    expect(await missed()).toHaveLength(1);
  });

  test('was skipped when it is disabled', async () => {
    await put(define({ every: '5s' }));
    await put(define({ every: '5s', enabled: false }), NOW + 12_000);
    expect(
      await wordsOf(
        store,
        'sample',
        [5, 10, 15].map((s) => NOW + s * 1_000),
      ),
    ).toEqual([...['disabled', 'disabled', 'disabled']]);
  });

  test('is missed down to the last instant, however many there are', async () => {
    await put(define({ cron: '* * * * * *' }));
    const days = 6;
    expect((await pauseSchedule(store, 'sample', {}, NOW + days * 86_400_000)).word).toBe('changed');
    expect(await missed()).toEqual([{ word: 'missed', from: NOW + 1_000, to: NOW + days * 86_400_000 }]);
  });

  test('is nothing when the planner is on time, or the schedule was not to be planned', async () => {
    await put(define({ every: '5s' }));
    await pauseSchedule(store, 'sample', {}, NOW + 4_999);
    await put(define({ every: '7s' }), NOW + 60_000);
    expect(await missed()).toEqual([]);
  });
});

describe('maxRuns', () => {
  const runs = async () => (await store.schedule('sample'))?.runs;
  const limited = (maxRuns: number, fields: object = {}) => define({ every: '5s', maxRuns, ...fields });

  /** Plans the first `count` instants and ends there, as the planner does. */
  async function planAll(count: number, queue = 'default'): Promise<void> {
    await plan('sample', NOW + count * 5_000, true);
    expect((await store.schedule('sample'))?.queue).toBe(queue);
  }

  test('a change withdraws what is ahead of a schedule that had all its runs planned, and no more', async () => {
    await put(limited(3));
    await planAll(3);
    expect([await cursor(), await runs(), await waiting()]).toEqual([null, 3, [5, 10, 15]]);
    expect((await put(limited(3, { description: 'x' }), NOW + 6_000)).word).toBe('changed');
    expect([await cursor(), await runs(), await waiting()]).toEqual([10, 1, [5]]);
  });

  test('a long series of runs ahead is withdrawn as a whole', async () => {
    await put(limited(900));
    await planAll(900);
    await pauseSchedule(store, 'sample', {}, NOW + 10_000);
    expect([await runs(), await waiting()]).toEqual([0, []]);
  });

  test('a pause after the last run changes nothing of the past, and resuming yields no further run', async () => {
    await put(limited(3));
    await planAll(3);
    for (const seconds of [6, 12, 18]) {
      store.set(NOW + seconds * 1_000);
      await store.promote('default', 10);
    }
    await takeAll();
    const later = NOW + 90_000;
    await pauseSchedule(store, 'sample', {}, later);
    const { row } = await resumeSchedule(store, 'sample', later + 1);
    expect([row?.cursor, await cursor(), await runs()]).toEqual([null, null, 3]);
  });

  test('more of them revive it from the edit on, fewer end it', async () => {
    await put(limited(2));
    await planAll(2);
    await put(limited(4), NOW + 61_000);
    expect([await cursor(), await runs()]).toEqual([65, 2]);
    await put(limited(1), NOW + 62_000);
    expect([await cursor(), await runs()]).toEqual([null, 2]);
    expect(await exceptionsOf(store, 'sample')).toEqual([]);
  });

  test('one that had its runs is never behind', async () => {
    await put(limited(2));
    await plan('sample', NOW + 10_000);
    expect([await cursor(), await runs()]).toEqual([15, 2]);
    expect((await put(limited(3), NOW + 20_000)).word).toBe('changed');
    expect(await cursor()).toBe(25);
  });

  test('a move takes the runs along that it leaves behind', async () => {
    await put(limited(4));
    await planAll(4);
    store.set(NOW + 12_000);
    // Promoted, though after the edit instant by the caller's clock: it stays.
    await store.promote('default', 10);
    await put(limited(4, { queue: 'mail' }), NOW + 6_000);
    const row = await store.schedule('sample');
    expect([row?.queue, row?.runs, await cursor()]).toEqual(['mail', 2, 15]);
    expect(await waiting()).toEqual([]);
  });

  test('removed and made anew it begins again', async () => {
    await put(limited(2));
    await planAll(2);
    await removeSchedule(store, 'sample', NOW + 60_000);
    await put(limited(2), NOW + 61_000);
    expect([await cursor(), await runs()]).toEqual([65, 0]);
  });
});

describe('pause, disable and removal mean it', () => {
  const rests = {
    paused: (now: number) => pauseSchedule(store, 'sample', {}, now),
    disabled: (now: number) => put(define({ every: '100s', jitter: '99s', enabled: false }), now),
    removed: (now: number) => removeSchedule(store, 'sample', now),
  };

  test.each(Object.entries(rests))(
    '%s: a run whose instant has passed and that is still to come is taken back',
    async (word, rest) => {
      await put(define({ every: '100s', jitter: '99s' }));
      await plan('sample', NOW + 300_000);
      await rest(NOW + 100_000);
      expect(await waiting()).toEqual([]);
      if (word === 'removed') return;
      expect(await wordsOf(store, 'sample', [NOW + 100_000])).toEqual([word]);
      expect((await store.schedule('sample'))?.runs).toBe(0);
    },
  );

  test.each(Object.entries(rests))(
    '%s: a ready run that nobody has claimed is taken back',
    async (word, rest) => {
      await put(define({ every: '100s', jitter: '99s' }));
      await plan('sample', NOW + 200_000);
      store.set(NOW + 299_000);
      await store.promote('default', 10);
      await rest(NOW + 299_000);
      expect(await store.queueFacts('default')).toMatchObject({ scheduled: 0, ready: 0, cancelled: 0 });
      if (word === 'removed') return;
      expect(
        await wordsOf(
          store,
          'sample',
          [100, 200].map((s) => NOW + s * 1_000),
        ),
      ).toEqual([word, word]);
    },
  );

  test('one that waits in the lane of an earlier definition is taken back too', async () => {
    await put(define({ every: '5s' }));
    await plan('sample', NOW + 5_000);
    store.set(NOW + 5_000);
    await store.promote('default', 10);
    await put(define({ every: '5s', handler: 'renamed', priority: 'high' }), NOW + 5_000);
    await pauseSchedule(store, 'sample', {}, NOW + 5_000);
    expect(await store.queueFacts('default')).toMatchObject({ scheduled: 0, ready: 0 });
  });

  test('a run that a worker has had goes on', async () => {
    await put(define({ every: '5s' }));
    await plan('sample', NOW + 5_000);
    store.set(NOW + 5_000);
    await takeAll();
    await removeSchedule(store, 'sample', NOW + 5_000);
    expect(await store.queueFacts('default')).toMatchObject({ running: 1 });
  });
});

test('removing withdraws what was planned', async () => {
  await put(define({ every: '5s' }));
  await plan('sample', NOW + 10_000);
  expect((await removeSchedule(store, 'sample', NOW + 5_000, { owner: FILE })).word).toBe('conflict');
  expect((await removeSchedule(store, 'sample', NOW + 5_000)).word).toBe('removed');
  expect([await store.schedule('sample'), await waiting()]).toEqual([null, []]);
});

test('an edit that loses a race reads again, and gives up when it keeps losing', async () => {
  await put(define({ every: '5s' }));
  let races = 0;
  const write = store.edit.bind(store);
  store.edit = async (queue: string, edit: ScheduleEdit, ofTerm?: Term) => {
    races -= 1;
    return races >= 0 ? 'stale' : write(queue, edit, ofTerm);
  };
  races = 2;
  expect((await put(define({ every: '6s' }))).word).toBe('changed');
  races = 100;
  expect((await put(define({ every: '7s' }))).word).toBe('stale');
});

test('renamed, its past keeps the instants that its former id was hashed to, and the new ones are of the new id', async () => {
  const old = defined({ cron: 'H * * * *' }, 'old');
  const renamed = defined({ cron: 'H * * * *', formerly: 'old' }, 'renamed');
  const minuteOf = (definition: ScheduleDefinition): number =>
    new Date(expand(definition, NOW, NOW + 3_600_000, 1).occurrences[0]?.nominal ?? 0).getUTCMinutes();
  expect(minuteOf(old)).not.toBe(minuteOf(renamed));
  await putSchedule(store, old, FILE, NOW);
  const boundary = NOW + 3 * 3_600_000;
  await plan('old', boundary);
  await putSchedule(store, renamed, FILE, boundary);
  const row = await store.schedule('renamed');
  if (!row) throw new Error('renamed');
  const { instants } = wordsBetween(ledgerOf(row), renamed, { from: NOW, to: NOW + 6 * 3_600_000, limit: 9 });
  const minutes = instants.map(({ nominal }) => new Date(nominal).getUTCMinutes());
  expect(minutes).toEqual([...Array(3).fill(minuteOf(old)), ...Array(3).fill(minuteOf(renamed))]);
});
