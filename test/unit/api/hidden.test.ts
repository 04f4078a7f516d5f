/** Where payloads are hidden, what tasks are given and give back stands in no answer and in no event. */

import { get as httpGet, type IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { withoutData } from '../../../src/api/hidden.js';
import { everyRoute } from './every-route.js';
import { type ApiOnModel, apiOnModel, apiOver } from './support.js';

const SECRET = 'iban-DE02120300000000202051';
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of open.splice(0).reverse()) await end();
});

interface World {
  on: ApiOnModel;
  ids: Record<'completed' | 'running' | 'waiting' | 'dead', string>;
}

/** With the secret as its result. */
async function complete({ store }: ApiOnModel, task: { id: string; token: string }): Promise<void> {
  const at = { attempt: 1, worker: 'w~1', startedAt: store.now, finishedAt: store.now };
  const record = { ...at, outcome: 'completed' as const, result: JSON.stringify({ paid: SECRET }) };
  const request = { worker: 'w~1', nonce: 1_000_000 + store.now, want: 0, handlers: [], leaseMs: 10_000 };
  await store.claim('default', { ...request, completions: [{ ...task, record }] });
}

/** Tasks in every state, schedules and their runs, each with the secret in whatever may hold data. */
async function world(options: Parameters<typeof apiOnModel>[0]): Promise<World> {
  const on = apiOnModel(options);
  open.push(() => on.api.close());
  const { store } = on;
  const payload = { account: SECRET, [SECRET]: [SECRET] };
  const make = async (handler: string, more: object = {}): Promise<string> => {
    const task = { handler, payload, labels: { payload: 'card' }, uniqueKey: `key-${handler}`, ...more };
    const reply = await on.post('/v1/tasks', task);
    if (reply.statusCode !== 201) throw new Error(reply.body);
    return reply.json().id;
  };
  await on.put('/v1/schedules/nightly', { handler: 'a', every: '1h', payload });
  await on.put('/v1/schedules/nightly', { handler: 'b', every: '2h', payload });
  const ids = {
    completed: await make('completed'),
    running: await make('running'),
    dead: await make('dead'),
    waiting: await make('waiting', { delay: '1h' }),
  };
  const claimed = await on.claim(['completed', 'running', 'dead'], 3);
  const token = (id: string) => claimed.find((task) => task.id === id)?.token ?? '';
  const line = JSON.stringify([store.now, 'info', `paid ${SECRET}`, { to: SECRET }]);
  for (const id of [ids.completed, ids.running]) {
    const progress = JSON.stringify({ at: SECRET });
    await store.report('default', 'w~1', [{ id, token: token(id), progress, lines: [line], from: 1 }]);
  }
  const at = { attempt: 1, worker: 'w~1', startedAt: store.now, finishedAt: store.now };
  await complete(on, { id: ids.completed, token: token(ids.completed) });
  await store.settle('default', 'w~1', [
    {
      ...{ id: ids.dead, token: token(ids.dead), failure: true, next: { to: 'dead' as const } },
      record: { ...at, outcome: 'failed', error: { message: 'card declined' } },
    },
  ]);
  return { on, ids };
}

/** Every address that answers something of this world. */
async function addresses({ on, ids }: World): Promise<string[]> {
  const urls = (await everyRoute(on.api))
    .filter(({ method, url }) => method === 'GET' && url !== '/v1/events')
    .flatMap(({ url }) => {
      if (url.startsWith('/v1/tasks/:id')) return Object.values(ids).map((id) => url.replace(':id', id));
      return [url.replace(':id', 'nightly').replace(':queue', 'default').replace(/:\w+/, 'files')];
    });
  const more = ['/v1/tasks?state=dead&limit=1', '/v1/schedules?runs=5', '/v1/tasks?label=payload=card'];
  const stretch = 'from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z';
  const asked = urls.map((url) => {
    if (url.endsWith('/wait')) return `${url}?timeout=0ms`;
    if (url.endsWith('/explain')) return `${url}?at=2026-01-01T02:00:00Z`;
    return url.endsWith('/occurrences') ? `${url}?${stretch}` : url;
  });
  return [...asked, ...more];
}

async function answers(shown: World): Promise<Map<string, string>> {
  const told = new Map<string, string>();
  for (const url of await addresses(shown)) told.set(url, (await shown.on.get(url)).body);
  return told;
}

const telling = (told: Map<string, string>): string[] =>
  [...told].filter(([, body]) => body.includes(SECRET)).map(([url]) => url);

