/** A real Prometheus on real nodes: it takes our rules, and each one fires by the fault it is for; the dashboard shows something. */

import { execFileSync } from 'node:child_process';
import { Redis } from 'ioredis';
import { expect, inject, it, onTestFinished } from 'vitest';
import { Worker } from '../../src/index.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { panelsShown } from '../support/dashboard.js';
import { eventually } from '../support/eventually.js';
import { gate } from '../support/house.js';
import { Processes, type TestProcess } from '../support/processes.js';
import {
  BACK,
  CONFIG,
  type Prometheus,
  RULES,
  ruleNames,
  shortened,
  startPrometheus,
} from '../support/prometheus.js';
import { onScene } from '../support/scene.js';
import { slowLine } from '../support/slow-line.js';

const scene = onScene();
const ODD_CLOCK = new URL('./odd-clock.mjs', import.meta.url).href;
const START = ['start', '--port', '0'];
/** On a machine that others keep busy these are true without a fault of ours. */
const OF_A_BUSY_MACHINE = ['CarillonRedisSlow', 'CarillonFiresLate'];
/** What takes minutes takes seconds here; three terms are many. */
const THRESHOLDS = { CarillonBacklog: '3', CarillonFiresLate: '2', CarillonLeaderChanges: '1' };
/** Longer than a run may be late, ms. */
const GRACE = 10_000;

const until = (what: string, ask: () => unknown): Promise<unknown> =>
  eventually(ask, Boolean, { within: 60_000, every: 100, what });

const urlOf = async (process: TestProcess): Promise<URL> =>
  new URL((await process.line(/(http:\/\/[\w.]+:\d+)/))[1] ?? '');

/** Throws with what it says where it finds anything. */
const promtool = (words: string[], input = ''): string =>
  execFileSync(inject('prometheus').promtool, ['check', ...words], { encoding: 'utf8', input });

it('promtool finds nothing in our rules and our configuration', () => {
  expect(promtool(['rules', RULES])).toContain(`${ruleNames().length} rules found`);
  expect(promtool(['config', '--syntax-only', CONFIG])).toContain('SUCCESS');
});

