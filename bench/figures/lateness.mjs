/** From the due time to the handler's start, 100 tasks a second: how late, and never early. */

import { runsBegun } from '../lib/child.mjs';
import { interleave, row } from '../lib/compare.mjs';
import { cpuMeter, warmWorkers, withScene } from '../lib/scene.mjs';
import { quantile, seeded } from '../lib/stats.mjs';
import { sleep } from '../lib/time.mjs';

const PER_SECOND = 100;

export const title = 'Due time to handler start, 100 tasks a second';

export async function run(options) {
  process.stderr.write('lateness\n');
  const samples = await interleave({ ...options, rounds: Math.min(options.rounds, 3) }, (side, round) =>
    measure(side, round, options),
  );
  const figure = (label, field, extra = {}) =>
    row(samples, { label, field, unit: 'ms', better: 'lower', ...extra });
  const rows = [
    figure('p50', 'p50'),
    figure('p99', 'p99', { atLeast: 10 }),
    figure('max', 'max'),
    figure('earliest', 'min', { better: 'neither' }),
    row(samples, { label: 'begun early', field: 'early', unit: 'tasks', better: 'lower', atMost: 0 }),
    row(samples, {
      label: 'CPU of Redis, worker and scheduler node',
      field: 'cpuPercent',
      unit: '% of a core',
      better: 'lower',
    }),
  ];
  const notes = [
    'Each task is sent by a single call 0.1–3 s ahead, the same plan on both sides. The handler reads the wall clock first thing; "early" compares whole ms. One worker at concurrency 100; Carillon with one scheduler node, BullMQ needs none.',
  ];
  return { rows, raw: { lateness: samples }, notes };
}

/** Due times 10 ms apart on average, each sent 0.1–3 s before; the same numbers for both sides of a round. */
function planOf(seconds, round, start) {
  const random = seeded(round + 1);
  const plan = [];
  for (let i = 0; i < seconds * PER_SECOND; i += 1) {
    const due = start + 3000 + Math.floor((i + random()) * (1000 / PER_SECOND));
    plan.push({ due, sendAt: due - Math.floor(100 + random() * 2900) });
  }
  return plan.sort((a, b) => a.sendAt - b.sendAt);
}

function measure(side, round, options) {
  return withScene(side, options, async (scene) => {
    const node = side !== 'bullmq' ? await scene.node() : undefined;
    const worker = scene.child();
    await warmWorkers(scene, [worker], { tasks: 1000, concurrency: 100 });
    await worker.call('openWorker', { queue: 'bench', concurrency: 100, timed: true });
    const producer = scene.child();
    await producer.call('openProducer', { queue: 'bench' });
    await sleep(1000);

    const seconds = options.quick ? 4 : 30;
    const plan = planOf(seconds, round, Date.now() + 200);
    const meter = cpuMeter(scene.redis, node);
    const before = await worker.call('report');
    await meter.start();
    await producer.call('stream', { plan });
    await runsBegun([worker], plan.length);
    const after = await worker.call('report');
    const cpu = await meter.stop([{ cpuMs: after.cpuMs - before.cpuMs }]);
    const { lateness, early, clockDrift } = await worker.call('reportLateness');
    return {
      p50: quantile(lateness, 0.5),
      p99: quantile(lateness, 0.99),
      max: Math.max(...lateness),
      min: Math.min(...lateness),
      early,
      clockDrift,
      cpuPercent: (cpu.all / cpu.took) * 100,
    };
  });
}
