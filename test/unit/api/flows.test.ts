/** Parents, children and batches over HTTP. */

import { expect, test } from 'vitest';
import { drained } from '../../conformance/suite/relays.js';
import { get, post, store } from './stage.js';

const make = async (body: object) => (await post('/v1/tasks', body)).json();
const drain = () => drained(store, ['default', 'mail', 'reports']);

async function complete(queue: string, handler: string, result?: string): Promise<void> {
  const request = { worker: 'w~1', nonce: nonce++, leaseMs: 10_000 };
  const { tasks } = await store.claim(queue, { ...request, want: 100, handlers: [handler], completions: [] });
  const completions = tasks.map(({ id, token, attempt }) => {
    const at = { startedAt: store.now, finishedAt: store.now };
    const record = { attempt, worker: 'w~1', ...at, outcome: 'completed' as const };
    return { id, token, record: result === undefined ? record : { ...record, result } };
  });
  await store.claim(queue, { ...request, nonce: nonce++, want: 0, handlers: [handler], completions });
}
let nonce = 2;

test('a task waits for its parents of other queues, and shows them', async () => {
  const first = await make({ handler: 'load', queue: 'mail' });
  const second = await make({ handler: 'load', queue: 'reports' });
  const answer = await post('/v1/tasks', { handler: 'sum', after: [first.id, second.id] });
  expect(answer.statusCode).toBe(201);
  const child = answer.json();
  expect(child).toMatchObject({
    state: 'scheduled',
    parents: [first.id, second.id],
    waitingFor: [first.id, second.id].sort(),
  });
  await complete('mail', 'load');
  await drain();
  expect((await get(`/v1/tasks/${child.id}`)).json().waitingFor).toEqual([second.id]);
  await complete('reports', 'load');
  await drain();
  const ready = (await get(`/v1/tasks/${child.id}`)).json();
  expect(ready).toMatchObject({ state: 'ready', parents: [first.id, second.id] });
  expect(ready).not.toHaveProperty('waitingFor');
});

test('parents that have ended count at once: completed, dead or cancelled', async () => {
  const done = await make({ handler: 'load' });
  await complete('default', 'load');
  expect(await make({ handler: 'sum', after: [done.id, done.id] })).toMatchObject({
    ...{ state: 'ready', parents: [done.id] },
  });
  const gone = await make({ handler: 'other', queue: 'mail' });
  await post(`/v1/tasks/${gone.id}/cancel`);
  const after = [done.id, gone.id];
  expect(await make({ handler: 'sum', after })).toMatchObject({ state: 'cancelled', reason: 'parent died' });
  expect(await make({ handler: 'sum', after, onParentDeath: 'run' })).toMatchObject({ state: 'ready' });
});

test.each([
  [{ after: ['zz-nobody'] }, '/after/0', 'names no task: there is no zz-nobody'],
  [{ after: ['nightly@1'] }, '/after/0', 'names no task'],
  [{ after: ['no id'] }, '/after/0', 'must be the id of a task'],
  [{ after: [] }, '/after', 'must be a list of 1 to 10000 ids'],
  [{ after: 'zz-nobody' }, '/after', 'must be a list'],
  [{ onParentDeath: 'run' }, '/onParentDeath', 'needs parents'],
  [{ after: ['zz-1'], onParentDeath: 'ignore' }, '/onParentDeath', 'must be one of cancel, run'],
])('%j is refused, and makes nothing', async (fields, pointer, detail) => {
  const answer = await post('/v1/tasks', { handler: 'sum', queue: 'mail', ...fields });
  expect(answer.statusCode).toBe(422);
  const { errors } = answer.json();
  expect(errors.map((one: { pointer: string }) => one.pointer)).toContain(pointer);
  expect(JSON.stringify(errors)).toContain(detail);
  expect(await store.queues()).not.toContain('mail');
});

test('of a batch each has its own answer, and one task comes after all that were made', async () => {
  const tasks = [
    { handler: 'load', payload: { n: 1 } },
    { handler: 'load', queue: 'mail' },
    { handler: 'load', after: ['zz-nobody'] },
    { handler: 'load', queue: 'no queue' },
  ];
  const onComplete = { handler: 'sum', payload: 1.25, queue: 'reports' };
  const answer = await post(
    '/v1/tasks/batch',
    JSON.stringify({ tasks, onComplete }).replace('1.25', '1.25000000000000000001'),
  );
  expect(answer.statusCode).toBe(200);
  const { results, onComplete: last } = answer.json();
  expect(results.map((one: object) => Object.keys(one))).toEqual([['task'], ['task'], ['error'], ['error']]);
  expect(results[2].error.errors).toMatchObject([{ pointer: '/after/0' }]);
  const ids = [results[0].task.id, results[1].task.id];
  expect(last).toMatchObject({ state: 'scheduled', queue: 'reports', parents: ids });
  // As it was written.
  expect(answer.payload).toContain('1.25000000000000000001');
  await post(`/v1/tasks/${ids[1]}/cancel`);
  await complete('default', 'load');
  await drain();
  expect((await get(`/v1/tasks/${last.id}`)).json().state).toBe('ready');
});

test('a batch of which nothing was made has nothing to come after', async () => {
  const answer = await post('/v1/tasks/batch', { tasks: [{ handler: '' }], onComplete: { handler: 'sum' } });
  expect(answer.json()).not.toHaveProperty('onComplete');
  expect((await get('/v1/tasks')).json().items).toEqual([]);
});

test.each([
  [{ handler: 'sum', after: ['aB-1'] }, '/onComplete/after'],
  [{ handler: 'sum', priority: 'urgent' }, '/onComplete/priority'],
  [{}, '/onComplete/handler'],
  [[], '/onComplete'],
])('onComplete %j is refused before anything is made', async (onComplete, pointer) => {
  const answer = await post('/v1/tasks/batch', { tasks: [{ handler: 'load' }], onComplete });
  expect(answer.statusCode).toBe(422);
  expect(answer.json().errors).toMatchObject([{ pointer }]);
  expect(await store.queues()).toEqual([]);
});

test('lists the children of a task, whatever they stand in', async () => {
  const idOf = async (body: object): Promise<string> => (await make(body)).id;
  const [one, other] = [await idOf({ handler: 'h' }), await idOf({ handler: 'h' })];
  const first = await idOf({ handler: 'child', after: [one, other] });
  const second = await idOf({ handler: 'child', queue: 'mail', after: [one] });
  await make({ handler: 'child', after: [other] });
  await post(`/v1/tasks/${second}/cancel`, {});
  const ids = async (query: string) =>
    (await get(`/v1/tasks?${query}`)).json().items.map(({ id }: { id: string }) => id);
  expect((await ids(`parent=${one}`)).sort()).toEqual([first, second].sort());
  expect(await ids(`parent=${one}&state=cancelled`)).toEqual([second]);
  expect(await ids(`parent=${first}`)).toEqual([]);
  expect((await get('/v1/tasks?parent=no%20id')).statusCode).toBe(422);
});