it('each rule fires by its fault, and none without one', async () => {
  const { client, env, redis } = scene;
  const namespace = env['CARILLON_NAMESPACE'] ?? '';
  scene.write('handlers.mjs', 'export default { tick: () => 1 };');
  const worker = scene.carillon(['worker', 'handlers.mjs', '--queues', 'default', '--metrics-port', '0']);
  const nodes = [scene.carillon(START), scene.carillon(START)];
  const [works, one, two] = (await Promise.all([worker, ...nodes].map(urlOf))) as [URL, URL, URL];
  const processes = new Processes();
  onTestFinished(() => processes.stopAll());
  const rules = shortened(THRESHOLDS);
  const prometheus = await startPrometheus(processes, inject('prometheus').prometheus, scene.path(), rules);
  prometheus.scrape('carillon', one.host, two.host);
  prometheus.scrape('carillon-workers', works.host);
  const seen = new Set<string>();
  const look = async (): Promise<void> => {
    for (const name of await prometheus.firing()) seen.add(name);
  };
  const fires = (...names: string[]): Promise<unknown> =>
    until(names.map((name) => `Carillon${name}`).join(', '), async () => {
      await look();
      return names.every((name) => seen.has(`Carillon${name}`));
    });

  // Everything is well.
  await client.schedules.put('late', { handler: 'tick', every: '1s', overlap: 'allow' });
  await client.schedules.put('strict', {
    ...{ handler: 'tick', every: '1s', catchUp: { policy: 'none', grace: `${GRACE}ms` } },
  });
  await until('a few scrapes', () => prometheus.count('count_over_time(carillon_fires_total[1m]) > 4'));
  await look();
  expect([...seen].filter((name) => !OF_A_BUSY_MACHINE.includes(name))).toEqual([]);
  for (const url of [one, works]) promtool(['metrics'], await (await fetch(new URL('/metrics', url))).text());

  /** Runs come due while every slot there is stands still, and start late. */
  const standsStill = async (): Promise<void> => {
    worker.kill('SIGSTOP');
    // Behind one that waits for so long others do.
    await until('a late run', () =>
      prometheus.count('carillon_queue_oldest_age_seconds{queue="default"} > 2'),
    );
    worker.kill('SIGCONT');
    await fires('FiresLate');
  };

  /** Work that nobody has, that nobody may do, and that fails. */
  const { passed: opened, open } = gate();
  const small = new Worker({
    ...{ redis: redis.url, namespace, log: silentLog, queues: ['small'], concurrency: 1, lease: '1s' },
    handlers: { hold: () => opened, bad: () => Promise.reject(new Error('no')) },
  });
  const goesWrong = async (): Promise<void> => {
    await small.start();
    onTestFinished(() => small.stop());
    await client.queues.pause('resting');
    const once = { queue: 'small', retry: { maxAttempts: 1 } };
    await client.enqueue('nobody-has-it', null, once);
    await until('tasks that fail', async () => {
      await client.enqueueMany(Array.from({ length: 10 }, () => ({ handler: 'bad', ...once })));
      await look();
      return seen.has('CarillonAttemptsFail');
    });
    await fires('DeadTasks', 'NoWorker', 'QueuePaused', 'AlertRaised', 'Backlog');
  };

  /** Leaders that others have followed, without their knowing. */
  const deposed = async (): Promise<void> => {
    const admin = new Redis(redis.url);
    onTestFinished(() => admin.disconnect());
    const key = `{${namespace}:default}:term`;
    const number = async (): Promise<number> => Number(await admin.hget(key, 'number'));
    for (const token of ['another', 'a-third', 'a-fourth']) {
      const later = (await number()) + 1;
      await admin.hset(key, { number: later, token });
      await until('a leader in office', async () => (await number()) > later);
    }
    await fires('FencedWrites', 'LeaderChanges');
  };

  /** A machine far from Redis with a wrong clock, that sleeps for a while and is gone one day. */
  const oddMachine = async (): Promise<void> => {
    const far = await slowLine(redis.port, 70);
    onTestFinished(() => far.close());
    const NODE_OPTIONS = `--import ${ODD_CLOCK}`;
    const odd = scene.carillon(START, { CARILLON_REDIS_URL: far.url, NODE_OPTIONS });
    prometheus.scrape('carillon-odd', (await urlOf(odd)).host);
    await until('a scrape', () => prometheus.count('carillon_clock_steps_total{job="carillon-odd"}'));
    odd.kill('SIGWINCH');
    await fires('RedisSlow', 'ClockOff', 'ClockStepped');
    odd.kill('SIGKILL');
    await fires('Down');
  };
  await Promise.all([standsStill(), goesWrong(), deposed().then(oddMachine)]);
  expect(await showNothing(prometheus)).toEqual([]);

  // All that work are busy with something.
  await worker.stop();
  const holds = [1, 2].map(() => ({ handler: 'hold', queue: 'small' }));
  await client.enqueueMany(holds);
  await fires('SlotsFull');
  open();

  // A Redis that hangs for longer than a run may be late.
  const back = performance.now() + GRACE + 2_000;
  redis.kill('SIGSTOP');
  try {
    const post = { method: 'POST', headers: { 'content-type': 'application/json' } };
    await until('ApiErrors', async () => {
      await fetch(new URL('/v1/tasks', one), { ...post, body: '{"handler":"tick"}' });
      await look();
      return seen.has('CarillonApiErrors');
    });
    await fires('RedisDown', 'NoLeader');
    await until('longer than that', () => performance.now() > back);
  } finally {
    redis.kill('SIGCONT');
  }
  await fires('FiresMissed');
  expect([...seen].sort()).toEqual(ruleNames().sort());
  expect(await prometheus.broken()).toEqual([]);
});

/** Panels without a figure although everything goes on; what counts faults of Redis has none to count. */
async function showNothing({ count }: Prometheus): Promise<string[]> {
  // As Grafana fills it in, for everything.
  const filled = (expression: string): string =>
    expression.replaceAll('$__rate_interval', BACK).replaceAll(/"\$\w+"/g, '".*"');
  const empty = await Promise.all(
    panelsShown().map(async ({ title, expr }) => ((await count(filled(expr))) === 0 ? [title] : [])),
  );
  return empty.flat().filter((title) => title !== 'Redis errors, per second');
}
