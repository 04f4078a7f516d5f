/** What a handler makes and asks for of other tasks, on the model store. */

import { beforeEach, expect, test } from 'vitest';
import { Kin } from '../../../src/tasks/kin.js';
import { ModelStore } from '../../../src/testing/model-store.js';
import { drained } from '../../conformance/suite/relays.js';

let store: ModelStore;
beforeEach(() => {
  store = new ModelStore();
});

const kin = (id = 'aB-1', after?: readonly string[], attempt = 1) =>
  new Kin(store, { id, attempt, options: after ? { after } : {} });

test('children of a repeated attempt are the same tasks, in whatever order their handlers are asked for', async () => {
  const first = kin();
  const made = [
    await first.enqueue('mail.send', { to: 'a' }),
    await first.enqueue('mail.send', { to: 'b' }),
    await first.enqueue('report', null, { queue: 'reports', delay: '1h' }),
  ];
  expect(new Set(made.map(({ id }) => id)).size).toBe(3);
  expect(made.map(({ state }) => state)).toEqual(['ready', 'ready', 'scheduled']);
  const again = kin();
  const repeated = [
    await again.enqueue('report', null, { queue: 'reports', delay: '2h' }),
    await again.enqueue('mail.send', { to: 'a' }),
    await again.enqueue('mail.send', { to: 'b' }),
  ];
  expect(repeated).toMatchObject([made[2], made[0], made[1]].map((one) => ({ ...one })));
  expect(await store.queueFacts('default')).toMatchObject({ ready: 2 });
});

test('other tasks, queues and handlers make other children', async () => {
  const ids = [
    await kin().enqueue('a'),
    await kin('aB-2').enqueue('a'),
    await kin().enqueue('b'),
    await kin().enqueue('a', null, { queue: 'mail' }),
  ].map(({ id }) => id);
  expect(new Set(ids).size).toBe(4);
  for (const id of ids) expect(await store.find(id)).toMatchObject({ id });
});

test('a key tells a child from others whatever was made before it, and does not count', async () => {
  const first = kin();
  const keyed = await first.enqueue('a', 1, { key: 'eu' });
  const counted = await first.enqueue('a', 2);
  const again = kin();
  expect(await again.enqueue('a', 2)).toMatchObject({ ...counted });
  expect(await again.enqueue('a', 1, { key: 'eu' })).toMatchObject({ ...keyed });
  expect((await again.enqueue('a', 1, { key: 'us' })).id).not.toBe(keyed.id);
});

test('a child of a repeated attempt is told as it stands', async () => {
  const { id } = await kin().enqueue('a');
  await store.cancel('default', id, 'no need');
  expect(await kin().enqueue('a')).toMatchObject({ id, state: 'cancelled', reason: 'no need' });
});

test('children may come after others, and after the task itself', async () => {
  const store_ = store;
  await store_.open('default');
  const own = `${await store_.open('default')}-own`;
  const task = {
    id: own,
    handler: 'a',
    priority: 'normal' as const,
    due: 0,
    createdAt: store.now,
    payload: '',
  };
  await store.enqueue('default', [task]);
  const mine = new Kin(store, { id: own, attempt: 1, options: {} });
  const first = await mine.enqueue('b', null, { after: [own] });
  const second = await mine.enqueue('b', null, { after: [first.id], queue: 'mail' });
  expect([first.waitingFor, second.waitingFor]).toEqual([[own], [first.id]]);
  await store.cancel('default', own);
  await drained(store, ['default', 'mail']);
  expect(await mine.enqueue('c', null, { after: [second.id] })).toMatchObject({ state: 'cancelled' });
});

test('what is wrong is refused with its place', async () => {
  const made = await kin().enqueue('a');
  const refused = async (handler: string, options: object) =>
    (await kin()
      .enqueue(handler, null, options)
      .catch((error: unknown) => error)) as {
      code: string;
      errors: { pointer: string }[];
    };
  for (const [handler, options, pointer] of [
    ['a', { after: ['zz-nobody'] }, '/after/0'],
    // Made by an attempt before, so that it is there.
    ['a', { after: [made.id] }, '/after/0'],
    ['', {}, '/handler'],
    ['a', { key: '' }, '/key'],
    ['a', { colour: 'red' }, '/colour'],
    ['a', { delay: '1h', runAt: new Date(store.now) }, '/runAt'],
  ] as const) {
    expect(await refused(handler, options)).toMatchObject({ code: 'invalid_input', errors: [{ pointer }] });
  }
});

test('parents are told in their order, with what they came to', async () => {
  const [done, dead, gone, open] = await Promise.all(
    ['done', 'dead', 'gone', 'open'].map(
      async (name) => (await kin(name).enqueue(name, null, { queue: name })).id,
    ),
  );
  const end = async (queue: string, result?: string): Promise<void> => {
    const request = { worker: 'w', leaseMs: 1_000, handlers: [queue] };
    const { tasks } = await store.claim(queue, { ...request, nonce: 1, want: 1, completions: [] });
    const [task] = tasks;
    if (!task) throw new Error('nothing to claim');
    const record = { attempt: 1, worker: 'w', startedAt: 1, finishedAt: 2 };
    const { id, token } = task;
    if (result !== undefined) {
      const completions = [{ id, token, record: { ...record, outcome: 'completed' as const, result } }];
      await store.claim(queue, { ...request, nonce: 2, want: 0, completions });
      return;
    }
    const failed = { ...record, outcome: 'failed' as const, error: { message: 'no' } };
    await store.settle(queue, 'w', [{ id, token, record: failed, failure: true, next: { to: 'dead' } }]);
  };
  await end('done', '{"sum":3}');
  await end('dead');
  await store.cancel('gone', gone ?? '', 'no need');
  const ids = [dead, done, 'zz-nobody', open, gone].map(String);
  expect(await kin('aB-1', ids).parents()).toEqual([
    { id: dead, state: 'dead', error: { message: 'no' } },
    { id: done, state: 'completed', result: { sum: 3 } },
    { id: 'zz-nobody', state: 'pruned' },
    { id: open, state: 'ready' },
    { id: gone, state: 'cancelled', reason: 'no need' },
  ]);
  expect(await kin().parents()).toEqual([]);
});

test('a child tells the attempt that made it, which a further one does not change', async () => {
  const made = await kin().enqueue('a', 1, { key: 'eu' });
  expect(made.madeBy).toEqual({ taskId: 'aB-1', attempt: 1 });
  const repeated = kin('aB-1', [], 2);
  expect((await repeated.enqueue('a', 1, { key: 'eu' })).madeBy).toEqual(made.madeBy);
  expect((await repeated.enqueue('a', 1, { key: 'us', labels: { a: 'b' } })).madeBy?.attempt).toBe(2);
});

test('of a task that waits under a unique key the maker is whoever gave it its payload', async () => {
  const unique = { uniqueKey: 'k', unique: { mode: 'replace' }, delay: '1h' } as const;
  const { id } = await kin('aB-1').enqueue('a', 1, unique);
  const replaced = await kin('aB-2').enqueue('a', 2, unique);
  expect(replaced).toMatchObject({ id, deduplicated: true, madeBy: { taskId: 'aB-2', attempt: 1 } });
  const { uniqueKey } = unique;
  const refused = await kin('aB-3').enqueue('a', 3, { uniqueKey });
  expect(refused).toMatchObject({ id, deduplicated: true, payload: 2, madeBy: { taskId: 'aB-2' } });
});