it('no route that reads tells of it, and those that would say that something is left out', async () => {
  const open = await answers(await world({}));
  // Without the setting they do tell: this test would see it.
  expect(telling(open).length).toBeGreaterThan(10);
  const shown = await world({ hidePayloads: true });
  const hidden = await answers(shown);
  expect(telling(hidden)).toEqual([]);
  const { ids, on } = shown;
  const task = JSON.parse(hidden.get(`/v1/tasks/${ids.completed}`) ?? '');
  expect(task).toMatchObject({ payloadHidden: true, state: 'completed', uniqueKey: 'key-completed' });
  expect(task).toMatchObject({ labels: { payload: 'card' }, attempts: [{ outcome: 'completed' }] });
  expect(Object.keys(task)).not.toEqual(expect.arrayContaining(['payload']));
  expect(JSON.parse(hidden.get('/v1/schedules/nightly') ?? '')).toMatchObject({
    payloadHidden: true,
    handler: 'b',
  });
  const [line] = JSON.parse(hidden.get(`/v1/tasks/${ids.running}/logs`) ?? '').items;
  expect(line).toEqual({ id: '1-1', attempt: 1, at: expect.any(String), level: 'info', payloadHidden: true });
  // What a person acts on stays.
  expect(JSON.parse(hidden.get(`/v1/tasks/${ids.dead}`) ?? '').error).toEqual({ message: 'card declined' });
  expect((await on.get('/v1/session')).json()).toMatchObject({ payloadsHidden: true });
  expect((await on.get('/openapi.json')).json().components.schemas.Task.properties).toHaveProperty('payload');
});

it('no route that writes echoes it', async () => {
  const { on, ids } = await world({ hidePayloads: true });
  const payload = { account: SECRET };
  const replies = [
    await on.post('/v1/tasks', { handler: 'a', payload }),
    await on.post('/v1/tasks', { handler: 'waiting', payload, uniqueKey: 'key-waiting' }),
    await on.post('/v1/tasks/batch', {
      tasks: [
        { handler: 'a', payload },
        { handler: '!', payload },
      ],
    }),
    await on.post(`/v1/tasks/${ids.waiting}/reschedule`, { delay: '2h' }),
    await on.post(`/v1/tasks/${ids.dead}/redrive`, { payload }),
    await on.post(`/v1/tasks/${ids.waiting}/cancel`, {}),
    await on.put('/v1/schedules/nightly', { handler: 'c', every: '3h', payload }),
    await on.post('/v1/schedules/nightly/trigger', { payload }),
    await on.post('/v1/schedules/nightly/pause', {}),
    await on.post('/v1/sets/files/plan', {
      files: [
        {
          path: 'a.yaml',
          text: `version: 1\nschedules:\n  s: { handler: a, every: 1h, payload: { account: ${SECRET} } }\n`,
        },
      ],
    }),
  ];
  expect(replies.map(({ statusCode }) => statusCode)).toEqual([
    201, 200, 200, 200, 200, 200, 200, 201, 200, 200,
  ]);
  expect(replies.map(({ body }) => body.includes(SECRET))).toEqual(replies.map(() => false));
});

it('no event tells of it', async () => {
  const { on, ids } = await world({});
  for (const [hidePayloads, count] of [
    [false, 2],
    [true, 0],
  ] as const) {
    const api = apiOver(on.store, { hidePayloads });
    open.push(() => api.close());
    const { url } = await api.listen();
    let text = '';
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const asked = httpGet(`${url}/v1/events`, { agent: false }, resolve);
      asked.on('error', reject);
      open.push(() => asked.destroy());
    });
    answer.on('error', () => {});
    answer.on('data', (piece: Buffer) => {
      text += piece.toString();
    });
    await expect.poll(() => text).toMatch(/^id: /m);
    await on.post('/v1/tasks', { handler: 'told', payload: { account: SECRET } });
    const [task] = await on.claim(['told']);
    if (!task) throw new Error('nothing was claimed');
    const { id, token } = task;
    const progress = JSON.stringify(SECRET);
    await on.store.report('default', 'w~1', [{ id, token, progress, lines: [], from: 1 }]);
    await expect.poll(() => text).toContain('task.progress');
    await complete(on, task);
    await expect.poll(() => text).toContain('task.completed');
    expect([hidePayloads, text.split(SECRET).length - 1]).toEqual([hidePayloads, count]);
    if (hidePayloads) expect(text).toContain('"payloadHidden":true');
    await on.post(`/v1/tasks/${ids.waiting}/reschedule`, { delay: '3h' });
  }
});

it('no search finds out what is in it', async () => {
  const { on } = await world({ hidePayloads: true });
  const found = async (q: string) => (await on.get(`/v1/tasks?q=${q}`)).json().items.length;
  expect(await found(SECRET)).toBe(0);
  expect(await found('DE02')).toBe(0);
  expect(await found('key-dead')).toBe(1);
  expect(await found('card')).toBe(4);
  const { on: shown } = await world({});
  expect((await shown.get(`/v1/tasks?q=${SECRET}`)).json().items).toHaveLength(4);
});

it('schedules are not exported without it, because that would be another file', async () => {
  const { on } = await world({ hidePayloads: true });
  const reply = await on.get('/v1/schedule-file');
  expect([reply.statusCode, reply.json().code]).toEqual([403, 'payloads_hidden']);
});

describe('what is left out', () => {
  it('stands at any depth; names that people gave are no data', () => {
    expect(
      withoutData({
        before: { payload: { a: 1 }, labels: { payload: 'x', result: 'y' } },
        after: [{ result: 1 }, { results: [{ progress: 0.5, id: 'a' }] }],
        schema: { properties: { payload: {} } },
      }),
    ).toEqual({
      before: { labels: { payload: 'x', result: 'y' }, payloadHidden: true },
      after: [{ payloadHidden: true }, { results: [{ id: 'a', payloadHidden: true }] }],
      schema: { properties: { payload: {} } },
    });
  });
});
