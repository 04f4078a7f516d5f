/** The API over the model store: what each route answers, and one clear problem for every bad input. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Api, type ApiOptions, createApi } from '../../../src/api/server.js';
import { CarillonError } from '../../../src/domain/input/errors.js';
import { turn } from '../../../src/domain/schedule/ledger.js';
import type { Spec } from '../../../src/domain/schedule/schedule.js';
import { silentLog } from '../../../src/runtime/log.js';
import { ledgerOf, ledgerWrite } from '../../../src/schedules/ledger-of.js';
import { ModelStore } from '../../../src/testing/model-store.js';

let store: ModelStore;
let api: Api;

function create(options: Partial<ApiOptions> = {}): Api {
  return createApi({
    store,
    cluster: { self: 'one', leader: async () => ({ node: 'one', term: 5, since: store.now }) },
    health: async () => ({ ready: true, problems: [] }),
    proposeFiles: async () => {
      throw new Error('no files here');
    },
    log: silentLog,
    host: '127.0.0.1',
    port: 0,
    version: '0.0.0',
    ...options,
  });
}

beforeEach(() => {
  store = new ModelStore();
  api = create();
});
afterEach(() => api.close());

const get = (url: string, headers: Record<string, string> = {}) =>
  api.app.inject({ method: 'GET', url, headers });
const post = (url: string, body?: unknown, headers: Record<string, string> = {}) =>
  api.app.inject({
    method: 'POST',
    url,
    headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
const put = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  api.app.inject({
    method: 'PUT',
    url,
    headers: { 'content-type': 'application/json', ...headers },
    payload: JSON.stringify(body),
  });

describe('tasks', () => {
  it('are created, shown, listed and cancelled', async () => {
    const created = await post('/v1/tasks', { handler: 'mail.send', payload: { to: 'a' }, delay: '10m' });
    expect(created.statusCode).toBe(201);
    const { unroutable, ...task } = created.json();
    expect(unroutable).toBe(true);
    expect(task).toMatchObject({
      handler: 'mail.send',
      state: 'scheduled',
      payload: { to: 'a' },
      attempt: 0,
      attempts: [],
    });
    expect(Date.parse(task.dueAt) - store.now).toBe(600_000);
    expect(created.headers['location']).toBe(`/v1/tasks/${task.id}`);

    expect((await get(`/v1/tasks/${task.id}`)).json()).toEqual(task);
    expect((await get('/v1/tasks?state=scheduled')).json().items).toEqual([task]);

    const cancelled = await post(`/v1/tasks/${task.id}/cancel`);
    expect(cancelled.statusCode).toBe(200);
    expect(cancelled.json().state).toBe('cancelled');
    expect((await post(`/v1/tasks/${task.id}/cancel`)).statusCode).toBe(200);
  });

  it('without a worker for them wait and are shown as unroutable', async () => {
    const created = (await post('/v1/tasks', { handler: 'nobody.has' })).json();
    expect(created.unroutable).toBe(true);
    const { id } = created;
    const later = (await post('/v1/tasks', { handler: 'nobody.has', queue: 'other', delay: '1h' })).json();
    expect(later).toMatchObject({ state: 'scheduled', unroutable: true });
    const facts = { host: 'h', pid: 1, version: '1', startedAt: store.now, seenAt: store.now };
    const worker = { id: 'w~1', name: 'w', queues: ['*'], handlers: ['somebody.has'], ...facts };
    await store.announce('worker', worker, 10_000);
    expect((await post('/v1/tasks', { handler: 'somebody.has' })).json()).not.toHaveProperty('unroutable');
    expect((await post('/v1/tasks', { handler: 'nobody.has', queue: 'q' })).json().unroutable).toBe(true);
    expect((await get(`/v1/tasks/${id}`)).json()).toMatchObject({
      state: 'ready',
      attempt: 0,
      unroutable: true,
    });
    expect((await get('/v1/queues/default')).json().unroutable).toEqual({ 'nobody.has': 1 });
  });

  it('that run cannot be cancelled, and the problem says so', async () => {
    const { id } = (await post('/v1/tasks', { handler: 'a' })).json();
    await store.claim('default', {
      worker: 'w~1',
      nonce: 1,
      want: 1,
      handlers: ['a'],
      leaseMs: 10_000,
      completions: [],
    });
    const refused = await post(`/v1/tasks/${id}/cancel`);
    expect(refused.statusCode).toBe(409);
    expect(refused.json()).toMatchObject({ code: 'conflict', state: 'running' });
  });

  it('come in a batch with one result each, in order', async () => {
    const tasks = [
      { handler: 'a', queue: 'q1' },
      { handler: '!' },
      { handler: 'b', queue: 'q2' },
      { handler: 'c', queue: 'q1' },
    ];
    const reply = await post('/v1/tasks/batch', { tasks });
    expect(reply.statusCode).toBe(200);
    const { results } = reply.json();
    expect(results.map((one: { task?: { handler: string } }) => one.task?.handler)).toEqual([
      'a',
      undefined,
      'b',
      'c',
    ]);
    expect(results[1].error).toMatchObject({ code: 'invalid_input', errors: [{ pointer: '/handler' }] });
  });

  it('are listed page by page over queues and states, each exactly once', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 23; i += 1) {
      const body = { handler: 'a', queue: i % 2 ? 'q1' : 'q2', ...(i % 3 ? { delay: '1h' } : {}) };
      ids.push((await post('/v1/tasks', body)).json().id);
      store.advance(1);
    }
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page = await get(`/v1/tasks?limit=5${cursor ? `&cursor=${cursor}` : ''}`);
      expect(page.statusCode).toBe(200);
      const { items, nextCursor } = page.json() as { items: { id: string }[]; nextCursor: string | null };
      seen.push(...items.map(({ id }) => id));
      cursor = nextCursor;
    }
    expect(seen.toSorted()).toEqual(ids.toSorted());
  });

  it('are awaited until they end, or until the time is over', async () => {
    const { id } = (await post('/v1/tasks', { handler: 'a' })).json();
    expect((await get(`/v1/tasks/${id}/wait?timeout=0ms`)).statusCode).toBe(202);
    const waiting = get(`/v1/tasks/${id}/wait?timeout=30s`);
    await post(`/v1/tasks/${id}/cancel`);
    expect((await waiting).json()).toMatchObject({ id, state: 'cancelled' });
  });

  it('that are awaited do not hold up the end of the API', async () => {
    const { id } = (await post('/v1/tasks', { handler: 'a' })).json();
    const waiting = get(`/v1/tasks/${id}/wait?timeout=1m`);
    await get('/livez');
    await api.close();
    expect((await waiting).statusCode).toBe(202);
  });
});

describe('schedules', () => {
  const daily = { handler: 'a', cron: '0 9 * * *', timezone: 'Europe/Berlin' };

  it('are put, shown, paused, resumed and deleted', async () => {
    const created = await put('/v1/schedules/daily', daily);
    expect(created.statusCode).toBe(201);
    expect(created.json()).toMatchObject({
      id: 'daily',
      state: 'enabled',
      cron: '0 9 * * *',
      source: { kind: 'api' },
    });
    const shown = (await get('/v1/schedules/daily')).json();
    expect(shown.nextRuns).toHaveLength(5);
    expect(shown.nextRuns[0]).toBe('2026-01-01T08:00:00.000Z');

    expect((await put('/v1/schedules/daily', { ...daily, description: 'x' })).statusCode).toBe(200);
    const paused = (await post('/v1/schedules/daily/pause', { reason: 'holiday' })).json();
    expect(paused).toMatchObject({ state: 'paused', paused: { reason: 'holiday' }, nextRuns: [] });
    expect((await post('/v1/schedules/daily/resume')).json()).toMatchObject({ state: 'enabled' });
    expect((await api.app.inject({ method: 'DELETE', url: '/v1/schedules/daily' })).statusCode).toBe(204);
    expect((await get('/v1/schedules/daily')).statusCode).toBe(404);
  });

  it('are edited only at the revision the caller saw', async () => {
    const tag = String((await put('/v1/schedules/daily', daily)).headers['etag']);
    expect((await put('/v1/schedules/daily', { ...daily, owner: 'a' }, { 'if-match': tag })).statusCode).toBe(
      200,
    );
    const refused = await put('/v1/schedules/daily', { ...daily, owner: 'b' }, { 'if-match': tag });
    expect(refused.statusCode).toBe(412);
    expect(refused.json().code).toBe('precondition_failed');
  });

  it('that belong to a file are not edited or deleted here', async () => {
    await put('/v1/schedules/daily', daily);
    const row = await store.schedule('daily');
    if (!row) throw new Error('not stored');
    const source = { kind: 'file', set: 'files', file: 's.yaml', line: 3 } as const;
    const edit = {
      expect: { revision: row.schedule.revision, cursor: row.cursor },
      cursor: row.cursor,
      withdraw: null,
      id: 'daily',
    };
    await store.edit('default', {
      ...edit,
      schedule: { ...row.schedule, source, revision: row.schedule.revision + 1 },
    });
    expect((await put('/v1/schedules/daily', { ...daily, owner: 'x' })).statusCode).toBe(409);
    expect((await api.app.inject({ method: 'DELETE', url: '/v1/schedules/daily' })).statusCode).toBe(409);
    expect((await get('/v1/schedules/daily')).json().source).toMatchObject({ file: 's.yaml', line: 3 });
  });

  it('show what becomes of their instants', async () => {
    await put('/v1/schedules/often', { handler: 'a', every: '10m' });
    const from = new Date(store.now - 1_200_000).toISOString();
    const to = new Date(store.now + 1_200_000).toISOString();
    const { items } = (await get(`/v1/schedules/often/occurrences?from=${from}&to=${to}`)).json();
    expect(items.map((one: { fate: string }) => one.fate)).toEqual([
      'unknown',
      'unknown',
      'unknown',
      'preview',
      'preview',
    ]);
  });

  it('show what they leave out as it was written, and refuse calendars with advice', async () => {
    const exclude = ['2026-12-25', '2026-12-24..2027-01-01', { cron: '* * * * SUN' }];
    const created = await put('/v1/schedules/often', {
      ...{ handler: 'a', every: '6h', timezone: 'Europe/Berlin', jitter: '90s', maxRuns: 7 },
      exclude: [...exclude, { from: '2026-08-01', to: '2026-08-02' }],
    });
    expect(created.json()).toMatchObject({
      ...{ every: '6h', timezone: 'Europe/Berlin', jitter: '1m30s', maxRuns: 7 },
      exclude: [...exclude, '2026-08-01..2026-08-02'],
    });
    expect(created.json().warnings).toEqual([]);
    const refused = await put('/v1/schedules/often', { handler: 'a', every: '6h', exclude: ['holidays'] });
    expect(refused.statusCode).toBe(422);
    expect(refused.json().errors).toEqual([
      { pointer: '/exclude/0', detail: expect.stringContaining('list the dates here') },
    ]);
    const never = await put('/v1/schedules/often', { ...daily, exclude: [{ cron: '* * * * *' }] });
    expect(never.json().errors).toEqual([
      { pointer: '/exclude', detail: expect.stringContaining('never happens') },
    ]);
  });

  it('that this release cannot plan are shown as faulty, and the others beside them', async () => {
    await put('/v1/schedules/odd', daily);
    await put('/v1/schedules/sound', daily);
    const row = await store.schedule('odd');
    if (row?.schedule.definition.spec.kind !== 'cron') throw new Error('not stored');
    const { definition } = row.schedule;
    const spec = { ...definition.spec, expressions: ['nonsense'] } as Spec;
    await store.edit('default', {
      id: 'odd',
      expect: { revision: row.schedule.revision, cursor: row.cursor },
      schedule: { ...row.schedule, definition: { ...definition, spec }, revision: row.schedule.revision + 1 },
      cursor: row.cursor,
      withdraw: null,
    });
    const { items } = (await get('/v1/schedules')).json();
    expect(items).toMatchObject([
      { id: 'odd', state: 'faulty', fault: expect.stringContaining('nonsense'), nextRuns: [] },
      { id: 'sound', state: 'enabled' },
    ]);
  });

  it('say what is probably not meant', async () => {
    const created = await put('/v1/schedules/odd', { handler: 'a', cron: '*/90 * * * *' });
    expect(created.statusCode).toBe(201);
    expect(created.json().warnings).toEqual([{ pointer: '/cron', detail: expect.any(String) }]);
    const passed = await put('/v1/schedules/late', { handler: 'a', at: '2020-01-01T00:00:00Z' });
    expect(passed.json().warnings).toEqual([
      { pointer: '/at', detail: '2020-01-01T00:00:00.000Z has passed: a schedule made now has no run' },
    ]);
  });

  it('with jitter show when each run comes due beside its time', async () => {
    await put('/v1/schedules/often', { handler: 'a', every: '1h', jitter: '10m' });
    const { nextRuns, nextDueAt } = (await get('/v1/schedules/often')).json();
    expect(nextDueAt).toHaveLength(nextRuns.length);
    nextRuns.forEach((at: string, index: number) => {
      const late = Date.parse(nextDueAt[index]) - Date.parse(at);
      expect(late >= 0 && late <= 600_000).toBe(true);
    });
    const { items } = (await get('/v1/schedules/often/occurrences')).json();
    expect(items).toMatchObject([
      { nominalAt: new Date(store.now - 3_600_000).toISOString(), fate: 'unknown' },
      { nominalAt: new Date(store.now).toISOString(), fate: 'unknown' },
      { nominalAt: nextRuns[0], dueAt: nextDueAt[0], fate: 'preview' },
    ]);
    await put('/v1/schedules/plain', daily);
    expect((await get('/v1/schedules/plain')).json()).not.toHaveProperty('nextDueAt');
  });

  it('with maxRuns show no more than is left, count what fired, and are finished in the end', async () => {
    await put('/v1/schedules/thrice', { handler: 'a', every: '10m', maxRuns: 3 });
    const begin = store.now;
    const at = (n: number) => new Date(begin + n * 600_000).toISOString();
    const term = await store.allocateTerm('one', 'lock');
    if (!term) throw new Error('no term');
    await store.takeOffice('default', term);
    const plan = async (from: number, to: number, next: number | null) => {
      const row = await store.schedule('thrice');
      if (!row) throw new Error('no schedule');
      const nominals = Array.from({ length: to - from + 1 }, (_, i) => begin + (from + i) * 600_000);
      const occurrences = nominals.map((nominal) => ({
        nominal,
        draft: {
          ...{ id: `thrice@${nominal}`, handler: 'a', priority: 'normal' as const, payload: '' },
          ...{ due: nominal, createdAt: begin },
        },
      }));
      const entry = { schedule: 'thrice', revision: row.schedule.revision, cursor: row.cursor ?? 0 };
      const rest = { next: next === null ? null : begin + next * 600_000, occurrences };
      const { definition } = row.schedule;
      const limit = {
        at: nominals.at(-1) ?? 0,
        word: 'limit',
        before: definition,
        after: definition,
      } as const;
      const ended = ledgerWrite(row, turn(ledgerOf(row), { ...limit, tz: '' }), definition, store.now);
      const ledger = next === null ? { ledger: ended } : {};
      expect(await store.plan('default', term, [{ ...entry, ...rest, ...ledger }])).toEqual(['planned']);
    };
    const view = async () => {
      const { state, nextRuns, counters } = (await get('/v1/schedules/thrice')).json();
      return [state, nextRuns, counters];
    };
    const coming = async () => {
      const until = `to=${at(9)}&from=${at(0)}`;
      const { items } = (await get(`/v1/schedules/thrice/occurrences?${until}`)).json();
      return items.map((one: { fate: string }) => one.fate);
    };
    expect(await view()).toEqual(['enabled', [at(1), at(2), at(3)], { fired: 0 }]);
    expect(await coming()).toEqual(['unknown', 'preview', 'preview', 'preview']);
    await plan(1, 1, 2);
    store.advance(600_000);
    expect(await view()).toEqual(['enabled', [at(2), at(3)], { fired: 1 }]);
    expect(await coming()).toEqual(['unknown', 'fired', 'preview', 'preview']);
    await plan(2, 3, null);
    expect(await view()).toEqual(['enabled', [at(2), at(3)], { fired: 1 }]);
    store.advance(600_000);
    expect(await view()).toEqual(['enabled', [at(3)], { fired: 2 }]);
    store.advance(600_000);
    await store.promote('default', 10);
    // Its last run waits for a worker.
    expect(await view()).toEqual(['enabled', [], { fired: 3 }]);
    const request = { nonce: 1, want: 10, handlers: ['a'], leaseMs: 60_000, completions: [] };
    await store.claim('default', { worker: 'w', ...request });
    expect(await view()).toEqual(['finished', [], { fired: 3 }]);
    expect(await coming()).toEqual(['unknown', 'fired', 'fired', 'fired']);
    store.advance(600_000);
    await put('/v1/schedules/thrice', { handler: 'a', every: '10m', maxRuns: 4 });
    expect(await view()).toEqual(['enabled', [at(5)], { fired: 3 }]);
  });

  it('are listed page by page', async () => {
    for (const id of ['c', 'a', 'b']) await put(`/v1/schedules/${id}`, daily);
    const first = (await get('/v1/schedules?limit=2')).json();
    expect(first.items.map((one: { id: string }) => one.id)).toEqual(['a', 'b']);
    const second = (await get(`/v1/schedules?limit=2&cursor=${first.nextCursor}`)).json();
    expect(second).toMatchObject({ items: [{ id: 'c' }], nextCursor: null });
  });
});

