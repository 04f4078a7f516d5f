/** What Prometheus gets from real nodes and workers: who may ask, what it says, and what it says while Redis is away. */

import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { Worker } from '../../src/index.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { METRICS, type MetricName, seriesOf } from '../../src/telemetry/table.js';
import { eventually } from '../support/eventually.js';
import { seriesIn, valueIn } from '../support/metrics-text.js';
import type { TestProcess } from '../support/processes.js';
import { onScene } from '../support/scene.js';

const scene = onScene();
const KEY = 'a-key-of-the-tests';

const urlOf = async (process: TestProcess): Promise<string> =>
  (await process.line(/(http:\/\/[\w.]+:\d+)/))[1] ?? '';

async function scrape(url: string, headers: Record<string, string> = {}): Promise<string> {
  const response = await fetch(`${url}/metrics`, { headers });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return response.text();
}

const startNode = (...more: string[]): TestProcess => scene.carillon(['start', '--port', '0', ...more]);

/** Whose figures a text has: the names of those that are in the table and not in the text. */
function missingOf(text: string, of: readonly string[]): string[] {
  return (Object.keys(METRICS) as MetricName[])
    .filter((name) => of.includes(METRICS[name].of) && !text.includes(`# TYPE carillon_${name} `))
    .map((name) => name);
}

const HANDLERS = 'export default { ok: () => 1, bad: () => { throw new Error("no"); }, tick: () => 1 };';

