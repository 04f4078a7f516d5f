/** File sets from proposal to what is stored: A, B, A, held ones, leaders that end between two edits, conflicts. */

import { beforeEach, describe, expect, test } from 'vitest';
import type { ScheduleDefinition } from '../../../src/domain/schedule/schedule.js';
import { silentLog } from '../../../src/runtime/silent-log.js';
import { SetDuty } from '../../../src/scheduler/set-duty.js';
import { pauseSchedule, putSchedule, removeSchedule } from '../../../src/schedules/edit.js';
import { finishOpenMoves } from '../../../src/schedules/move.js';
import { packSet } from '../../../src/sets/body.js';
import { carryOut } from '../../../src/sets/carry-out.js';
import { differenceText } from '../../../src/sets/difference.js';
import { planSet } from '../../../src/sets/plan-set.js';
import { letThrough, type Proposing, propose, REVISIONS_KEPT } from '../../../src/sets/propose.js';
import { keeping } from '../../../src/sets/revisions.js';
import { rollBack } from '../../../src/sets/rollback.js';
import type { SetChange, SetRecord, Term } from '../../../src/store/contract/index.js';
import { ModelStore } from '../../../src/testing/model-store.js';
import { define } from '../domain/schedule/definitions.js';

const NOW = Date.UTC(2026, 0, 1);
const place = { file: 'a.yaml', line: 1, column: 1 };
const a = define({ every: '5s' }, 'a');
const b = define({ every: '5s' }, 'b');
const slowB = define({ every: '9s' }, 'b');
const c = define({ every: '5s', queue: 'mail' }, 'c');

let store: ModelStore;
let term: Term;
let nonces = 0;
beforeEach(async () => {
  store = new ModelStore(NOW);
  store.setLock('lock', 'mine');
  term = await newTerm();
});

async function newTerm(): Promise<Term> {
  const made = await store.allocateTerm('node', 'mine', 'lock');
  if (!made) throw new Error('a term expected');
  return made;
}

async function put(definitions: ScheduleDefinition[], over: Partial<Proposing> = {}) {
  const packed = await packSet(definitions.map((definition) => ({ definition, place })));
  nonces += 1;
  const proposing = {
    set: 'files',
    packed,
    nonce: `n${nonces}`,
    node: 'n',
    process: 'n~1',
    directory: '/s',
    ...over,
  };
  const { verdict, reason, difference } = await propose(store, proposing, store.now);
  return { word: reason ?? verdict, ...difference.ids };
}

async function live() {
  const record = await store.setRecord('files');
  if (!record) throw new Error('a record expected');
  return record;
}

function by(over: { term?: Term; signal?: AbortSignal } = {}) {
  return { store, term, signal: new AbortController().signal, now: () => store.now, ...over };
}

const carry = async (over = {}) => carryOut(await live(), by(over));

async function stored(): Promise<Record<string, unknown>> {
  const rows = await store.schedules();
  return Object.fromEntries(
    rows.map(({ schedule: { definition } }) => [definition.id, definition.spec]).sort(),
  );
}

test('what is new is created, what differs changed, what is gone removed, the rest left', async () => {
  expect(await put([a, b])).toMatchObject({ word: 'accepted', created: ['a', 'b'] });
  expect(await carry()).toMatchObject({ word: 'done', difference: { created: 2 } });
  store.advance(1_000);
  expect(await put([slowB, c])).toMatchObject({
    word: 'accepted',
    created: ['c'],
    changed: ['b'],
    removed: ['a'],
  });
  const ids = { created: ['c'], changed: ['b'], removed: ['a'] };
  expect(await carry()).toMatchObject({ word: 'done', difference: { ids } });
  expect(await stored()).toEqual({ b: slowB.spec, c: c.spec });
  const row = await store.schedule('c');
  expect(row?.schedule.source).toEqual({ kind: 'file', set: 'files', ...place });
  expect(await carry()).toMatchObject({ word: 'done', difference: { created: 0, changed: 0, removed: 0 } });
});

test('A, B, A ends in A', async () => {
  for (const definitions of [
    [a, b],
    [a, slowB],
    [a, b],
  ]) {
    expect((await put(definitions)).word).toBe('accepted');
    await carry();
  }
  expect(await stored()).toEqual({ a: a.spec, b: b.spec });
  expect((await put([b, a])).word).toBe('current');
});