describe('the cluster', () => {
  it('shows leader and nodes by name, workers, health and its own description', async () => {
    const facts = { host: 'h', pid: 1, version: '1', startedAt: store.now, seenAt: store.now };
    await store.announce('node', { id: 'one~x', name: 'one', ...facts }, 10_000);
    await store.announce('node', { id: 'two~x', name: 'two', ...facts }, 10_000);
    const cluster = (await get('/v1/cluster')).json();
    expect(cluster.leader).toEqual({ node: 'one', term: 5, since: new Date(store.now).toISOString() });
    expect(
      cluster.nodes.map((node: { name: string; role: string }) => [node.name, node.role]).sort(),
    ).toEqual([
      ['one', 'leader'],
      ['two', 'standby'],
    ]);
    expect((await get('/v1/workers')).json().items).toEqual([]);
    expect((await get('/readyz')).statusCode).toBe(200);
    expect((await get('/openapi.json')).json().openapi).toBe('3.1.0');
  });

  it('has one description for each route and one route for each description', async () => {
    const { paths } = (await get('/openapi.json')).json();
    for (const [path, operations] of Object.entries(paths as Record<string, object>)) {
      for (const method of ['GET', 'POST', 'PUT', 'DELETE']) {
        const url = path.replace(/\{\w+\}/, 'x');
        const reply = await api.app.inject({
          method: method as 'GET',
          url: path.endsWith('/wait') ? `${url}?timeout=0ms` : url,
        });
        const described = method.toLowerCase() in operations;
        expect([path, method, reply.statusCode === 405]).toEqual([path, method, !described]);
      }
    }
  });

  it('serves a page that runs nothing but its own script', async () => {
    const page = await get('/');
    expect(page.headers['content-type']).toContain('text/html');
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    expect(page.body).not.toMatch(/<script>|<style|\son\w+=|https?:\/\/(?!www\.w3\.org)/);
    for (const url of ['/page.js', '/page.css']) expect((await get(url)).statusCode).toBe(200);
  });
});

