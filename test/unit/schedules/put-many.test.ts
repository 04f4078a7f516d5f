/** Many schedules put at once come to the same as each put alone, whatever stands in the way of some. */

import { beforeEach, expect, it } from 'vitest';
import { pauseSchedule, putSchedule } from '../../../src/schedules/edit.js';
import { putSchedules } from '../../../src/schedules/put-many.js';
import { ModelStore } from '../../../src/testing/model-store.js';
import { define } from '../domain/schedule/definitions.js';

const NOW = Date.UTC(2026, 0, 1);
const files = { kind: 'file', set: 'files', file: 'a.yaml', line: 1, column: 1 } as const;
const api = { kind: 'api', set: 'api' } as const;

const before = ['same', 'slower', 'disabled', 'paused', 'moved'].map((id) => define({ every: '5s' }, id));
const after = [
  define({ every: '5s' }, 'same'),
  define({ every: '9s' }, 'slower'),
  define({ every: '9s', enabled: false }, 'disabled'),
  define({ every: '9s' }, 'paused'),
  define({ every: '9s', queue: 'mail' }, 'moved'),
  define({ every: '5s' }, 'new'),
  define({ at: '2025-01-01T00:00:00Z' }, 'passed'),
  define({ every: '5s', queue: 'other' }, 'new-elsewhere'),
  define({ every: '5s' }, 'theirs'),
];

let alone: ModelStore;
let together: ModelStore;
beforeEach(async () => {
  alone = await filled();
  together = await filled();
});

async function filled(): Promise<ModelStore> {
  const store = new ModelStore(NOW);
  await store.open('default');
  for (const definition of before) await putSchedule(store, definition, files, NOW);
  await putSchedule(store, define({ every: '5s' }, 'theirs'), api, NOW);
  await pauseSchedule(store, 'paused', {}, NOW);
  return store;
}

it('ends as they would one by one', async () => {
  const words = [];
  for (const definition of after) words.push((await putSchedule(alone, definition, files, NOW + 1)).word);
  const puts = after.map((definition) => ({ definition, source: files }));
  const results = await putSchedules(together, puts, NOW + 1);
  expect(results.map(({ word }) => word)).toEqual(words);
  const created = ['created', 'created', 'created'];
  expect(words).toEqual(['unchanged', 'changed', 'changed', 'changed', 'changed', ...created, 'conflict']);
  expect(await together.schedulesFrom('', 100)).toEqual(await alone.schedulesFrom('', 100));
});

it('what was read and has changed since is read again', async () => {
  const [row = null] = await together.schedulesOf(['slower']);
  await putSchedule(together, define({ every: '7s' }, 'slower'), files, NOW + 1);
  const definition = define({ every: '9s' }, 'slower');
  const puts = [
    { definition, source: files, row },
    { definition: define({ every: '9s' }, 'same'), source: files, row: null },
  ];
  const results = await putSchedules(together, puts, NOW + 2);
  expect(results.map(({ word }) => word)).toEqual(['changed', 'changed']);
  expect(results[0]?.row?.schedule).toMatchObject({ definition, revision: NOW + 2 });
});

it('a deposed leader changes none', async () => {
  const term = { number: 1, token: 'old', node: 'n', since: 0, lockValue: '' };
  const next = await together.allocateTerm('m', 'mine');
  if (next) await together.takeOffice('default', next);
  for (const definition of [define({ every: '9s' }, 'slower'), define({ every: '5s' }, 'made')]) {
    const results = await putSchedules(together, [{ definition, source: files }], NOW + 1, { term });
    expect(results.map(({ word }) => word)).toEqual(['fenced']);
  }
});
