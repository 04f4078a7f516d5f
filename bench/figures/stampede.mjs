/** 50,000 tasks due at one instant: how long until the last of them has run. */

import { runsBegun } from '../lib/child.mjs';
import { interleave, row } from '../lib/compare.mjs';
import { cpuMeter, warmWorkers, withScene } from '../lib/scene.mjs';
import { hostMsOf, sleep } from '../lib/time.mjs';

export const title = 'Tasks due at one instant';

export async function run(options) {
  process.stderr.write('stampede\n');
  const total = options.quick ? 5000 : 50_000;
  const samples = await interleave(options, (side) => measure(side, total, options));
  const label = `${total.toLocaleString('en-US')} due at once`;
  const rows = [
    row(samples, {
      label: `${label}, last begun after`,
      field: 'ms',
      unit: 'ms',
      better: 'lower',
      atLeast: 6,
    }),
    row(samples, { label: `${label}, first begun after`, field: 'firstMs', unit: 'ms', better: 'lower' }),
    row(samples, {
      label: `${label}: CPU of Redis, worker and scheduler node`,
      field: 'cpuMicros',
      unit: 'µs/task',
      better: 'lower',
    }),
  ];
  const notes = ['One worker at concurrency 100; Carillon with one scheduler node, BullMQ needs none.'];
  return { rows, raw: { stampede: samples }, notes };
}

function measure(side, total, options) {
  return withScene(side, options, async (scene) => {
    const node = side !== 'bullmq' ? await scene.node() : undefined;
    const worker = scene.child();
    await warmWorkers(scene, [worker], { tasks: options.quick ? 1000 : 30_000, concurrency: 100 });
    await worker.call('openWorker', { queue: 'bench', concurrency: 100 });

    const producer = scene.child();
    await producer.call('openProducer', { queue: 'bench' });
    const due = Date.now() + (options.quick ? 4000 : 12_000);
    const { ids } = await producer.call('bulk', { total, batch: 1000, dueFrom: due });
    await producer.stop();
    if (due - Date.now() < 1500)
      throw new Error(`${side}: enqueueing took too long; the machine is too busy`);
    await sleep(due - Date.now() - 500);

    const instant = hostMsOf(due);
    const meter = cpuMeter(scene.redis, node);
    const before = await worker.call('report');
    if (before.count > 0) throw new Error(`${side}: ${before.count} tasks ran before their time`);
    await meter.start();
    await runsBegun([worker], total);
    await sleep(100);
    const after = await worker.call('report');
    const cpu = await meter.stop([{ cpuMs: after.cpuMs - before.cpuMs }]);
    if (after.count !== total) throw new Error(`${side}: ${after.count} runs of ${total} tasks`);
    const kept = await worker.call('kept', { queue: 'bench', ids });
    if (kept !== ids.length) throw new Error(`${side}: history of ${kept} of ${ids.length} tasks found`);
    return {
      ms: after.last - instant,
      firstMs: after.first - instant,
      cpuMicros: (cpu.all / total) * 1000,
    };
  });
}