describe('bad input', () => {
  const task = (extra: object) => ({ handler: 'a', ...extra });
  const cases: [what: string, body: unknown, status: number, code: string, pointer?: string][] = [
    ['malformed JSON', '{"handler":', 400, 'malformed_json'],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 400, 'malformed_json'],
    ['an array', [], 422, 'invalid_input'],
    ['null', 'null', 422, 'invalid_input'],
    ['no handler', {}, 422, 'invalid_input', '/handler'],
    ['a handler outside the grammar', { handler: 'no spaces' }, 422, 'invalid_input', '/handler'],
    ['an unknown field', task({ quue: 'x' }), 422, 'invalid_input', '/quue'],
    ['__proto__ as a field', '{"handler":"a","__proto__":{"queue":"x"}}', 422, 'invalid_input', '/__proto__'],
    ['a queue outside the grammar', task({ queue: 'Über' }), 422, 'invalid_input', '/queue'],
    ['a number for a text', task({ queue: 1 }), 422, 'invalid_input', '/queue'],
    ['a delay that is none', task({ delay: '10 s' }), 422, 'invalid_input', '/delay'],
    ['a delay beyond ten years', task({ delay: '4000d' }), 422, 'invalid_input', '/delay'],
    ['a runAt that is no time', task({ runAt: '2026-02-30T00:00:00Z' }), 422, 'invalid_input', '/runAt'],
    ['a runAt beyond ten years', task({ runAt: '2040-01-01T00:00:00Z' }), 422, 'invalid_input', '/runAt'],
    ['delay and runAt', task({ delay: '1s', runAt: '2026-01-02T00:00:00Z' }), 422, 'invalid_input', '/runAt'],
    ['a priority that is none', task({ priority: 'urgent' }), 422, 'invalid_input', '/priority'],
    ['an unknown field of retry', task({ retry: { tries: 1 } }), 422, 'invalid_input', '/retry/tries'],
    ['a payload over 1 MiB', task({ payload: 'x'.repeat(1 << 20) }), 413, 'payload_too_large'],
    ['a body far over 1 MiB', task({ payload: 'x'.repeat(3 << 20) }), 413, 'payload_too_large'],
    ...['concurrencyKey', 'expiresIn', 'after', 'onParentDeath'].map(
      (name): [string, unknown, number, string, string] => [
        `${name} (later)`,
        task({ [name]: 'x' }),
        422,
        'unsupported',
        `/${name}`,
      ],
    ),
  ];

  it.each(cases)('of a task: %s', async (_what, body, status, code, pointer) => {
    const reply = Buffer.isBuffer(body)
      ? await api.app.inject({
          method: 'POST',
          url: '/v1/tasks',
          headers: { 'content-type': 'application/json' },
          payload: body,
        })
      : await post('/v1/tasks', body);
    const problem = reply.json();
    expect([reply.statusCode, problem.code]).toEqual([status, code]);
    expect(reply.headers['content-type']).toContain('application/problem+json');
    expect(problem).toMatchObject({
      status,
      requestId: reply.headers['request-id'],
      fix: expect.any(String),
    });
    if (pointer) expect(problem.errors.map((one: { pointer: string }) => one.pointer)).toContain(pointer);
    expect(await store.queues()).toEqual([]);
  });

  it.each([
    ['/v1/tasks?state=active', 422, 'invalid_input'],
    ['/v1/tasks?limit=1001', 422, 'invalid_input'],
    ['/v1/tasks?limit=1&limit=2', 422, 'invalid_input'],
    ['/v1/tasks?cursor=zzzz', 422, 'invalid_input'],
    ['/v1/tasks?stat=ready', 422, 'invalid_input'],
    ['/v1/tasks/none', 404, 'not_found'],
    [`/v1/tasks/${'x'.repeat(500)}`, 404, 'not_found'],
    ['/v1/tasks/%zz', 422, 'invalid_input'],
    ['/v1/tasks/none/wait?timeout=2h', 422, 'invalid_input'],
    ['/v1/queues/none', 404, 'not_found'],
    ['/v1/schedules/none', 404, 'not_found'],
    ['/v1/schedules?cursor=%21', 422, 'invalid_input'],
    ['/nothing/here', 404, 'not_found'],
  ])('of GET %s', async (url, status, code) => {
    const reply = await get(url);
    expect([reply.statusCode, reply.json().code]).toEqual([status, code]);
    expect(reply.headers['content-type']).toContain('application/problem+json');
  });

  it('of a path that no route has: names the place where all are listed', async () => {
    const { fix, detail } = (await get('/v1/task')).json();
    expect([detail, fix]).toEqual([
      'There is nothing at GET /v1/task.',
      expect.stringContaining('/openapi.json'),
    ]);
    expect((await get('/v1/tasks/none')).json().fix).toBe('Check the id.');
  });

  it('of a schedule: every problem at once', async () => {
    const reply = await put('/v1/schedules/s', { cron: '61 * * * *', handlr: 'a', retry: { delay: '1' } });
    expect(reply.statusCode).toBe(422);
    expect(reply.json().errors.map((one: { pointer: string }) => one.pointer)).toEqual(
      expect.arrayContaining(['/cron', '/handlr', '/retry/delay']),
    );
  });

  it('of other kinds: content type, method, Idempotency-Key', async () => {
    const plain = await post('/v1/tasks', '{"handler":"a"}', { 'content-type': 'text/plain' });
    expect([plain.statusCode, plain.json().code]).toEqual([415, 'unsupported_media']);
    const wrong = await post('/v1/workers');
    expect([wrong.statusCode, wrong.json().code, wrong.headers['allow']]).toEqual([
      405,
      'method_not_allowed',
      'GET, HEAD',
    ]);
    const keyed = await post('/v1/tasks', { handler: 'a' }, { 'idempotency-key': 'x' });
    expect([keyed.statusCode, keyed.json().code]).toEqual([422, 'unsupported']);
    expect(await store.queues()).toEqual([]);
  });

  it('reads what curl sends when nobody says what it is as JSON', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await post('/v1/tasks', '{"handler":"a"}', form)).statusCode).toBe(201);
    const wrong = await post('/v1/tasks', 'handler=a', form);
    expect([wrong.statusCode, wrong.json().code]).toEqual([400, 'malformed_json']);
    const foreign = { ...form, origin: 'http://evil.example' };
    expect((await post('/v1/tasks', '{"handler":"a"}', foreign)).statusCode).toBe(403);
  });

  it('leaves a payload exactly as it is, however odd', async () => {
    const body = '{"handler":"a","payload":{"__proto__":{"x":1},"constructor":{"prototype":{}}}}';
    const { id } = (await post('/v1/tasks', body)).json();
    const facts = await store.find(id);
    expect(facts?.payload).toBe('{"__proto__":{"x":1},"constructor":{"prototype":{}}}');
    expect(({} as { x?: number }).x).toBeUndefined();
  });
});

