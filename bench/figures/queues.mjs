/** Many queues: a worker on two of them, one idle, is as quick as on one; a hundred idle ones cost what one does. */

import { runsBegun } from '../lib/child.mjs';
import { interleave, row } from '../lib/compare.mjs';
import { counted, IDLING, idling } from '../lib/idling.mjs';
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
  return {
    rows: [
      ms('two queues, one idle: enqueue to handler, p50', 'p50'),
      ms('two queues, one idle: enqueue to handler, p99', 'p99', { atMost: 10 }),
      ...IDLING.map(([who, field, atMost]) =>
        row(idle, {
          label: `${MANY} idle queues, ${who}`,
          ...{ field, unit: 'commands/s', better: 'lower', atMost },
        }),
      ),
    ],
    raw: { two, idle },
    notes: [
      'Two queues: one worker at concurrency 10 on both, one task every 130 to 220 ms into the first. Idle: every queue has run one task, then nothing is due; counted on the wire for 30 s after a minute of rest, while the leader and while a standby looks for alerts.',
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
  const seconds = options.quick ? 10 : 30;
  return withScene(side, options, async (scene) => {
    const wire = counted(scene);
    for (const name of ['leader', 'standby']) await scene.node(await wire.through(name), { name, ttl: '2s' });
    const queues = Array.from({ length: MANY }, (_, index) => `queue-${index}`);
    const worker = scene.child(await wire.through('worker'));
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
    return idling(scene, wire, seconds);
  });
}
