/** The list of tasks: filters as a bounded scan, and pages that show each task once. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TASK_STATES } from '../../../src/domain/task/task.js';
import type { TaskFacts } from '../../../src/store/contract/index.js';
import { type ListRequest, listTasks } from '../../../src/tasks/list.js';
import { ModelStore } from '../../../src/testing/model-store.js';
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
    expect(await ids('q=GOLD')).toEqual([mail, late].sort());
    expect(await ids(`q=${mail.slice(3)}`)).toEqual([mail]);
    expect(await ids('state=ready&state=scheduled&handler=mail')).toHaveLength(4);
    expect(await ids('state=dead&state=scheduled&handler=mail&queue=other')).toEqual([late]);
    const paid = await put({ handler: 'pay', payload: { order: 'A-4711' }, uniqueKey: 'order:4711' });
    expect(await ids('q=a-4711')).toEqual([paid]);
    expect(await ids('key=order:4711')).toEqual([paid]);
    expect(await ids('key=order')).toEqual([]);
    expect((await on.get('/v1/tasks?q=nothing')).json()).toEqual({ items: [], nextCursor: null, scanned: 6 });
    expect(await ids(`from=${iso(now + 1)}&handler=mail&queue=other`)).toEqual([late]);
    expect(await ids(`from=${iso(now)}&to=${iso(now)}`)).toEqual([mail, paid, print].sort());
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

type Request = Omit<ListRequest, 'cursor' | 'queues'>;

async function pages(
  store: ModelStore,
  request: Request,
): Promise<{ ids: string[]; cursor: string | null }[]> {
  const found: { ids: string[]; cursor: string | null }[] = [];
  const queues = (await store.queues()).toSorted();
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await listTasks(store, { queues, ...request, ...(cursor ? { cursor } : {}) });
    cursor = page.nextCursor;
    found.push({ ids: page.items.map(({ id }) => id), cursor });
  }
  return found;
}

/** Tasks that wait for time, in their order; `handlerOf` names their handlers. */
async function waiting(count: number, handlerOf: (n: number) => string): Promise<ModelStore> {
  const store = new ModelStore();
  const { now } = store;
  const drafts = Array.from({ length: count }, (_, n) => ({
    ...{ id: `q-${n}`, handler: handlerOf(n), priority: 'normal' as const },
    ...{ due: now + 1 + n, createdAt: now, payload: '' },
  }));
  await store.enqueue('q', drafts);
  return store;
}

const rare = ({ handler }: TaskFacts): boolean => handler === 'rare';

it('looks at 5000 tasks for a page at most, and says that more may follow', async () => {
  const store = await waiting(12_000, (n) => (n === 11_000 ? 'rare' : 'common'));
  const request = { states: ['scheduled' as const], limit: 10, fits: rare };
  const page = await listTasks(store, { queues: ['q'], ...request });
  expect(page).toEqual({ items: [], nextCursor: expect.any(String), scanned: 5_000 });
  expect((await pages(store, request)).map(({ ids }) => ids)).toEqual([[], [], ['q-11000']]);
});

it('fills a page from as far as it must look, and leaves the rest for the next one', async () => {
  const store = await waiting(1_000, (n) => (n % 100 === 99 ? 'rare' : 'common'));
  const found = await pages(store, { states: ['scheduled'], limit: 4, fits: rare });
  expect(found.map(({ ids }) => ids.length)).toEqual([4, 4, 2]);
  expect(found.flatMap(({ ids }) => ids)).toEqual(Array.from({ length: 10 }, (_, n) => `q-${100 * n + 99}`));
});

it.each([1, 3, 7, 50, 1_000])(
  'walks 400 queues, %d tasks a page, with a cursor that stays short',
  async (limit) => {
    const store = new ModelStore();
    const { now } = store;
    const ids: string[] = [];
    for (let n = 0; n < 400; n += 1) {
      const queue = `a-rather-long-name-of-a-queue-${String(n).padStart(3, '0')}`;
      await store.open(queue);
      // Most are empty, as most queues of a large system are at any time.
      for (let k = 0; k < (n % 40 === 7 ? 5 : 0); k += 1) {
        const draft = { id: `${queue}-task-${k}`, handler: 'h', priority: 'normal' as const };
        const due = now + (k % 2) * 1_000;
        await store.enqueue(queue, [{ ...draft, due, createdAt: now, payload: '' }]);
        ids.push(draft.id);
      }
    }
    const found = await pages(store, { states: TASK_STATES, limit });
    expect(found.flatMap((page) => page.ids).toSorted()).toEqual(ids.toSorted());
    for (const { cursor } of found) expect((cursor ?? '').length).toBeLessThan(300);
  },
);

it('goes on behind a queue that is gone', async () => {
  const store = new ModelStore();
  for (const queue of ['a', 'b', 'c']) {
    const draft = { id: `${queue}-1`, handler: 'h', priority: 'normal' as const, payload: '' };
    await store.enqueue(queue, [{ ...draft, due: store.now, createdAt: store.now }]);
  }
  const request = { states: TASK_STATES, limit: 1 };
  const first = await listTasks(store, { queues: ['a', 'b', 'c'], ...request });
  const second = await listTasks(store, {
    queues: ['a', 'b', 'c'],
    ...request,
    cursor: first.nextCursor ?? '',
  });
  expect(second.items.map(({ id }) => id)).toEqual(['b-1']);
  const last = await listTasks(store, { queues: ['a', 'c'], ...request, cursor: second.nextCursor ?? '' });
  expect(last.items.map(({ id }) => id)).toEqual(['c-1']);
});

it('refuses what is no cursor of the list, whatever it is', async () => {
  const on = apiOnModel();
  const text = (value: string): string => Buffer.from(value).toString('base64url');
  try {
    for (const handler of ['a', 'b', 'c']) await on.post('/v1/tasks', { handler });
    const { nextCursor } = (await on.get('/v1/tasks?limit=1')).json();
    expect((await on.get(`/v1/tasks?limit=1&cursor=${nextCursor}`)).statusCode).toBe(200);
    const wrong = [
      ...['x', 'AAAA', text('/'), text('Q/'), text('no slash'), `${nextCursor}=`, `${nextCursor} `],
      ...[text('default/x'), text('default/[1,2,3,4]'), text('default/["ready","",99999999999999999999,""]')],
      ...[text('default/["ready"]'), text('default/["nowhere","","1","x"]'), text('default/{"a":1}')],
      text('default/null'),
    ];
    for (const cursor of wrong) {
      const refused = await on.get(`/v1/tasks?cursor=${encodeURIComponent(cursor)}`);
      expect([cursor, refused.statusCode]).toEqual([cursor, 422]);
      expect(refused.json().errors[0].pointer).toBe('/cursor');
    }
    // Right in itself, and of another list.
    expect((await on.get(`/v1/tasks?state=dead&cursor=${nextCursor}`)).statusCode).toBe(422);
  } finally {
    await on.api.close();
  }
});