describe('access', () => {
  it('is refused at start when the address is open and there is no key', () => {
    expect(() => create({ host: '0.0.0.0' })).toThrow(
      expect.objectContaining({ code: 'configuration', exit: 78 }),
    );
    expect(() => create({ host: '0.0.0.0', apiKey: 'k' })).not.toThrow();
  });

  it('asks for the key on every route but the health ones', async () => {
    api = create({ apiKey: 'secret' });
    for (const url of ['/', '/page.js', '/v1/tasks', '/openapi.json', '/nothing']) {
      const reply = await get(url);
      expect([url, reply.statusCode, reply.json().code]).toEqual([url, 401, 'unauthorized']);
    }
    for (const url of ['/livez', '/readyz']) expect((await get(url)).statusCode).toBe(200);
    const wrong = await get('/v1/tasks', { authorization: 'Bearer wrong' });
    expect([wrong.statusCode, wrong.json().detail]).toEqual([401, 'The API key is not the right one.']);
    expect((await get('/v1/tasks')).json().detail).toBe('This route asks for the API key.');
    expect((await get('/v1/tasks', { authorization: 'Bearer secret' })).statusCode).toBe(200);
    const basic = `Basic ${Buffer.from('me:secret').toString('base64')}`;
    expect((await get('/', { authorization: basic })).statusCode).toBe(200);
    expect((await get('/page.js')).headers['www-authenticate']).toEqual([
      expect.stringMatching(/^Bearer /),
      expect.stringMatching(/^Basic /),
    ]);
  });

  it('without a key answers loopback names only, so that no foreign name can be pointed here', async () => {
    for (const host of ['localhost:4780', '127.0.0.1:4780', '[::1]:4780', '127.9.9.9']) {
      expect([host, (await get('/v1/tasks', { host })).statusCode]).toEqual([host, 200]);
    }
    for (const host of ['evil.example:4780', '127.0.0.1.evil.example', '10.0.0.1', 'localhost.evil']) {
      expect([host, (await get('/v1/tasks', { host })).statusCode]).toEqual([host, 403]);
    }
  });

  it('lets no page of another site write', async () => {
    const send = (headers: Record<string, string>) =>
      post('/v1/tasks', { handler: 'a' }, { host: '127.0.0.1:4780', ...headers });
    expect((await send({ origin: 'http://evil.example' })).statusCode).toBe(403);
    expect((await send({ origin: 'null' })).statusCode).toBe(403);
    expect((await send({ 'sec-fetch-site': 'cross-site' })).statusCode).toBe(403);
    expect((await send({ origin: 'http://127.0.0.1:4780' })).statusCode).toBe(201);
    api = create({ apiKey: 'secret' });
    const basic = `Basic ${Buffer.from('me:secret').toString('base64')}`;
    expect((await send({ authorization: basic, origin: 'http://evil.example' })).statusCode).toBe(403);
    expect((await send({ authorization: 'Bearer secret', origin: 'http://any.example' })).statusCode).toBe(
      201,
    );
  });
});

