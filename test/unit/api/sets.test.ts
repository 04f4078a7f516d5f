/** Routes of file sets: plans and proposals of files that are sent, rollback, what is live as a file. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openapi } from '../../../src/api/openapi.js';
import { carryOut } from '../../../src/sets/carry-out.js';
import type { Term } from '../../../src/store/contract/index.js';
import { type ApiOnModel, apiOnModel } from './support.js';

let on: ApiOnModel;
let term: Term;
beforeEach(async () => {
  on = apiOnModel();
  on.store.setLock('lock', 'mine');
  const made = await on.store.allocateTerm('node', 'mine', 'lock');
  if (!made) throw new Error('a term expected');
  term = made;
});
afterEach(() => on.api.close());

const files = (every: string, more = '') => [
  { path: 'a.yaml', text: `version: 1\nschedules:\n  a: { handler: h, every: ${every}${more} }\n` },
];
const propose = (body: object, headers = {}) => on.post('/v1/sets/files/proposals', body, headers);
const shown = async () => (await on.get('/v1/sets/files')).json();

async function carry(): Promise<void> {
  const record = await on.store.setRecord('files');
  for (const queue of await on.store.queues()) await on.store.takeOffice(queue, term);
  const signal = new AbortController().signal;
  if (record) await carryOut(record, { store: on.store, term, signal, now: () => on.store.now });
}

describe('a plan', () => {
  it('answers all that its description names, and nothing that it does not', async () => {
    await propose({ files: files('1h') });
    await carry();
    await propose({ files: files('3h'), environment: 'staging' });
    const answer = await on.post('/v1/sets/files/plan', {
      files: files('2h'),
      ...{ release: '2', commit: 'abc', environment: 'production' },
    });
    expect(answer.statusCode).toBe(200);
    const { properties } = schemas().Plan;
    const optional = ['applying'];
    expect(Object.keys(answer.json()).sort()).toEqual(
      Object.keys(properties)
        .filter((name) => !optional.includes(name))
        .sort(),
    );
    const [change] = answer.json().changes;
    expect(Object.keys(properties.changes.items.properties)).toEqual(
      expect.arrayContaining(Object.keys(change)),
    );
  });

  it('is refused with every problem, for a set that cannot be, and with fields that it does not know', async () => {
    const wrong = await on.post('/v1/sets/files/plan', { files: files('never') });
    expect([wrong.statusCode, wrong.json().errors[0].pointer]).toEqual([422, 'a.yaml:3:27']);
    expect((await on.post('/v1/sets/No!/plan', { files: files('1h') })).statusCode).toBe(422);
    expect((await on.post('/v1/sets/files/plan', { files: files('1h'), by: 'ann' })).statusCode).toBe(422);
    const other = [{ path: 'a.yaml', text: 'version: 1\nsource: other\nschedules: {}\n' }];
    expect((await on.post('/v1/sets/files/plan', { files: other })).json().errors[0].detail).toContain(
      'the source other',
    );
  });
});

interface Schema {
  properties: Record<string, { items: { properties: object } }> & {
    changes: { items: { properties: object } };
  };
}
const schemas = () =>
  (openapi('0') as { components: { schemas: Record<'Plan', Schema> } }).components.schemas;

describe('a rollback', () => {
  it('answers the set with the revision in force, once for a key', async () => {
    await propose({ files: files('1h'), by: 'ann' });
    await propose({ files: files('2h') });
    await carry();
    const key = { 'idempotency-key': 'back' };
    const first = await on.post('/v1/sets/files/rollback', { revision: 1, by: 'ann' }, key);
    expect([first.statusCode, first.json()]).toEqual([
      200,
      expect.objectContaining({ revision: 3, restores: 1, node: 'ann', state: 'applying' }),
    ]);
    await carry();
    expect((await on.get('/v1/schedules/a')).json().every).toBe('1h');
    await propose({ files: files('5h') });
    expect((await on.post('/v1/sets/files/rollback', { revision: 1, by: 'ann' }, key)).statusCode).toBe(200);
    expect(await shown()).toMatchObject({ revision: 4 });
    expect((await on.post('/v1/sets/files/rollback', { revision: 2, by: 'ann' }, key)).statusCode).toBe(422);
    const { items } = (await on.get('/v1/sets/files/revisions')).json();
    expect(
      items.map(({ revision, by, restores }: Record<string, unknown>) => [revision, by, restores]),
    ).toEqual([
      [4, 'api', undefined],
      [3, 'ann', 1],
      [2, 'api', undefined],
      [1, 'ann', undefined],
    ]);
  });

  it('to what is not there is refused', async () => {
    expect((await on.post('/v1/sets/files/rollback', { revision: 1 })).statusCode).toBe(404);
    await propose({ files: files('1h') });
    const refused = await on.post('/v1/sets/files/rollback', { revision: 7 });
    expect([refused.statusCode, refused.json().detail]).toEqual([404, expect.stringContaining('kept are 1')]);
    for (const body of [{}, { revision: 0 }, { revision: '1' }, { revision: 1, force: true }])
      expect((await on.post('/v1/sets/files/rollback', body)).statusCode).toBe(422);
  });
});

it('a proposal that found its files in force is answered so again, whatever came since', async () => {
  await propose({ files: files('1h') });
  const key = { 'idempotency-key': 'ci-7' };
  const first = (await propose({ files: files('1h') }, key)).json();
  expect(first).toMatchObject({ verdict: 'accepted', current: true });
  await propose({ files: files('2h') });
  expect((await propose({ files: files('1h') }, key)).json()).toEqual(first);
  expect((await shown()).revision).toBe(2);
});

it('what is live is a file, in pages', async () => {
  await propose({ files: files('1h', ', payload: "$${X}", labels: { tier: gold }') });
  await carry();
  await on.put('/v1/schedules/web', { handler: 'h', at: '2030-01-01T00:00:00Z' });
  const page = (await on.get('/v1/schedule-file?limit=1')).json();
  expect(page).toMatchObject({
    ...{ version: 1, source: 'files', owners: ['set files'] },
    schedules: { a: { handler: 'h', every: '1h', payload: '$\x24{X}', labels: { tier: 'gold' } } },
  });
  const rest = (await on.get(`/v1/schedule-file?cursor=${page.nextCursor}`)).json();
  expect(rest).toMatchObject({ schedules: { web: { at: '2030-01-01T00:00:00.000Z' } }, nextCursor: null });
  expect(rest).not.toHaveProperty('source');
  expect((await on.get('/v1/schedule-file?set=No!')).statusCode).toBe(422);
  const unknown = await on.get('/v1/schedule-file?set=fils');
  expect([unknown.statusCode, unknown.json().detail]).toEqual([404, 'There is no file set fils.']);
});
