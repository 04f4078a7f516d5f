/** Many queues: a worker on two of them, one idle, is as quick as on one; a hundred idle ones cost what one does. */

import { runsBegun } from '../lib/child.mjs';
import { interleave, row } from '../lib/compare.mjs';
import { countingProxy } from '../lib/proxy.mjs';
import { warmWorkers, withScene } from '../lib/scene.mjs';
import { quantile } from '../lib/stats.mjs';
import { sleep } from '../lib/time.mjs';

const MANY = 100;

export const title = 'Several queues on one worker';

export async function run(options) {
  process.stderr.write('queues\n');
  // One worker on many queues is a thing of Carillon's: BullMQ takes a worker for each.
  const sides = options.sides.filter((side) => side !== 'bullmq');
  const own = { ...options, sides };
  const two = await interleave({ ...own, rounds: Math.min(options.rounds, 3) }, (side) =>
    twoQueues(side, options),
  );
  const idle = await interleave({ ...own, rounds: 1 }, (side) => manyIdle(side, options));
  const ms = (label, field, extra = {}) => row(two, { label, field, unit: 'ms', better: 'lower', ...extra });
  const rate = (label, field, atMost) =>
    row(idle, { label, field, unit: 'commands/s', better: 'lower', atMost });
  return {
    rows: [
      ms('two queues, one idle: enqueue to handler, p50', 'p50'),
      ms('two queues, one idle: enqueue to handler, p99', 'p99', { atMost: 10 }),
      rate(`${MANY} idle queues, worker`, 'worker', 2),
      rate(`${MANY} idle queues, leader`, 'leader', 3),
      rate(`${MANY} idle queues, standby`, 'standby', 3),
    ],
    raw: { two, idle },
    notes: [
      'Two queues: one worker at concurrency 10 on both, one task every 130 to 220 ms into the first. Idle: every queue has run one task, then nothing is due; counted on the wire for 20 s after 45 s of rest.',
    ],
  };
}

function twoQueues(side, options) {
  return withScene(side, options, async (scene) => {
    const worker = scene.child();
    await warmWorkers(scene, [worker], { tasks: 1000, concurrency: 10 });
    await worker.call('openWorker', { queues: ['bench', 'still'], concurrency: 10, timed: true });
    const producer = scene.child();
    await producer.call('openProducer', { queue: 'bench' });
    const tasks = options.quick ? 50 : 200;
    for (let i = 0; i < tasks; i += 1) {
      await producer.call('now');
      await sleep(130 + ((i * 37) % 90));
    }
    await runsBegun([worker], tasks);
    const { lateness } = await worker.call('reportLateness');
    return { p50: quantile(lateness, 0.5), p99: quantile(lateness, 0.99), max: Math.max(...lateness) };
  });
}

function manyIdle(side, options) {
  const seconds = options.quick ? 10 : 20;
  return withScene(side, options, async (scene) => {
    const proxies = {};
    const throughProxy = async (who) => {
      const proxy = await countingProxy(scene.redis.port);
      proxies[who] = proxy;
      scene.keep({ stop: proxy.close });
      return proxy.url;
    };
    for (const name of ['leader', 'standby']) await scene.node(await throughProxy(name), { name, ttl: '2s' });
    const queues = Array.from({ length: MANY }, (_, index) => `queue-${index}`);
    const worker = scene.child(await throughProxy('worker'));
    await worker.call('openWorker', { queues, concurrency: 100 });
    const producer = scene.child();
    for (const queue of queues) {
      await producer.call('openProducer', { queue });
      await producer.call('bulk', { total: 1, batch: 1 });
    }
    await runsBegun([worker], MANY);
    await producer.stop();
    // Leases lapse after 10 s, nodes see it 5 s later, and then look at each queue a last time.
    await sleep(options.quick ? 25_000 : 45_000);
    for (const proxy of Object.values(proxies)) proxy.reset();
    await sleep(seconds * 1000);
    const sample = { seconds, commands: {} };
    for (const [who, proxy] of Object.entries(proxies)) {
      sample.commands[who] = proxy.counts();
      sample[who] = Object.values(sample.commands[who]).reduce((sum, count) => sum + count, 0) / seconds;
    }
    return sample;
  });
}