test('a proposal sent again is the same one, whatever came after it', async () => {
  await put([a], { nonce: 'first' });
  await put([a, b], { nonce: 'second' });
  expect((await put([a], { nonce: 'first' })).word).toBe('accepted');
  expect(await live()).toMatchObject({ number: 2, live: { schedules: 2 } });
});

test('a leader that ends between two edits leaves the rest to the next one, whatever was proposed meanwhile', async () => {
  await put([a]);
  await carry();
  await put([a, b, c]);
  // It ends after the edit of b: c was not made.
  const ended = new AbortController();
  const write = store.edit.bind(store);
  store.edit = async (queue, edit, of) => {
    if (edit.id === 'c') throw new Error('ended');
    return write(queue, edit, of);
  };
  await expect(carry({ signal: ended.signal })).rejects.toThrow('ended');
  store.edit = write;
  term = await newTerm();
  for (const queue of await store.queues()) await store.takeOffice(queue, term);
  // Back to A before anybody carried out B to its end: b must not stay.
  await put([a]);
  expect(await carry()).toMatchObject({ word: 'done', difference: { ids: { removed: ['b'] } } });
  expect(await stored()).toEqual({ a: a.spec });
});

test('a deposed leader changes neither schedules nor the record', async () => {
  await put([a]);
  await carry();
  const old = term;
  await newTerm();
  await put([a, b]);
  const before = await live();
  expect(await carry({ term: old })).toMatchObject({ word: 'fenced' });
  expect(await live()).toEqual(before);
  expect(await stored()).toEqual({ a: a.spec });
});

test('all schedules under other ids, from a process that is new: no other application', async () => {
  await put([a, b]);
  const renamed = [
    { ...a, id: 'x', formerly: 'a' },
    { ...b, id: 'y', formerly: 'b' },
  ];
  expect(await put(renamed, { process: 'y~1' })).toMatchObject({ word: 'accepted', created: ['x', 'y'] });
  const strange = [{ ...a, id: 'z', formerly: 'nobody' }];
  expect(await put(strange, { process: 'z~1' })).toMatchObject({ word: 'foreign' });
});

test('what speaks against a proposal holds it; one is held at a time, and a person lets it through', async () => {
  await put([a, b]);
  await carry();
  expect(await put([], { process: 'x~1' })).toMatchObject({ word: 'empty', removed: ['a', 'b'] });
  expect(await put([c], { process: 'y~1' })).toMatchObject({
    word: 'foreign',
    created: ['c'],
    removed: ['a', 'b'],
  });
  expect(await carry()).toMatchObject({ word: 'done' });
  expect(Object.keys(await stored())).toEqual(['a', 'b']);
  const record = await live();
  expect(record.held).toMatchObject({ reason: 'foreign', process: 'y~1', difference: { removed: 2 } });
  expect((await store.proposals('files')).map(({ number }) => number)).toEqual([3, 1]);
  await letThrough(store, record, store.now);
  await carry();
  expect(Object.keys(await stored())).toEqual(['c']);
  expect((await live()).held).toBeNull();
});

test('force, and dev, are heeded', async () => {
  await put([a]);
  expect((await put([b], { process: 'x~1', dev: true })).word).toBe('accepted');
  expect((await put([], { process: 'x~1' })).word).toBe('empty');
  expect((await put([], { process: 'x~1', force: true })).word).toBe('accepted');
});

test('what a process proposed and is held is withdrawn when it proposes the live set', async () => {
  await put([a, b]);
  await put([], { process: 'x~1', node: 'x' });
  expect((await put([a, b], { process: 'y~1', node: 'y' })).word).toBe('current');
  expect((await live()).held).not.toBeNull();
  expect((await put([a, b], { process: 'x~2', node: 'x' })).word).toBe('current');
  expect(await live()).toMatchObject({ held: null, carriers: ['x~2', 'y~1', 'n~1'] });
  expect(await store.proposals('files')).toHaveLength(1);
});

