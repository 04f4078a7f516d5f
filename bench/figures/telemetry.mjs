/** What it costs to be told: figures and traces of a worker a task, and looking for alerts beside 400 queues. */

import { openStore } from '../../dist/store/redis/index.js';
import { runsBegun } from '../lib/child.mjs';
import { ownRows } from '../lib/compare.mjs';
import { countingProxy } from '../lib/proxy.mjs';
import { cpuMeter, warmWorkers, withScene } from '../lib/scene.mjs';
import { median } from '../lib/stats.mjs';
import { sleep } from '../lib/time.mjs';

const TASKS = 100_000;
const WARM = 100_000;
const SLOTS = 100;
const QUEUES = 400;
/** After so many ms a node has looked at every queue, and nothing of its start is left. */
const SETTLED = 15_000;

export const title = 'What telling costs';

export async function run(options) {
  const rounds = Math.min(options.rounds, 3);
  const tasks = { none: [], metrics: [], tracing: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const [telemetry, samples] of Object.entries(tasks)) {
      process.stderr.write(`telemetry, round ${round + 1}/${rounds}: ${telemetry}\n`);
      samples.push(await aTask(telemetry, options));
    }
  }
  const plain = median(tasks.none.map(({ worker }) => worker));
  const more = (samples) => samples.map((one) => ({ ...one, more: one.worker - plain }));
  const taskRows = Object.entries(tasks).flatMap(([telemetry, samples]) => {
    const row = ownRows(more(samples));
    const name = { none: 'nobody asks', metrics: 'a registry, asked every second', tracing: 'OpenTelemetry' };
    const label = `worker, ${name[telemetry]}`;
    const own = row(label, 'worker', 'µs/task');
    return telemetry === 'none' ? [own] : [own, row(`${label}: more`, 'more', 'µs/task')];
  });
  const looks = {};
  const lookRows = [];
  for (const [name, waits] of Object.entries({ 'at rest': false, 'in which something waits': true })) {
    process.stderr.write(`telemetry: ${QUEUES} queues ${name}\n`);
    looks[name] = await looking(waits, options);
    const row = ownRows([looks[name]]);
    const label = `${options.quick ? 20 : QUEUES} queues ${name}`;
    lookRows.push(row(`${label}: Redis`, 'redis', 'ms of CPU a second'));
    lookRows.push(row(`${label}: leader`, 'node', 'ms of CPU a second'));
    lookRows.push(row(`${label}: commands of the leader`, 'commands', 'a second'));
  }
  return {
    rows: [...taskRows, ...lookRows],
    raw: { tasks, looks },
    notes: [
      `Worker: CPU time of the process of one worker × ${SLOTS} for no-op tasks from a backlog, in turn without anything, with a registry of prom-client that is asked once a second, and with spans that a batch processor of the SDK of OpenTelemetry takes and an exporter drops (four spans a task).`,
      'Queues: one leader, in which schedules, promotion, pruning and alerts are looked after as always; a worker that has the handler is announced and takes nothing. Where something waits each queue is looked at every 5 s for alerts, else every 30 s.',
    ],
    peers: {},
  };
}

function aTask(telemetry, options) {
  const tasks = options.quick ? 5_000 : TASKS;
  return withScene('carillon', options, async (scene) => {
    const producer = scene.child();
    await producer.call('openProducer', { queue: 'bench' });
    await producer.call('bulk', { total: tasks, batch: 1000 });
    await producer.stop();
    const worker = scene.child();
    await worker.call('tell', { telemetry });
    await warmWorkers(scene, [worker], { tasks: options.quick ? 1000 : WARM, concurrency: SLOTS });
    const meter = cpuMeter(scene.redis);
    await meter.start();
    await worker.call('openWorker', { queue: 'bench', concurrency: SLOTS });
    await runsBegun([worker], tasks);
    await sleep(100);
    const report = await worker.call('report');
    const cpu = await meter.stop([report]);
    if (report.count !== tasks) throw new Error(`${report.count} runs of ${tasks} tasks`);
    const told = await worker.call('told');
    if (told === 0 && telemetry !== 'none') throw new Error(`${telemetry}: nothing was told`);
    return { worker: (cpu.workers / tasks) * 1_000, redis: (cpu.redis / tasks) * 1_000, told };
  });
}

function looking(waits, options) {
  const seconds = options.quick ? 5 : 60;
  return withScene('carillon', options, async (scene) => {
    const store = await openStore({ url: scene.redis.url, namespace: 'bench' });
    scene.keep({ stop: () => store.close() });
    const now = await store.time();
    const facts = { id: 'w~1', name: 'w', host: 'bench', pid: 1, version: '0', startedAt: now };
    await store.announce('worker', { ...facts, queues: ['*'], handlers: ['work'] }, 3_600_000);
    for (let n = 0; n < (options.quick ? 20 : QUEUES); n += 1) {
      const queue = `queue-${n}`;
      const code = await store.open(queue);
      if (!waits) continue;
      const task = { id: `${code}-${queue}`, handler: 'work', priority: 'normal', payload: '1' };
      await store.enqueue(queue, [{ ...task, createdAt: now, due: now }]);
    }
    const proxy = await countingProxy(scene.redis.port);
    scene.keep({ stop: proxy.close });
    const node = await scene.node(proxy.url);
    await sleep(options.quick ? 1_000 : SETTLED);
    const meter = cpuMeter(scene.redis, node);
    proxy.reset();
    await meter.start();
    await sleep(seconds * 1_000);
    const cpu = await meter.stop([]);
    const counts = Object.values(proxy.counts()).reduce((sum, count) => sum + count, 0);
    const perSecond = 1_000 / cpu.took;
    return { redis: cpu.redis * perSecond, node: cpu.node * perSecond, commands: counts * perSecond };
  });
}
