import { beforeEach, expect, test } from 'vitest';
import type { ScheduleDefinition } from '../../../src/domain/schedule/schedule.js';
import { applySchedules } from '../../../src/files/apply.js';
import { digestOf } from '../../../src/files/load.js';
import { pauseSchedule, putSchedule } from '../../../src/schedules/edit.js';
import type { Term } from '../../../src/store/contract/index.js';
import { ModelStore } from '../../../src/testing/model-store.js';
import { define } from '../domain/schedule/definitions.js';

const NOW = Date.UTC(2026, 0, 1);

let store: ModelStore;
let term: Term;
beforeEach(async () => {
  store = new ModelStore(NOW);
  store.setLock('lock', 'mine');
  term = (await store.allocateTerm('node', 'mine', 'lock')) as Term;
});

function loaded(...definitions: ScheduleDefinition[]) {
  const place = { file: 'a.yaml', line: 1, column: 1 };
  const schedules = definitions.map((definition) => ({ definition, place }));
  return { schedules, problems: [], digest: digestOf(definitions) };
}

const apply = (set: ReturnType<typeof loaded>, now = NOW, options: { force?: boolean } = {}, name = 'main') =>
  applySchedules(store, term, name, set, now, options);

const a = define({ every: '5s' }, 'a');
const b = define({ every: '5s' }, 'b');
const slowB = define({ every: '9s' }, 'b');
const c = define({ every: '5s', queue: 'mail' }, 'c');

test('what is new is created, what differs changed, what is gone removed, the rest left', async () => {
  expect(await apply(loaded(a, b))).toMatchObject({ word: 'applied', created: ['a', 'b'] });
  const report = await apply(loaded(slowB, c), NOW + 1_000);
  expect(report).toMatchObject({
    word: 'applied',
    created: ['c'],
    changed: ['b'],
    removed: ['a'],
    unchanged: [],
  });
  const rows = await store.schedules();
  expect(rows.map(({ schedule }) => [schedule.definition.id, schedule.revision]).sort()).toEqual([
    ['b', NOW + 1],
    ['c', NOW + 1_000],
  ]);
  expect(rows[0]?.schedule.source).toMatchObject({ kind: 'file', set: 'main', file: 'a.yaml', line: 1 });
});

test('the set in force is not applied again, and a former one only when asked for', async () => {
  await apply(loaded(a));
  expect((await apply(loaded(a))).word).toBe('current');
  await apply(loaded(b));
  expect((await apply(loaded(a))).word).toBe('superseded');
  expect(await store.schedule('a')).toBeNull();
  expect(await apply(loaded(a), NOW, { force: true })).toMatchObject({ word: 'applied', created: ['a'] });
  expect((await apply(loaded(a))).word).toBe('current');
  expect((await apply(loaded(b))).word).toBe('superseded');
});

test('sets do not touch each other, and a conflict is told until it is solved', async () => {
  await apply(loaded(a, b), NOW, {}, 'billing');
  await putSchedule(store, c, { kind: 'api', set: 'api' }, NOW);
  const mine = loaded(slowB, { ...c, handler: 'other' });
  const report = await apply(mine);
  expect(report).toMatchObject({
    word: 'incomplete',
    conflicts: [
      { id: 'b', owner: 'set billing' },
      { id: 'c', owner: 'the API' },
    ],
  });
  expect((await store.schedules()).map(({ schedule }) => schedule.revision)).toEqual([NOW, NOW, NOW]);
  expect((await apply(mine)).word).toBe('incomplete');
});

test('a pause survives', async () => {
  await apply(loaded(b));
  await pauseSchedule(store, 'b', {}, NOW + 1);
  expect((await apply(loaded(slowB), NOW + 2)).changed).toEqual(['b']);
  expect(await store.schedule('b')).toMatchObject({ cursor: null, schedule: { paused: { at: NOW + 1 } } });
});

test('what the planner must settle first is told, and the set is not recorded', async () => {
  await apply(loaded(b));
  expect(await apply(loaded(slowB), NOW + 60_000)).toMatchObject({ word: 'incomplete', unsettled: ['b'] });
  expect((await store.appliedSet('main'))?.digest).toBe(digestOf([b]));
});

test('a later term stops it', async () => {
  await apply(loaded(b));
  const later = (await store.allocateTerm('other', 'mine', 'lock')) as Term;
  await store.takeOffice('default', later);
  expect((await apply(loaded(slowB, a), NOW + 1)).word).toBe('fenced');
  expect((await store.appliedSet('main'))?.digest).toBe(digestOf([b]));
});

test('a set with problems is refused whole', async () => {
  const broken = { ...loaded(a), problems: [{ pointer: 'a.yaml:1:1', detail: 'x' }] };
  await expect(apply(broken as never)).rejects.toMatchObject({ code: 'invalid_schedule_file' });
  expect(await store.schedules()).toEqual([]);
});