test('a pause survives, and sets leave each other and the API alone until the conflict is solved', async () => {
  await putSchedule(store, c, { kind: 'api', set: 'api' }, NOW);
  await put([a], { set: 'other' });
  await put([b, c, a]);
  const other = await store.setRecord('other');
  if (!other) throw new Error('a record expected');
  await carryOut(other, by());
  expect((await carry()).conflicts.map(({ id, owner }) => [id, owner]).sort()).toEqual([
    ['a', 'set other'],
    ['c', 'the API'],
  ]);
  await pauseSchedule(store, 'b', {}, NOW);
  await put([slowB, c, a]);
  await carry();
  expect((await store.schedule('b'))?.schedule).toMatchObject({ paused: { at: NOW }, definition: slowB });
  await removeSchedule(store, 'c', NOW);
  expect(await duty().tick()).toBeLessThan(10_000);
  expect((await store.schedule('c'))?.schedule.source.set).toBe('files');
  expect((await live()).carriedOut?.conflicts).toEqual([{ id: 'a', owner: 'set other' }]);
});

const forgetting = (record: SetRecord): SetChange => ({
  set: record.set,
  expect: record.version,
  record: { ...record, version: record.version + 1, carriedOut: null },
});

describe('a schedule that says what it was', () => {
  const renamed = define({ every: '5s', formerly: 'a', maxRuns: 9 }, 'z');

  test('goes on as what it was: pause, revision and past; what it was is gone', async () => {
    await put([a, b]);
    await carry();
    await pauseSchedule(store, 'a', { reason: 'works' }, NOW, { by: 'ann' });
    store.advance(60_000);
    await put([b, renamed]);
    const { word, difference, renamed: told } = await carry();
    expect(word).toBe('done');
    expect(difference.ids).toEqual({ created: ['z'], changed: [], removed: ['a'] });
    expect(told).toEqual([{ id: 'z', formerly: 'a', from: 'a' }]);
    expect(differenceText(difference)).toBe('1 renamed (z, was a)');
    expect(Object.keys(await stored())).toEqual(['b', 'z']);
    const row = await store.schedule('z');
    expect(row?.schedule).toMatchObject({
      ...{ createdAt: NOW, paused: { at: NOW, reason: 'works', by: 'ann' } },
      former: [{ id: 'a', until: NOW + 60_000 }],
    });
    expect(await carry()).toMatchObject({ word: 'done', renamed: [] });
    // The line may stay, and go, and what it was may come anew.
    await put([b, define({ every: '5s', maxRuns: 9 }, 'z'), a]);
    expect((await carry()).difference.ids).toEqual({ created: ['a'], changed: ['z'], removed: [] });
    expect((await store.schedule('z'))?.schedule.former).toHaveLength(1);
  });

  test('goes on under its former id where files from before that are back, and the plan says so', async () => {
    for (const known of [true, false]) {
      await put([a, b], { force: true });
      await carry();
      await pauseSchedule(store, 'a', { reason: 'works' }, NOW);
      await put([b, renamed]);
      await carry();
      const packed = await packSet([a, b].map((definition) => ({ definition, place })));
      const asked = { set: 'files', packed, node: 'n', process: 'n~1' };
      expect((await planSet(store, asked, store.now)).changes).toMatchObject([
        { id: 'a', action: 'rename', formerly: 'z', paused: { reason: 'works' } },
      ]);
      await put([a, b]);
      // A leader that knows nothing of what was carried out compares all that is stored.
      if (!known) await store.changeSet(forgetting(await live()), term);
      const { difference } = await carry();
      expect(differenceText(difference)).toBe('1 renamed (a, was z)');
      expect((await store.schedule('a'))?.schedule.paused).toMatchObject({ reason: 'works' });
    }
  });

  test('is no other application, whoever brings back the files from before that', async () => {
    await put([renamed]);
    await carry();
    expect((await put([a], { process: 'n~2' })).word).toBe('accepted');
  });

  test('is new where there is none', async () => {
    await put([renamed]);
    const { difference, renamed: told } = await carry();
    expect(difference.ids.created).toEqual(['z']);
    expect(told).toEqual([{ id: 'z', formerly: 'a', from: null }]);
  });

  test('is left aside while that belongs to the API or another set, and goes on as it when it is free', async () => {
    await putSchedule(store, a, { kind: 'api', set: 'api' }, NOW);
    await put([b, renamed]);
    const conflict = { id: 'z', owner: 'the API', formerly: 'a' };
    expect((await carry()).conflicts).toEqual([conflict]);
    expect(Object.keys(await stored())).toEqual(['a', 'b']);
    expect(await duty().tick()).toBeGreaterThan(1_000);
    expect((await live()).carriedOut?.conflicts).toEqual([conflict]);
    await removeSchedule(store, 'a', NOW);
    await duty().tick();
    expect(Object.keys(await stored())).toEqual(['b', 'z']);
  });

  test('a leader that ends between the two halves leaves nothing lost, and nothing twice', async () => {
    await put([a, b]);
    await carry();
    await pauseSchedule(store, 'a', {}, NOW);
    await put([b, renamed]);
    const write = store.edit.bind(store);
    store.edit = async (queue, edit, of) => {
      if (edit.id === 'z') throw new Error('ended');
      return write(queue, edit, of);
    };
    await expect(carry()).rejects.toThrow('ended');
    store.edit = write;
    term = await newTerm();
    for (const queue of await store.queues()) {
      await store.takeOffice(queue, term);
      await finishOpenMoves(store, queue, term);
    }
    expect(await carry()).toMatchObject({ word: 'done' });
    expect(Object.keys(await stored())).toEqual(['b', 'z']);
    expect((await store.schedule('z'))?.schedule.paused).toMatchObject({ at: NOW });
  });
});