describe('a cluster', () => {
  it('tells of attempts, fires, depth, slots, leader and itself; each name is in the table', async () => {
    scene.write('handlers.mjs', HANDLERS);
    const nodes = [startNode('--name', 'one'), startNode('--name', 'two')];
    const [one = '', two = ''] = await Promise.all(nodes.map(urlOf));
    const worker = scene.carillon(['worker', 'handlers.mjs', '--metrics-port', '0', '--concurrency', '7']);
    const works = (await urlOf(worker)).replace(/\/metrics$/, '');
    const { client } = scene;
    await client.schedules.put('often', { handler: 'tick', every: '1s' });
    await client.wait((await client.enqueue('ok')).id);
    await client.wait((await client.enqueue('bad', null, { retry: { maxAttempts: 1 } })).id);
    await client.enqueue('nobody', null, { queue: 'other' });
    await client.queues.pause('other');

    const ofWorker = await eventually(
      () => scrape(works),
      (text) => (valueIn(text, 'carillon_fire_delay_seconds_count', { queue: 'default' }) ?? 0) >= 2,
    );
    const of = (handler: string, outcome: string) => ({ queue: 'default', handler, outcome });
    expect(valueIn(ofWorker, 'carillon_attempts_finished_total', of('ok', 'completed'))).toBe(1);
    expect(valueIn(ofWorker, 'carillon_attempts_finished_total', of('bad', 'failed'))).toBe(1);
    expect(valueIn(ofWorker, 'carillon_tasks_finished_total', of('bad', 'dead'))).toBe(1);
    expect(valueIn(ofWorker, 'carillon_worker_slots')).toBe(7);
    expect(
      valueIn(ofWorker, 'carillon_redis_call_duration_seconds_count', { script: 'claim' }),
    ).toBeGreaterThan(0);
    expect(missingOf(ofWorker, ['process', 'worker'])).toEqual([]);

    const texts = await eventually(
      () => Promise.all([one, two].map((url) => scrape(url))),
      (all) =>
        all.every(
          (text) =>
            valueIn(text, 'carillon_workers') === 1 &&
            valueIn(text, 'carillon_http_requests_total', { route: '/metrics', status: '200' }) !== undefined,
        ) &&
        all.some(
          (text) => (valueIn(text, 'carillon_fires_total', { schedule: 'often', outcome: 'fired' }) ?? 0) > 0,
        ),
    );
    for (const text of texts) {
      expect(valueIn(text, 'carillon_queue_depth', { queue: 'default', state: 'dead' })).toBe(1);
      expect(valueIn(text, 'carillon_queue_depth', { queue: 'other', state: 'ready' })).toBe(1);
      expect(valueIn(text, 'carillon_queue_unroutable', { queue: 'other' })).toBe(1);
      expect(valueIn(text, 'carillon_queue_paused', { queue: 'other' })).toBe(1);
      expect(valueIn(text, 'carillon_queue_oldest_age_seconds', { queue: 'other' })).toBeGreaterThan(0);
      expect(valueIn(text, 'carillon_tasks_enqueued_total', { queue: 'other' })).toBe(1);
      expect(valueIn(text, 'carillon_attempts_failed_total', { queue: 'default' })).toBe(1);
      expect(valueIn(text, 'carillon_slots')).toBe(7);
      expect(valueIn(text, 'carillon_nodes')).toBe(2);
      expect(valueIn(text, 'carillon_redis_up')).toBe(1);
      const now = Date.now() / 1_000;
      const next = valueIn(text, 'carillon_schedule_next_fire_timestamp_seconds', { schedule: 'often' });
      expect(next).toBeGreaterThan(now - 2);
      expect(next).toBeLessThan(now + 2);
      expect(missingOf(text, ['process', 'node', 'cluster'])).toEqual([]);
    }
    const sum = (name: string): number => texts.reduce((all, text) => all + (valueIn(text, name) ?? 0), 0);
    expect(sum('carillon_leader')).toBe(1);
    expect(sum('carillon_leader_changes_total')).toBe(1);
    const known = new Set((Object.keys(METRICS) as MetricName[]).flatMap(seriesOf));
    for (const { name } of seriesIn([ofWorker, ...texts].join('\n'))) expect(known).toContain(name);

    // The leader dies: the other one says that it leads, and in which term.
    const leads = texts.findIndex((text) => valueIn(text, 'carillon_leader') === 1);
    nodes[leads]?.kill('SIGKILL');
    const left = leads === 0 ? two : one;
    const former = valueIn(texts[0] ?? '', 'carillon_leader_term') ?? Number.POSITIVE_INFINITY;
    const after = await eventually(
      () => scrape(left),
      (text) =>
        valueIn(text, 'carillon_leader') === 1 && (valueIn(text, 'carillon_leader_term') ?? 0) > former,
    );
    expect(valueIn(after, 'carillon_leader_changes_total')).toBe(1);
  });

  it('answers what it knows while Redis is away, soon, and the rest once it is back', async () => {
    const url = await urlOf(startNode());
    await scene.client.enqueue('nobody');
    await eventually(
      () => scrape(url),
      (text) => valueIn(text, 'carillon_queue_depth', { queue: 'default', state: 'ready' }) === 1,
    );

    scene.redis.kill('SIGSTOP');
    try {
      // One after the other, and two at once: a question that hangs is not asked again.
      const first = await eventually(
        () => scrape(url),
        (text) => valueIn(text, 'carillon_redis_up') === 0,
      );
      const texts = [first, ...(await Promise.all([scrape(url), scrape(url)]))];
      for (const text of texts) {
        expect(valueIn(text, 'carillon_redis_up')).toBe(0);
        expect(valueIn(text, 'carillon_queue_depth')).toBeUndefined();
        expect(valueIn(text, 'carillon_process_resident_memory_bytes')).toBeGreaterThan(0);
        expect(valueIn(text, 'carillon_leader')).toBeDefined();
      }
      const failing = await eventually(
        () => scrape(url),
        (text) => valueIn(text, 'carillon_redis_errors_total', { code: 'unavailable' }) !== undefined,
        { within: 20_000 },
      );
      expect(valueIn(failing, 'carillon_redis_up')).toBe(0);
    } finally {
      scene.redis.kill('SIGCONT');
    }
    await eventually(
      () => scrape(url),
      (text) =>
        valueIn(text, 'carillon_redis_up') === 1 &&
        valueIn(text, 'carillon_queue_depth', { queue: 'default', state: 'ready' }) === 1,
      { within: 20_000 },
    );
  });
});

