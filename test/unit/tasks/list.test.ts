/** The list of tasks: filters as a bounded scan, and pages that show each task once. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReadStore, TaskFacts } from '../../../src/store/contract/index.js';
import { listTasks } from '../../../src/tasks/list.js';
import { type ApiOnModel, apiOnModel } from '../api/support.js';

describe('filters', () => {
  let on: ApiOnModel;
  beforeEach(() => {
    on = apiOnModel();
  });
  afterEach(() => on.api.close());

  const iso = (ms: number) => new Date(ms).toISOString();
  const ids = async (query: string): Promise<string[]> => {
    const { items } = (await on.get(`/v1/tasks?${query}`)).json();
    return items.map(({ id }: { id: string }) => id).sort();
  };
  const put = async (task: object): Promise<string> => (await on.post('/v1/tasks', task)).json().id;

  it('narrow the list by handler, label, schedule and due time, one or several', async () => {
    const mail = await put({ handler: 'mail', labels: { tier: 'gold', eq: 'a=b' } });
    const late = await put({ handler: 'mail', labels: { tier: 'gold' }, delay: '1h', queue: 'other' });
    const print = await put({ handler: 'print', labels: { tier: 'base' } });
    const now = on.store.now;
    const run = `daily@${now + 2_000}`;
    const draft = {
      handler: 'mail',
      priority: 'normal' as const,
      due: now + 2_000,
      createdAt: now,
      payload: '',
    };
    await on.store.enqueue('default', [
      { ...draft, id: run },
      { ...draft, id: `daily2@${now + 2_000}` },
    ]);
    expect(await ids('handler=print')).toEqual([print]);
    expect(await ids('label=tier%3Dgold')).toEqual([mail, late].sort());
    expect(await ids('label=tier%3Dgold&label=eq%3Da%3Db')).toEqual([mail]);
    expect(await ids('label=toString%3Dx')).toEqual([]);
    expect(await ids('schedule=daily')).toEqual([run]);
    expect(await ids('schedule=daily&state=ready')).toEqual([]);
    expect(await ids(`from=${iso(now + 1)}&handler=mail&queue=other`)).toEqual([late]);
    expect(await ids(`from=${iso(now)}&to=${iso(now)}`)).toEqual([mail, print].sort());
  });

  it.each([
    'label=tier',
    'label==x',
    'handler=a%20b',
    'schedule=A',
    'from=monday',
    'to=5',
    'limit=1001',
    'limit=0',
  ])('refuse %s', async (query) => {
    const refused = await on.get(`/v1/tasks?${query}`);
    expect([refused.statusCode, refused.json().errors[0].pointer]).toEqual([422, `/${query.split('=')[0]}`]);
  });

  it('take a limit of 1000, as the list of schedules does', async () => {
    expect((await on.get('/v1/tasks?limit=1000')).statusCode).toBe(200);
    expect((await on.get('/v1/schedules?limit=1000')).statusCode).toBe(200);
    expect((await on.get('/v1/schedules?limit=1001')).statusCode).toBe(422);
  });
});

/** A store of one queue that reads the due set as Redis does: some of the records, and of those what is asked for. */
function dueSet(states: readonly TaskFacts['state'][], handler = (_: number) => 'common') {
  const all = states.map((state, n) => ({
    id: `q-${n}`,
    state,
    handler: handler(n),
    createdAt: (37 * n + 45) % 90,
    history: [],
  }));
  let read = 0;
  const list: ReadStore['list'] = async (_, state, limit, cursor = '0') => {
    const from = Number(cursor);
    const some = all.slice(from, from + limit);
    read += some.length;
    const items = some.filter((task) => task.state === state) as unknown as TaskFacts[];
    return { items, nextCursor: some.length < limit ? null : String(from + limit) };
  };
  return { store: { list } as ReadStore, read: () => read };
}

async function pages(store: ReadStore, request: Omit<Parameters<typeof listTasks>[1], 'cursor' | 'queues'>) {
  const found: string[][] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await listTasks(store, { queues: ['q'], ...request, ...(cursor ? { cursor } : {}) });
    found.push(page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  return found;
}

it('shows each task once where two states stand in one set', async () => {
  const states = Array.from({ length: 90 }, (_, n) =>
    n % 3 ? ('scheduled' as const) : ('retrying' as const),
  );
  const { store } = dueSet(states);
  const found = (await pages(store, { states: ['scheduled', 'retrying'], limit: 7 })).flat();
  expect(found).toHaveLength(90);
  expect(new Set(found).size).toBe(90);
});

it('reads at most 5000 records for a page, and says that more may follow', async () => {
  const states = Array.from({ length: 12_000 }, () => 'scheduled' as const);
  const { store, read } = dueSet(states, (n) => (n === 11_000 ? 'rare' : 'common'));
  const request = {
    states: ['scheduled' as const],
    limit: 10,
    fits: (task: TaskFacts) => task.handler === 'rare',
  };
  const page = await listTasks(store, { queues: ['q'], ...request });
  expect(page.items).toEqual([]);
  expect(page.nextCursor).not.toBeNull();
  expect(read()).toBe(5_000);
  expect(await pages(store, request)).toEqual([[], [], ['q-11000']]);
});

it('fills a page from as far as it must read, and leaves the rest for the next one', async () => {
  const { store } = dueSet(
    Array.from({ length: 1_000 }, () => 'scheduled' as const),
    (n) => (n % 100 === 99 ? 'rare' : 'common'),
  );
  const request = {
    states: ['scheduled' as const],
    limit: 4,
    fits: (task: TaskFacts) => task.handler === 'rare',
  };
  const found = await pages(store, request);
  expect(found.map((page) => page.length)).toEqual([4, 4, 2]);
  expect(found.flat()).toEqual(Array.from({ length: 10 }, (_, n) => `q-${100 * n + 99}`));
});