test('what stands at another line, and is otherwise as it was, is found there; no revision comes of it', async () => {
  const at = async (definitions: ScheduleDefinition[], first: number) =>
    packSet(
      definitions.map((definition, n) => ({
        definition,
        place: { file: 'a.yaml', line: first + n, column: 3 },
      })),
    );
  await put([], { packed: await at([a, b], 3) });
  await carry();
  const before = await store.schedule('b');
  await put([], { packed: await at([c, a, b], 3), commit: 'abc' });
  expect((await carry()).difference).toMatchObject({ created: 1, changed: 0 });
  const after = await store.schedule('b');
  expect(after?.schedule).toEqual({
    ...before?.schedule,
    source: { kind: 'file', set: 'files', file: 'a.yaml', line: 5, column: 3, commit: 'abc' },
  });
  expect(after?.cursor).toBe(before?.cursor);
  // A leader that compares with all that is stored finds them too.
  await put([], { packed: await at([c, a, slowB], 30) });
  const { version, ...record } = await live();
  await store.changeSet({
    ...{ set: 'files', expect: version },
    record: { ...record, version: version + 1, carriedOut: null },
  });
  await carry();
  expect((await store.schedule('a'))?.schedule).toMatchObject({ revision: NOW, source: { line: 31 } });
});

describe('a set that takes schedules over', () => {
  const ours = async (set: string) => {
    const record = await store.setRecord(set);
    if (!record) throw new Error('a record expected');
    return record;
  };
  const carried = async (set: string) => carryOut(await ours(set), by());

  test('has them with all that they have; who had them is told, and does not take them back', async () => {
    await put([a, b], { set: 'other' });
    await carried('other');
    await pauseSchedule(store, 'a', { reason: 'works' }, NOW, { by: 'ann' });
    const before = await store.schedule('a');
    await put([a, c], { takeOver: ['a'], commit: 'abc' });
    expect(await carry()).toMatchObject({ word: 'done', conflicts: [] });
    const row = await store.schedule('a');
    expect(row).toMatchObject({ cursor: before?.cursor, runs: before?.runs });
    expect(row?.schedule).toMatchObject({
      ...{ paused: before?.schedule.paused, createdAt: NOW },
      source: { kind: 'file', set: 'files', file: 'a.yaml', commit: 'abc' },
    });
    const conflict = { id: 'a', owner: 'set files' };
    expect((await ours('other')).carriedOut?.conflicts).toEqual([conflict]);
    // It starts anew, and another leader compares all there is.
    const again = { set: 'other', node: 'o', process: 'o~2' };
    expect((await put([a, b], again)).word).toBe('current');
    const { version, ...record } = await ours('other');
    await store.changeSet({
      ...{ set: 'other', expect: version },
      record: { ...record, version: version + 1, carriedOut: null },
    });
    expect((await carried('other')).conflicts).toEqual([conflict]);
    expect((await store.schedule('a'))?.schedule.source.set).toBe('files');
    // What is no longer declared there is not removed here.
    await put([b], again);
    expect(await carried('other')).toMatchObject({ word: 'done', conflicts: [] });
    expect((await store.schedule('a'))?.schedule.source.set).toBe('files');
  });

  test('does so once: what is taken from it later stays there', async () => {
    await put([a], { set: 'other' });
    await carried('other');
    await put([a], { takeOver: ['a'] });
    await carry();
    expect((await put([a], { takeOver: ['a'] })).word).toBe('current');
    expect((await put([a], { set: 'other', takeOver: ['a'] })).word).toBe('accepted');
    await carried('other');
    expect((await live()).carriedOut?.conflicts).toEqual([{ id: 'a', owner: 'set other' }]);
    await put([a, b]);
    expect((await carry()).conflicts).toEqual([{ id: 'a', owner: 'set other' }]);
    expect((await store.schedule('a'))?.schedule.source.set).toBe('other');
  });

  test('takes them from the API too, and to another queue', async () => {
    await putSchedule(store, c, { kind: 'api', set: 'api' }, NOW);
    await pauseSchedule(store, 'c', {}, NOW);
    await put([{ ...c, queue: 'post' }], { takeOver: ['c'] });
    await store.takeOffice('mail', term);
    expect((await carry()).word).toBe('done');
    expect((await store.schedule('c'))?.schedule).toMatchObject({
      ...{ paused: { at: NOW }, definition: { queue: 'post' }, source: { set: 'files' } },
    });
  });

  test('names only what it declares', async () => {
    await expect(put([a], { takeOver: ['b'] })).rejects.toMatchObject({
      errors: [{ pointer: '/takeOver', detail: 'b is not declared by these files' }],
    });
  });
});