describe('who may ask', () => {
  it('a node with an API key wants it, as from anybody', async () => {
    const node = scene.carillon(['start', '--port', '0'], { CARILLON_API_KEY: KEY });
    const url = await urlOf(node);
    expect((await fetch(`${url}/metrics`)).status).toBe(401);
    await scrape(url, { authorization: `Bearer ${KEY}` });
    const basic = { authorization: `Basic ${Buffer.from(`any:${KEY}`).toString('base64')}` };
    expect((await fetch(`${url}/metrics`, { headers: basic })).status).toBe(401);
    expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(401);
    const wrong = { method: 'POST', headers: { authorization: `Bearer ${KEY}` } };
    expect((await fetch(`${url}/metrics`, wrong)).status).toBe(405);
    expect((await fetch(`${url}/metrics?x=1`, { headers: wrong.headers })).status).toBe(422);
  });

  it('a worker answers at its port and nothing else, with a key those who have it', async () => {
    scene.write('handlers.mjs', HANDLERS);
    const words = ['worker', 'handlers.mjs', '--metrics-port', '0', '--host', '0.0.0.0'];
    const refused = await scene.run(words);
    expect(refused.code).toBe(78);
    expect(refused.stderr).toContain('CARILLON_API_KEY');
    const worker = scene.carillon(words, { CARILLON_API_KEY: KEY });
    const url = (await urlOf(worker)).replace(/\/metrics$/, '');
    const headers = { authorization: `Bearer ${KEY}` };
    await eventually(
      () => scrape(url, headers),
      (text) => valueIn(text, 'carillon_worker_slots') === 10,
    );
    const status = async (path: string, init: RequestInit = {}): Promise<number> =>
      (await fetch(`${url}${path}`, init)).status;
    expect(await status('/metrics')).toBe(401);
    expect(await status('/', { headers })).toBe(404);
    expect(await status('/v1/tasks', { headers })).toBe(404);
    expect(await status('/metrics', { headers, method: 'DELETE' })).toBe(405);
    expect((await worker.stop()).code).toBe(0);
  });

  it('a port that is taken is one clear error', async () => {
    scene.write('handlers.mjs', HANDLERS);
    const first = scene.carillon(['worker', 'handlers.mjs', '--metrics-port', '0']);
    const port = new URL(await urlOf(first)).port;
    const second = await scene.run(['worker', 'handlers.mjs', '--metrics-port', port]);
    expect(second.code).toBe(78);
    expect(second.stderr).toContain(`cannot listen on 127.0.0.1:${port}: it is taken by another process`);
  });

  it('a worker whose Redis is not there yet answers already', async () => {
    scene.write('handlers.mjs', HANDLERS);
    const worker = scene.carillon(['worker', 'handlers.mjs', '--metrics-port', '0'], {
      CARILLON_REDIS_URL: 'redis://127.0.0.1:9',
    });
    const text = await scrape((await urlOf(worker)).replace(/\/metrics$/, ''));
    expect(valueIn(text, 'carillon_worker_slots')).toBe(0);
    expect(valueIn(text, 'carillon_build_info')).toBe(1);
  });
});

describe('a registry of a user', () => {
  it('holds what two workers on two queues have done together, also after one has stopped', async () => {
    const registry = new Registry();
    const { env, client, redis } = scene;
    const namespace = env['CARILLON_NAMESPACE'] ?? '';
    const options = { redis: redis.url, namespace, log: silentLog, metrics: registry };
    const made = ['a', 'b'].map((queue) => {
      return new Worker({ ...options, queues: [queue], concurrency: 4, handlers: { ok: () => 1 } });
    });
    await Promise.all(made.map((worker) => worker.start()));
    await Promise.all(
      ['a', 'b'].map(async (queue) => client.wait((await client.enqueue('ok', null, { queue })).id)),
    );
    const done = async (queue: string): Promise<number | undefined> =>
      valueIn(await registry.metrics(), 'carillon_tasks_finished_total', {
        ...{ queue, handler: 'ok', outcome: 'completed' },
      });
    await eventually(async () => (await done('a')) === 1 && (await done('b')) === 1);
    expect(valueIn(await registry.metrics(), 'carillon_worker_slots')).toBe(8);
    await made[0]?.stop();
    expect(valueIn(await registry.metrics(), 'carillon_worker_slots')).toBe(4);
    expect(await done('a')).toBe(1);
    await made[1]?.stop();
    expect(valueIn(await registry.metrics(), 'carillon_worker_slots')).toBe(0);
  });

  it('that is none is refused by name', () => {
    const make = (): Worker => new Worker({ handlers: { ok: () => 1 }, metrics: {} as never });
    expect(make).toThrow(/metrics.*registry of prom-client/);
  });
});
