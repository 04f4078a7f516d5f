/** Workers over HTTP and `carillon workers`, over the model store. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { workersCommand } from '../../../src/cli/commands/workers.js';
import { createOutput } from '../../../src/cli/output.js';
import type { Presence } from '../../../src/store/contract/index.js';
import { type ApiOnModel, apiOnModel } from './support.js';

let on: ApiOnModel;
beforeEach(() => {
  on = apiOnModel();
});
afterEach(() => on.api.close());

const TTL = 15_000;
const beat = (id: string, over: Partial<Presence> = {}) =>
  on.store.announce(
    'worker',
    {
      ...{ id, name: id.split('~')[0] ?? '', host: 'h', pid: 7, version: '1.2.3', startedAt: on.store.now },
      ...{ seenAt: 0, queues: ['mail'], handlers: ['send'], concurrency: 10, running: 0, ...over },
    },
    TTL,
  );

describe('a worker', () => {
  it('is shown with everything it says of itself, by id or name', async () => {
    const since = on.store.now - 5_000;
    const tasks = [{ id: 'a-1', handler: 'send', queue: 'mail', since }];
    const counts = { processed: 9, failed: 2, retried: 1, memoryBytes: 5e7, load: 0.5 };
    await beat('w~1', { release: '2026-11-30', running: 1, tasks, ...counts });
    const now = new Date(on.store.now).toISOString();
    const worker = {
      ...{ id: 'w~1', name: 'w', host: 'h', pid: 7, version: '1.2.3', release: '2026-11-30' },
      ...{ queues: ['mail'], handlers: ['send'], concurrency: 10, runningCount: 1 },
      running: [{ id: 'a-1', handler: 'send', queue: 'mail', since: new Date(since).toISOString() }],
      ...{ quiet: false, stopping: false, ...counts, startedAt: now, lastBeatAt: now, seenAt: now },
    };
    expect((await on.get('/v1/workers/w')).json()).toEqual(worker);
    expect((await on.get('/v1/workers/w~1')).json()).toEqual(worker);
    expect((await on.get('/v1/workers')).json()).toEqual({ items: [worker], nextCursor: null });
  });

  it('is asked, which stands there until it says that it does so', async () => {
    await beat('w~1');
    const scaled = await on.post('/v1/workers/w/scale', { concurrency: 20 });
    expect([scaled.statusCode, scaled.json()]).toMatchObject([
      200,
      { id: 'w~1', concurrency: 10, asked: { concurrency: 20 } },
    ]);
    const more = await on.post('/v1/workers/w~1/queues', { add: ['a', 'b'], remove: ['mail'] });
    const asked = { concurrency: 20, add: ['a', 'b'], remove: ['mail'] };
    expect(more.json().asked).toEqual(asked);
    const { orders } = await beat('w~1');
    const obeys = orders?.nonces.at(-1) ?? '';
    expect((await on.get('/v1/workers/w')).json().asked).toEqual(asked);
    await beat('w~1', { obeys, concurrency: 20, queues: ['a', 'b'] });
    expect((await on.get('/v1/workers/w')).json()).not.toHaveProperty('asked');
    // What it follows is not asked again.
    expect((await on.post('/v1/workers/w/quiet')).json().asked).toEqual({ quiet: true });
    expect((await on.post('/v1/workers/w/resume')).json().asked).toEqual({ quiet: false });
    expect((await on.post('/v1/workers/w/stop')).json().asked).toEqual({ quiet: false, stop: true });
    const late = await on.post('/v1/workers/w/resume');
    expect([late.statusCode, late.json()]).toMatchObject([409, { code: 'conflict', state: 'stopping' }]);
    expect((await on.post('/v1/workers/w/stop')).statusCode).toBe(200);
  });

  it('is refused where nobody, or more than one, goes by the name', async () => {
    await beat('w~1');
    await beat('w~2');
    await beat('gone~1');
    on.store.advance(TTL - 1);
    await beat('w~1');
    await beat('w~2');
    on.store.advance(1);
    for (const verb of ['', '/quiet', '/resume', '/stop']) {
      const ask = (worker: string) =>
        verb === '' ? on.get(`/v1/workers/${worker}`) : on.post(`/v1/workers/${worker}${verb}`);
      const both = await ask('w');
      expect([verb, both.statusCode, both.json().ids]).toEqual([verb, 409, ['w~1', 'w~2']]);
      expect(both.json().fix).toBe('Name one of them by its id.');
      for (const unknown of ['x', 'w~3', 'gone', 'gone~1'])
        expect([verb, unknown, (await ask(unknown)).statusCode]).toEqual([verb, unknown, 404]);
      expect((await ask('w~2')).statusCode).toBe(200);
    }
  });

  it('is asked nothing that cannot be', async () => {
    await beat('w~1');
    const wrong: [string, object, string][] = [
      ['scale', {}, '/concurrency'],
      ['scale', { concurrency: 0 }, '/concurrency'],
      ['scale', { concurrency: '5' }, '/concurrency'],
      ['scale', { concurrency: 10_001 }, '/concurrency'],
      ['queues', {}, '/add'],
      ['queues', { add: [], remove: [] }, '/add'],
      ['queues', { add: 'mail' }, '/add'],
      ['queues', { add: ['*'] }, '/add/0'],
      ['queues', { add: ['a'], remove: ['b', 'a'] }, '/remove/1'],
      ['quiet', { until: '1h' }, '/until'],
    ];
    for (const [verb, body, pointer] of wrong) {
      const reply = await on.post(`/v1/workers/w/${verb}`, body);
      expect([verb, body, reply.statusCode, reply.json().errors[0].pointer]).toEqual([
        verb,
        body,
        422,
        pointer,
      ]);
    }
    expect((await on.get('/v1/workers/w')).json()).not.toHaveProperty('asked');
  });

  it('is listed by name, page by page', async () => {
    for (const id of ['b~1', 'a-1~x', 'a~9', 'a~1']) await beat(id);
    const seen: string[] = [];
    let cursor: string | null = '';
    do {
      const reply = await on.get(`/v1/workers?limit=1${cursor ? `&cursor=${cursor}` : ''}`);
      const page: { items: { id: string }[]; nextCursor: string | null } = reply.json();
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toEqual(['a~1', 'a~9', 'a-1~x', 'b~1']);
    for (const query of ['limit=0', 'cursor=x', 'q=1'])
      expect([query, (await on.get(`/v1/workers?${query}`)).statusCode]).toEqual([query, 422]);
  });
});

describe('carillon workers', () => {
  async function run(...words: string[]): Promise<string> {
    const { url } = await on.api.listen();
    let out = '';
    const stream = { write: (text: string) => (out += text) };
    const output = createOutput(stream, stream);
    const surroundings = { env: { CARILLON_URL: url }, directory: '.', output, version: '0' };
    await workersCommand(surroundings).parseAsync(words, { from: 'user' });
    return out;
  }

  it('shows a worker with what it runs and what it was asked', async () => {
    const tasks = [{ id: 'a-1', handler: 'send', queue: 'mail', since: on.store.now }];
    await beat('w~1', { running: 1, tasks });
    const out = await run('scale', 'w', '--concurrency', '3');
    expect(out).toMatch(/asked +\{"concurrency":3\}/);
    expect(out).toMatch(/running +1 of 10/);
    expect(out).toMatch(/a-1 +send +mail/);
  });

  it('asks every verb', async () => {
    await beat('w~1');
    const out = await run('queues', 'w', '--add', 'a,b', '--add', 'c', '--remove', 'mail', '--json');
    expect(JSON.parse(out).asked).toEqual({ add: ['a', 'b', 'c'], remove: ['mail'] });
  });

  it.each([
    [['quiet', 'w'], { quiet: true }],
    [['resume', 'w'], { quiet: false }],
    [['stop', 'w'], { stop: true }],
  ])('%s', async (words, asked) => {
    await beat('w~1');
    expect(JSON.parse(await run(...words, '--json')).asked).toEqual(asked);
  });

  it.each([
    [['quiet', 'x'], 3],
    [['scale', 'w', '--concurrency', 'many'], 2],
    [['queues', 'w'], 2],
  ])('%s is refused', async (words, exit) => {
    await beat('w~1');
    await expect(run(...words)).rejects.toMatchObject({ exit });
  });

  it('lists what each of them does', async () => {
    await beat('w~1', { quiet: true });
    await beat('x~1', { stopping: true, release: 'r7', processed: 12, failed: 3 });
    const out = await run('list');
    expect(out).toMatch(/^w .* quiet +0 +0 +send$/m);
    expect(out).toMatch(/^x .* r7 .* stopping +12 +3 +send$/m);
  });
});
