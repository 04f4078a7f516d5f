/** A real Prometheus on real nodes: it takes our rules, and each one fires by the fault it is for; the dashboard shows something. */

import { execFileSync } from 'node:child_process';
import { Redis } from 'ioredis';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Worker } from '../../src/index.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { panelsShown } from '../support/dashboard.js';
import { eventually } from '../support/eventually.js';
import { gate } from '../support/house.js';
import type { TestProcess } from '../support/processes.js';
import { Processes } from '../support/processes.js';
import {
  CONFIG,
  type Programs,
  programs,
  RULES,
  ruleNames,
  shortened,
  startPrometheus,
} from '../support/prometheus.js';
import { onScene } from '../support/scene.js';
import { slowLine } from '../support/slow-line.js';

const scene = onScene();
/** Some need half a minute of figures. */
const WITHIN = { within: 90_000, every: 250 };
const ODD_CLOCK = new URL('./fixtures/odd-clock.mjs', import.meta.url).href;

/** As Grafana fills it in, for everything. */
const filled = (expression: string): string =>
  expression.replaceAll('$__rate_interval', '30s').replaceAll(/"\$\w+"/g, '".*"');

describe('Prometheus', () => {
  let found: Programs | null;
  beforeAll(async () => {
    found = await programs();
    // A machine where it cannot be installed; ours can.
    if (!found && process.env['CI'])
      throw new Error('there is no Prometheus, and apt-get could not bring it');
  }, 300_000);

  it('takes our rules and our configuration', ({ skip }) => {
    if (!found) return skip();
    const check = (...words: string[]): string =>
      execFileSync(found?.promtool ?? '', ['check', ...words], { encoding: 'utf8' });
    expect(check('rules', RULES)).toContain(`${ruleNames().length} rules found`);
    expect(check('config', '--syntax-only', CONFIG)).toContain('SUCCESS');
  });

  it('lets each rule fire by its fault, and none without one', { timeout: 400_000 }, async ({ skip }) => {
    if (!found) return skip();
    const { client, env, redis } = scene;
    const namespace = env['CARILLON_NAMESPACE'] ?? '';
    const processes = new Processes();
    onTestFinished(() => processes.stopAll());
    const admin = new Redis(redis.url);
    onTestFinished(() => admin.disconnect());
    const slow = await slowLine(redis.port, 70);
    onTestFinished(() => slow.close());
    scene.write('handlers.mjs', 'export default { tick: () => 1, ok: () => 1 };');

    const urlOf = async (process: TestProcess): Promise<URL> =>
      new URL((await process.line(/(http:\/\/[\w.]+:\d+)/))[1] ?? '');
    const start = ['start', '--port', '0'];
    const nodes = [scene.carillon(start), scene.carillon(start)];
    const [one, two] = (await Promise.all(nodes.map(urlOf))) as [URL, URL];
    const worker = scene.carillon(['worker', 'handlers.mjs', '--queues', 'default', '--metrics-port', '0']);
    const works = await urlOf(worker);
    const { promtool } = found;
    const scraped = await (await fetch(new URL('/metrics', one))).text();
    execFileSync(promtool, ['check', 'metrics'], { input: scraped });

    // What takes minutes in earnest takes seconds here; the quantile of a delay lies within the bucket up to 5 s.
    const rules = shortened({ CarillonBacklog: '3', CarillonFiresLate: '2', CarillonLeaderChanges: '1' });
    const odd = scene.carillon(start, {
      CARILLON_REDIS_URL: slow.url,
      NODE_OPTIONS: `--import ${ODD_CLOCK}`,
    });
    await client.schedules.put('late', { handler: 'tick', every: '1s', overlap: 'allow' });
    const prometheus = await startPrometheus(processes, found.prometheus, scene.path(), rules, {
      carillon: [one.host, two.host],
      'carillon-workers': [works.host],
      'carillon-odd': [(await urlOf(odd)).host],
    });
    const seen = new Set<string>();
    const look = async (): Promise<ReadonlySet<string>> => {
      for (const name of await prometheus.firing()) seen.add(name);
      return seen;
    };
    const fires = (...names: string[]): Promise<unknown> =>
      eventually(look, (all) => names.every((name) => all.has(name)), {
        ...{ ...WITHIN, what: names.join(', ') },
      });

    // A node far from Redis, on a machine with a wrong clock that sleeps for a while; the others are well.
    await eventually(
      () => prometheus.count('carillon_clock_steps_total{job="carillon-odd"}'),
      Boolean,
      WITHIN,
    );
    odd.kill('SIGWINCH');
    await fires('CarillonRedisSlow', 'CarillonClockOff', 'CarillonClockStepped');
    for (const name of ['NoWorker', 'QueuePaused', 'SlotsFull', 'DeadTasks', 'AttemptsFail', 'FencedWrites'])
      expect(seen).not.toContain(`Carillon${name}`);

    // A machine that is gone.
    odd.kill('SIGKILL');
    await fires('CarillonDown');

    // Work that nobody does, or that fails, or that is too much.
    const { passed, open } = gate();
    const small = new Worker({
      ...{ redis: redis.url, namespace, log: silentLog, queues: ['small'], concurrency: 1 },
      handlers: { hold: () => passed, bad: () => Promise.reject(new Error('no')) },
    });
    await small.start();
    onTestFinished(() => small.stop());
    await eventually(() => prometheus.count('carillon_queue_depth{queue="small"}'), Boolean, WITHIN);
    const once = { queue: 'small', retry: { maxAttempts: 1 } } as const;
    await client.enqueueMany(Array.from({ length: 30 }, () => ({ handler: 'bad', ...once })));
    await client.enqueue('nobody-has-it', null, { queue: 'default' });
    await client.queues.pause('resting');
    await client.schedules.put('expected', {
      ...{ handler: 'nobody', every: '1s', queue: 'nowhere', expect: { startWithin: '500ms' } },
    });
    await fires('CarillonDeadTasks', 'CarillonAttemptsFail', 'CarillonNoWorker', 'CarillonQueuePaused');
    await fires('CarillonBacklog', 'CarillonAlertRaised');

    // Runs come due while every slot there is stands still, and start late.
    worker.kill('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    worker.kill('SIGCONT');
    await fires('CarillonFiresLate');
    expect(await noData(prometheus.count)).toEqual([]);
    await worker.stop();
    await client.enqueueMany([
      { handler: 'hold', ...once },
      { handler: 'hold', ...once },
    ]);
    await fires('CarillonSlotsFull');
    open();

    // A leader that another one has followed, without its knowing.
    for (const term of [1, 2, 3]) {
      const key = `{${namespace}:default}:term`;
      const before = await admin.hget(key, 'number');
      await admin.hset(key, { number: Number(before) + 1, token: `later-${term}` });
      await client.schedules.put(`another-${term}`, { handler: 'tick', every: '1s' });
      await eventually(async () => Number(await admin.hget(key, 'number')) > Number(before) + 1, Boolean, {
        ...{ ...WITHIN, what: 'a new leader' },
      });
    }
    await fires('CarillonFencedWrites', 'CarillonLeaderChanges');

    // A Redis that hangs for longer than a run may be late.
    await client.schedules.put('strict', {
      ...{ handler: 'tick', every: '1s', catchUp: { policy: 'none', grace: '10s' } },
    });
    await eventually(async () => (await client.schedules.get('strict')).counters.fired > 0);
    const away = performance.now() + 14_000;
    redis.kill('SIGSTOP');
    try {
      const ask = (): Promise<unknown> =>
        fetch(new URL('/v1/tasks', one), {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{"handler":"ok"}',
        });
      const failing = 'carillon_http_requests_total{route="/v1/tasks", status="503"}';
      await Promise.all(Array.from({ length: 5 }, ask));
      // A rate needs a value before.
      await eventually(() => prometheus.count(failing), Boolean, WITHIN);
      await Promise.all(Array.from({ length: 10 }, ask));
      await fires('CarillonRedisDown', 'CarillonNoLeader', 'CarillonApiErrors');
      await eventually(() => performance.now() > away, Boolean, WITHIN);
    } finally {
      redis.kill('SIGCONT');
    }
    await fires('CarillonFiresMissed');
    expect([...seen].sort()).toEqual(ruleNames().sort());
  });
});

/** Panels that show nothing although everything goes on; what counts faults may have none to count. */
async function noData(count: (expression: string) => Promise<number>): Promise<string[]> {
  const empty = await Promise.all(
    panelsShown().map(async ({ title, expr }) => ((await count(filled(expr))) === 0 ? [title] : [])),
  );
  return empty.flat().filter((title) => title !== 'Redis errors, per second');
}
