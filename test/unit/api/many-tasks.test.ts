/** Deeds on many tasks over HTTP and by command: counted, begun as an operation, refused with the number. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { queuesCommand } from '../../../src/cli/commands/queues.js';
import { tasksCommand } from '../../../src/cli/commands/tasks.js';
import { createOutput } from '../../../src/cli/output.js';
import { CarillonError } from '../../../src/domain/input/errors.js';
import { carried, fail } from '../operations/carried.js';
import { type ApiOnModel, apiOnModel } from './support.js';

let on: ApiOnModel;
beforeEach(() => {
  on = apiOnModel();
});
afterEach(() => on.api.close());

const make = (n: number, over = {}) =>
  Promise.all(Array.from({ length: n }, () => on.post('/v1/tasks', { handler: 'work', ...over })));

async function done(id: string) {
  const term = await on.store.allocateTerm('a~1', 'lock');
  if (!term) throw new Error('no term');
  return carried(on.store, id, term);
}

describe('cancel of many tasks', () => {
  it('says how many they would be, and begins as an operation', async () => {
    await make(3, { queue: 'mail' });
    await make(1);
    const filter = { queue: 'mail' };
    const only = await on.post('/v1/tasks/cancel?dryRun=true', { filter });
    expect([only.statusCode, only.json()]).toMatchObject([
      200,
      { count: 3, sample: [{ handler: 'work', queue: 'mail', state: 'ready' }, {}, {}] },
    ]);
    const begun = await on.post('/v1/tasks/cancel', { filter, count: 3, reason: 'no need', by: 'ann' });
    const { id, ...operation } = begun.json();
    expect([begun.statusCode, operation]).toMatchObject([
      202,
      { kind: 'cancel', filter, count: 3, matched: 3, done: 0, failed: 0, state: 'running', by: 'ann' },
    ]);
    expect(begun.headers.location).toBe(`/v1/operations/${id}`);
    await done(id);
    expect((await on.get(`/v1/operations/${id}`)).json()).toMatchObject({
      state: 'done',
      done: 3,
      failed: 0,
    });
    const { items } = (await on.get('/v1/tasks?state=cancelled')).json();
    expect(items).toMatchObject([{ reason: 'no need' }, {}, {}]);
  });

  it('refuses another number with the one that is there, and does nothing', async () => {
    await make(2);
    for (const count of [1, 3, 0]) {
      const refused = await on.post('/v1/tasks/cancel', { filter: {}, count });
      expect([refused.statusCode, refused.json()]).toMatchObject([
        409,
        { code: 'conflict', count: 2, errors: [{ pointer: '/count', detail: 'must be 2' }] },
      ]);
    }
    expect((await on.get('/v1/operations')).json().items).toEqual([]);
  });

  it.each([
    [{ filter: {} }, '/count'],
    [{ count: 1 }, '/filter'],
    [{ filter: { state: 'dead' }, count: 1 }, '/filter/state'],
    [{ filter: { states: ['ready'] }, count: 1 }, '/filter/states'],
    [{ filter: { ids: [] }, count: 1 }, '/filter/ids'],
    [{ filter: { ids: 'q1-a' }, count: 1 }, '/filter/ids'],
    [{ filter: { ids: ['q1-a', 'no id'] }, count: 1 }, '/filter/ids/1'],
    [{ filter: { ids: Array.from({ length: 1_001 }, (_, n) => `q1-${n}`) }, count: 1 }, '/filter/ids'],
    [{ filter: { from: 'yesterday' }, count: 1 }, '/filter/from'],
    [{ filter: { label: 'gold' }, count: 1 }, '/filter/label'],
    [{ filter: {}, count: -1 }, '/count'],
    [{ filter: {}, count: 1, perMinute: 0 }, '/perMinute'],
    [{ filter: {}, count: 1, delay: '1s' }, '/delay'],
  ])('refuses %j', async (body, pointer) => {
    const refused = await on.post('/v1/tasks/cancel', body);
    expect([refused.statusCode, refused.json().errors[0].pointer]).toEqual([422, pointer]);
  });

  it('shows times and labels of its filter as they are written', async () => {
    const filter = { label: { a: '1' }, from: '2026-01-01T00:00:00.000Z', state: ['ready'] };
    const { id, ...begun } = (await on.post('/v1/tasks/cancel', { filter, count: 0 })).json();
    expect(begun.filter).toEqual({ ...filter, label: ['a=1'] });
    expect(await done(id)).toMatchObject({ state: 'done', done: 0 });
  });
});

describe('purge of a queue', () => {
  it('is an operation with the number of what waits', async () => {
    await make(2, { queue: 'mail' });
    await make(1, { queue: 'mail', delay: '1h' });
    expect((await on.post('/v1/queues/mail/purge?dryRun=true')).json()).toMatchObject({ count: 3 });
    expect((await on.post('/v1/queues/mail/purge', { count: 2 })).json()).toMatchObject({
      count: 3,
      status: 409,
    });
    const begun = await on.post('/v1/queues/mail/purge', { count: 3 });
    expect([begun.statusCode, begun.json()]).toMatchObject([202, { kind: 'purge', matched: 3 }]);
    await done(begun.json().id);
    expect((await on.get('/v1/queues/mail')).json()).toMatchObject({ ready: 0, scheduled: 0, cancelled: 3 });
    expect((await on.post('/v1/queues/none/purge', { count: 0 })).statusCode).toBe(404);
    expect((await on.post('/v1/queues/mail/purge', { count: 0, states: ['running'] })).statusCode).toBe(422);
    expect((await on.post('/v1/queues/mail/purge', {})).json().errors[0].pointer).toBe('/count');
  });
});

describe('errors of dead tasks', () => {
  it('are grouped by what differs in more than ids and numbers, and a filter takes their fingerprint', async () => {
    await make(4);
    await fail(on.store, 'default', 2, 'user 17 has no "email"');
    on.store.advance(1_000);
    await fail(on.store, 'default', 1, 'user 9000 has no "phone"');
    await fail(on.store, 'default', 1, 'no ink');
    const page = (await on.get('/v1/tasks/errors')).json();
    expect(page).toMatchObject({
      items: [
        { handler: 'work', count: 3, message: 'user 9000 has no "phone"' },
        { handler: 'work', count: 1, message: 'no ink' },
      ],
      ...{ nextCursor: null, scanned: 4 },
    });
    const [first] = page.items;
    expect(Date.parse(first.lastAt) - Date.parse(first.firstAt)).toBe(1_000);
    const { items } = (await on.get(`/v1/tasks?error=${first.fingerprint}`)).json();
    expect(items).toHaveLength(3);
    expect(items.map(({ id }: { id: string }) => id)).toContain(first.sample);
    expect(first.hours).toEqual([...new Array(23).fill(0), 3]);
    on.store.advance(2 * 3_600_000);
    const later = (await on.get('/v1/tasks/errors')).json().items[0];
    expect(later.hours).toEqual([...new Array(21).fill(0), 3, 0, 0]);
    expect((await on.get('/v1/tasks/errors?limit=1')).json().items).toHaveLength(1);
    expect((await on.get('/v1/tasks/errors?queue=none')).json().items).toEqual([]);
    expect((await on.get('/v1/tasks/errors?queu=x')).statusCode).toBe(422);
  });
});

describe('by command', () => {
  let url: string;
  beforeEach(async () => {
    ({ url } = await on.api.listen());
  });

  async function carillon(...words: string[]): Promise<{ out: string; error: unknown }> {
    let out = '';
    const stream = { write: (text: string) => (out += text) };
    const output = createOutput(stream, stream);
    const surroundings = { env: { CARILLON_URL: url, USER: 'ann' }, directory: '.', output, version: '0' };
    const made = words.shift() === 'queues' ? queuesCommand(surroundings) : tasksCommand(surroundings);
    try {
      await made.parseAsync(words, { from: 'user' });
      return { out, error: null };
    } catch (error) {
      return { out, error };
    }
  }

  it('tasks cancel takes an id, or flags and a count', async () => {
    await make(2, { queue: 'mail', labels: { tier: 'gold' } });
    const flags = ['--queue', 'mail', '--state', 'ready', '--state', 'scheduled', '--label', 'tier=gold'];
    const asked = await carillon('tasks', 'cancel', ...flags);
    expect(asked.error).toMatchObject({
      code: 'usage',
      message: '2 tasks are meant: to cancel them say --count 2.',
    });
    expect((await carillon('tasks', 'cancel', ...flags, '--dry-run')).out).toContain('2 tasks');
    const { out } = await carillon('tasks', 'cancel', ...flags, '--count', '2', '--json');
    expect(JSON.parse(out)).toMatchObject({ kind: 'cancel', matched: 2, by: 'ann' });
    const ids = (await on.get('/v1/tasks?queue=mail')).json().items.map(({ id }: { id: string }) => id);
    const several = await carillon('tasks', 'cancel', ...ids, 'q9-none', '--dry-run');
    expect(several.out).toMatch(/^2 tasks\n1 more named that no task has\n/);
    const named = await carillon('tasks', 'cancel', '--id', ids[0], '--id', ids[1], '--count', '2', '--json');
    expect(JSON.parse(named.out)).toMatchObject({ filter: { ids }, matched: 2 });
    for (const words of [[], ['q-1', '--queue', 'mail'], ['q-1', '--count', '1']]) {
      const { error } = await carillon('tasks', 'cancel', ...words);
      expect(error instanceof CarillonError && error.exit, words.join(' ')).toBe(2);
    }
  });

  it('queues purge and tasks errors', async () => {
    await make(3, { queue: 'mail' });
    await fail(on.store, 'mail', 1, 'no ink');
    expect((await carillon('queues', 'purge', 'mail')).error).toMatchObject({ code: 'usage' });
    const { out } = await carillon('queues', 'purge', 'mail', '--count', '2', '--per-minute', '60', '--json');
    expect(JSON.parse(out)).toMatchObject({ kind: 'purge', matched: 2, perMinute: 60 });
    const dead = await carillon('queues', 'purge', 'mail', '--state', 'dead', '--count', '1', '--json');
    expect(JSON.parse(dead.out).filter).toEqual({ queue: 'mail', states: ['dead'] });
    expect((await carillon('tasks', 'errors')).out).toContain('no ink');
    const errors = JSON.parse((await carillon('tasks', 'errors', '--queue', 'mail', '--json')).out);
    expect(errors.items).toMatchObject([{ count: 1, handler: 'work' }]);
  });
});