describe('a rollback', () => {
  const back = async (revision: number, nonce?: string) => {
    nonces += 1;
    const own = nonce ?? `r${nonces}`;
    return rollBack(store, 'files', { revision, by: 'ann', nonce: own }, store.now);
  };

  test('brings a revision back without its files, and holds what it went back from', async () => {
    await put([a, b], { release: '1' });
    await carry();
    await put([a, slowB], { release: '2' });
    await carry();
    await put([a, slowB, c], { release: '3' });
    await carry();
    expect(await back(1)).toMatchObject({
      live: { number: 4, restores: 1, release: '1', node: 'ann' },
      rolledBack: [{ release: '3' }, { release: '2' }],
    });
    await carry();
    expect(await stored()).toEqual({ a: a.spec, b: b.spec });
    // Both start anew, each with its release; and so does one of the files that were gone back to.
    expect((await put([a, slowB, c], { release: '3', process: 'n~2' })).word).toBe('rolledBack');
    expect((await put([a, slowB], { release: '2', process: 'n~3' })).word).toBe('rolledBack');
    expect((await put([a, b], { release: '1', process: 'n~4' })).word).toBe('current');
    expect((await put([a, slowB, c], { release: '4', process: 'n~5' })).word).toBe('accepted');
  });

  test('undoes renames: pause, past and counts go on under the id it had, also over several', async () => {
    const first = define({ every: '5s', formerly: 'a' }, 'z');
    await put([a, b]);
    await carry();
    await pauseSchedule(store, 'a', { reason: 'works' }, NOW, { by: 'ann' });
    await put([b, first]);
    await carry();
    await put([b, define({ every: '5s' }, 'z'), c]);
    await carry();
    await put([b, define({ every: '5s', formerly: 'z', queue: 'mail' }, 'y')]);
    await carry();
    await back(1);
    const { difference, renamed } = await carry();
    expect(difference.ids).toEqual({ created: ['a'], changed: [], removed: ['y'] });
    expect(renamed).toEqual([{ id: 'a', formerly: 'y', from: 'y' }]);
    expect(Object.keys(await stored())).toEqual(['a', 'b']);
    const paused = { at: NOW, reason: 'works', by: 'ann' };
    expect((await store.schedule('a'))?.schedule).toMatchObject({ createdAt: NOW, paused });
    // Its definition is that of its files, so these are in force.
    expect((await put([a, b], { process: 'n~2' })).word).toBe('current');
    // And forward again, by the files' own word and by what was gone back from.
    await back(2);
    await carry();
    expect((await store.schedule('z'))?.schedule).toMatchObject({ paused });
    await back(4);
    await carry();
    expect((await store.schedule('y'))?.schedule).toMatchObject({ paused });
    await back(5);
    await carry();
    expect((await store.schedule('a'))?.schedule).toMatchObject({ paused });
  });

  test('makes anew what was removed, and keeps apart what has its id by now', async () => {
    const z = define({ every: '7s' }, 'z');
    await put([a, z]);
    await carry();
    await put([a]);
    await carry();
    await put([define({ every: '5s', formerly: 'a' }, 'z')]);
    await carry();
    await back(1);
    await carry();
    expect(await stored()).toEqual({ a: a.spec, z: z.spec });
  });

  test('of a rollback goes back to what was left, and no further', async () => {
    await put([a]);
    await put([a, b]);
    await back(1);
    expect(await back(2)).toMatchObject({ live: { number: 4, restores: 2 } });
    expect((await put([a])).word).toBe('rolledBack');
    expect((await put([a, b])).word).toBe('current');
    expect((await live()).rolledBack).toHaveLength(1);
  });

  test('sent again is the same one; to what is not kept it is refused', async () => {
    await put([a]);
    await put([a, b]);
    const first = await back(1, 'same');
    await put([b, c], { force: true });
    await back(1, 'same');
    expect((await live()).number).toBe(first.number + 1);
    expect(await back(2)).toMatchObject({ live: { restores: 2 } });
    const { number } = await live();
    expect((await back(2)).number).toBe(number);
    await expect(back(9)).rejects.toMatchObject({
      code: 'not_found',
      message: 'There is no revision 9 of the file set files: kept are 5, 4, 3, 2, 1.',
    });
  });
});

