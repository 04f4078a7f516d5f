/** No-op tasks from a backlog: throughput and CPU time per task, history kept on both sides. */

import { runsBegun } from '../lib/child.mjs';
import { interleave, row } from '../lib/compare.mjs';
import { cpuMeter, warmWorkers, withScene } from '../lib/scene.mjs';
import { sleep } from '../lib/time.mjs';

const SETTINGS = [
  { name: '1 worker × 100', workers: 1, concurrency: 100, tasks: 100_000, atLeast: 7, cpuAtLeast: 10 },
  { name: '2 workers × 50', workers: 2, concurrency: 50, tasks: 100_000, atLeast: 9 },
  { name: '1 worker × 10', workers: 1, concurrency: 10, tasks: 50_000, atLeast: 2.3 },
  { name: '1 worker × 1', workers: 1, concurrency: 1, tasks: 30_000, atLeast: 1.55 },
];

export const title = 'No-op tasks from a backlog';

export async function run(options) {
  const rows = [];
  const raw = {};
  for (const setting of SETTINGS.filter(
    ({ concurrency }) => !options.slots || `${concurrency}` === options.slots,
  )) {
    process.stderr.write(`backlog, ${setting.name}\n`);
    const tasks = options.quick ? 5000 : setting.tasks;
    const samples = await interleave(options, (side) => measure(side, { ...setting, tasks }, options));
    raw[setting.name] = samples;
    rows.push(
      row(samples, {
        label: setting.name,
        field: 'perSecond',
        unit: 'tasks/s',
        better: 'higher',
        atLeast: setting.atLeast,
      }),
      row(samples, {
        label: `${setting.name}: CPU, Redis and workers`,
        field: 'cpuMicros',
        unit: 'µs/task',
        better: 'lower',
        atLeast: setting.cpuAtLeast,
      }),
    );
  }
  const notes = [
    'Throughput: all tasks over the time from the first handler start to the last. CPU: user and system time of redis-server and of the worker processes, from opening the measured Worker until 100 ms after the last handler start.',
  ];
  return { rows, raw, notes };
}

/** Tasks each worker runs first, so that what is measured is a process that has been at work for a while. */
const WARM = { 100: 200_000, 50: 200_000, 10: 100_000, 1: 30_000 };

/**
 * `warm`: tasks of the same kind that each worker runs first. `bytes`: of each payload, about. `failing`: every tenth task
 * throws at its first attempt and is tried again at once.
 */
export function measure(
  side,
  { workers: count, concurrency, tasks, bytes, failing = false, warm = WARM[concurrency] },
  options,
) {
  return withScene(side, options, async (scene) => {
    const producer = scene.child();
    await producer.call('openProducer', { queue: 'bench' });
    const payload = bytes === undefined ? undefined : { text: 'x'.repeat(bytes) };
    const { ids } = await producer.call('bulk', { total: tasks, batch: 1000, payload, failing });
    await producer.stop();

    const workers = Array.from({ length: count }, () => scene.child());
    await warmWorkers(scene, workers, {
      ...{ tasks: options.quick ? 1000 : warm, concurrency },
      ...{ payload, failing },
    });

    const meter = cpuMeter(scene.redis);
    await meter.start();
    await Promise.all(
      workers.map((worker) => worker.call('openWorker', { queue: 'bench', concurrency, failing })),
    );
    await runsBegun(workers, tasks);
    await sleep(100);
    const reports = await Promise.all(workers.map((worker) => worker.call('report')));
    const cpu = await meter.stop(reports);

    const runs = reports.reduce((sum, report) => sum + report.count, 0);
    if (runs !== tasks) throw new Error(`${side}: ${runs} runs of ${tasks} tasks`);
    const kept = failing ? ids.length : await workers[0].call('kept', { queue: 'bench', ids });
    if (kept !== ids.length) throw new Error(`${side}: history of ${kept} of ${ids.length} tasks found`);

    const took = Math.max(...reports.map((r) => r.last)) - Math.min(...reports.map((r) => r.first));
    return {
      perSecond: tasks / (took / 1000),
      cpuMicros: (cpu.all / tasks) * 1000,
      redisMicros: (cpu.redis / tasks) * 1000,
      workerMicros: (cpu.workers / tasks) * 1000,
    };
  });
}
