/** First in, first out by key, one at a time: beside groupmq, which is made for it, and BullMQ, which has no keys. */

import { runsBegun } from '../lib/child.mjs';
import { interleave, row } from '../lib/compare.mjs';
import { cpuMeter, withScene } from '../lib/scene.mjs';
import { sleep } from '../lib/time.mjs';

const KEYS = 200;
const SETTING = { concurrency: 100, tasks: 20_000 };
const SIDES = ['carillon', 'groupmq', 'bullmq'];

export const title = 'No-op tasks of 200 keys, in order and one at a time of each';

export async function run(options) {
  process.stderr.write('keyed\n');
  const tasks = options.quick ? 2_000 : SETTING.tasks;
  const sides = options.sides.length === 1 ? options.sides : SIDES;
  const samples = { groupmq: [], ...(await interleaved({ ...options, sides }, tasks)) };
  const rows = [];
  for (const peer of ['groupmq', 'bullmq']) {
    const against = { carillon: samples.carillon, bullmq: samples[peer] };
    const beside = peer === 'bullmq' ? 'BullMQ, which keeps no order' : peer;
    const label = `1 worker × ${SETTING.concurrency}, beside ${beside}`;
    const rate = { label, field: 'perSecond', unit: 'tasks/s', better: 'higher', atLeast: 1 };
    const cpu = { label: `${label}: CPU`, field: 'cpuMicros', unit: 'µs/task', better: 'lower' };
    rows.push(...[rate, cpu].map((one) => ({ ...row(against, one) })));
  }
  const notes = [
    `${tasks} tasks, the n-th of key n mod ${KEYS}, from a backlog. The handlers of Carillon and groupmq check that no key has two at once or one out of turn. The column of the peer is the one that the row names. CPU: redis-server and worker.`,
  ];
  return { rows, raw: samples, notes, peers: { bullmq: 'peer' } };
}

const interleaved = (options, tasks) => interleave(options, (side) => measure(side, tasks, options));

function measure(side, tasks, options) {
  return withScene(side, options, async (scene) => {
    const worker = scene.child();
    const keyed = side !== 'bullmq';
    // A process that has been at work for a while, as in other figures.
    await put(scene, 'warm', tasks);
    await worker.call('openWorker', { queue: 'warm', concurrency: SETTING.concurrency, keyed });
    await runsBegun([worker], tasks);
    await worker.call('closeWorker');
    await put(scene, 'bench', tasks);
    const meter = cpuMeter(scene.redis);
    await meter.start();
    await worker.call('openWorker', { queue: 'bench', concurrency: SETTING.concurrency, keyed });
    await runsBegun([worker], tasks);
    await sleep(100);
    const report = await worker.call('report');
    const cpu = await meter.stop([report]);
    if (report.count !== tasks) throw new Error(`${side}: ${report.count} runs of ${tasks} tasks`);
    if (report.outOfTurn > 0) throw new Error(`${side}: ${report.outOfTurn} tasks out of turn`);
    return { perSecond: tasks / ((report.last - report.first) / 1000), cpuMicros: (cpu.all / tasks) * 1000 };
  });
}

async function put(scene, queue, total) {
  const producer = scene.child();
  await producer.call('openProducer', { queue, strict: true });
  await producer.call('bulk', { total, batch: 1000, keys: KEYS });
  await producer.stop();
}