test('what the kept revisions take is bounded; what they share takes nothing, and the one before is always kept', () => {
  const revision = (number: number, slices: string[], size: number) => ({
    ...{ number, digest: `d${number}`, schedules: 1, node: 'n', process: 'n~1', at: 0, slices },
    sizes: slices.map(() => size),
  });
  const record = { set: 's', version: 1, number: 9, live: null, carriers: [], held: null, carriedOut: null };
  const kept = (size: number, ...all: string[][]) =>
    keeping(
      record,
      record,
      all.map((slices, at) => revision(9 - at, slices, size)),
    );
  const mib = 1_048_576;
  expect(kept(20 * mib, ['a'], ['a', 'b'], ['a', 'b'])).toEqual({ forget: [7], drop: [] });
  expect(kept(20 * mib, ['a'], ['b'], ['c'])).toEqual({ forget: [7], drop: ['c'] });
  expect(kept(10 * mib, ['a'], ['b'], ['a'], ['c'], ['d'])).toEqual({ forget: [5], drop: ['d'] });
});

test('as many revisions are kept as are promised, and no slice of the others', async () => {
  for (let n = 0; n < REVISIONS_KEPT + 5; n += 1) {
    await put([a, define({ every: `${5 + n}s` }, 'b')]);
  }
  const kept = await store.proposals('files');
  expect(kept).toHaveLength(REVISIONS_KEPT);
  const first = (
    await packSet([a, define({ every: '5s' }, 'b')].map((definition) => ({ definition, place })))
  ).slices;
  expect(await store.slices('files', [...first.keys()])).toEqual([null]);
  for (const { slices } of kept) expect(await store.slices('files', slices)).not.toContain(null);
});

function duty(onFenced = async () => {}) {
  const signal = new AbortController().signal;
  return new SetDuty({ store, log: silentLog, term, signal, onFenced });
}

const node = (id: string, over: object = {}) =>
  store.announce(
    'node',
    { id, name: id, host: 'h', pid: 1, version: '0', startedAt: 0, seenAt: 0, ...over },
    10_000,
  );

describe('two releases', () => {
  const files = { set: 'files', problems: 0 };

  test('do not take turns: the older waits until the newer has left, then counts', async () => {
    await node('new', { release: '10', files });
    await node('old', { release: '9', files });
    await put([a, b], { release: '10', process: 'new' });
    await duty().tick();
    expect((await put([a], { release: '9', process: 'old' })).word).toBe('releaseOlder');
    await duty().tick();
    expect(Object.keys(await stored())).toEqual(['a', 'b']);
    await store.depart('node', 'new');
    await duty().tick();
    expect(Object.keys(await stored())).toEqual(['a']);
    expect(await live()).toMatchObject({ held: null, live: { release: '9' } });
  });
});

test('the past is caught up once every node has told of its files', async () => {
  await node('one', { files: { set: null, problems: 0 } });
  await node('two');
  const sets = duty();
  await sets.tick();
  expect(sets.mayCatchUp()).toBe(false);
  await node('two', { files: { set: 'files', problems: 1 } });
  await sets.tick();
  expect(sets.mayCatchUp()).toBe(true);
});