describe('faults', () => {
  it('of Redis become 503 with Retry-After, and nothing internal is told', async () => {
    store.find = async () => {
      throw new CarillonError('unavailable', 'Redis does not answer');
    };
    const reply = await get('/v1/tasks/x');
    expect([reply.statusCode, reply.json().code, reply.headers['retry-after']]).toEqual([
      503,
      'unavailable',
      '2',
    ]);
  });

  it('of ours become 500 without a stack or message', async () => {
    store.find = async () => {
      throw new Error('secret detail');
    };
    const reply = await get('/v1/tasks/x');
    expect(reply.statusCode).toBe(500);
    expect(reply.json().code).toBe('internal');
    expect(reply.body).not.toMatch(/secret detail|at \w+ \(/);
  });

  it('never make a request hang, with a body or without', { timeout: 15_000 }, async () => {
    const never = () => new Promise<never>(() => {});
    Object.assign(store, { find: never, enqueue: never });
    // A real connection: what ends with a request's body ends there, and not when a request is only injected.
    const { url } = await api.listen();
    const body = '{"handler":"a"}';
    const replies = await Promise.all([
      fetch(`${url}/v1/tasks/x`),
      fetch(`${url}/v1/tasks`, { method: 'POST', headers: { 'content-type': 'application/json' }, body }),
    ]);
    expect(replies.map(({ status }) => status)).toEqual([503, 503]);
  });
});
