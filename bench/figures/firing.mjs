/** Schedules that all come due at one instant: how late each run begins. */

import { openStore } from '../../dist/store/redis/index.js';
import { runsBegun } from '../lib/child.mjs';
import { warmWorkers, withScene } from '../lib/scene.mjs';
import { median, quantile } from '../lib/stats.mjs';
import { sleep } from '../lib/time.mjs';

const SETTINGS = [
  { count: 10_000, workers: 1, slots: 100, field: 'p99', atMost: 250, lead: 25_000 },
  { count: 100_000, workers: 2, slots: 50, field: 'max', atMost: 2_000, lead: 60_000 },
];

export const title = 'Schedules due at one instant';

export async function run(options) {
  process.stderr.write('firing\n');
  const raw = {};
  const rows = [];
  for (const setting of options.quick ? [{ ...SETTINGS[0], count: 1_000 }] : SETTINGS) {
    const { count, workers, field, atMost } = setting;
    const label = `${count.toLocaleString('en-US')} schedules, ${workers === 1 ? 'one worker' : `${workers} workers`}`;
    const samples = [];
    for (let round = 0; round < Math.min(options.rounds, 3); round += 1) {
      samples.push(await measure(setting, options));
    }
    raw[label] = samples;
    for (const name of ['p50', 'p99', 'max', 'early', 'planning', 'redis', 'workers']) {
      const values = samples.map((one) => one[name]);
      const limit = name === field ? atMost : name === 'early' ? 0 : undefined;
      rows.push({
        label: `${label}: ${WORDS[name]}`,
        unit: UNITS[name] ?? 'ms late',
        carillon: median(values),
        spread: [Math.min(...values), Math.max(...values)],
        target: limit === undefined ? '' : `≤ ${limit}`,
        met: limit === undefined ? null : median(values) <= limit,
      });
    }
  }
  return {
    rows,
    raw,
    notes: [
      'One scheduler node. The handler reads the wall clock first thing. Slots: 100 in all. CPU of the node from the first schedule on until the last run has begun.',
    ],
  };
}

const WORDS = {
  p50: 'half of them begun',
  p99: '99 of 100 begun',
  max: 'all begun',
  early: 'begun early',
  planning: 'scheduler node',
  redis: 'Redis, planning included',
  workers: 'workers',
};
const UNITS = { early: 'runs', planning: 'ms of CPU', redis: 'µs of CPU a run', workers: 'µs of CPU a run' };

function measure({ count, workers, slots, lead }, options) {
  return withScene('carillon', options, async (scene) => {
    const node = await scene.node();
    const all = Array.from({ length: workers }, () => scene.child());
    await warmWorkers(scene, all, { tasks: options.quick ? 1_000 : 30_000, concurrency: slots });
    const store = await openStore({ url: scene.redis.url, namespace: 'bench' });
    await store.open('bench');
    for (const worker of all) {
      await worker.call('openWorker', { queue: 'bench', concurrency: slots, timed: true });
    }
    const due = Math.ceil((Date.now() + lead) / 1_000) * 1_000;
    const cpu = node.cpuMs();
    for (let from = 0; from < count; from += 1_000) {
      const edits = Array.from({ length: Math.min(1_000, count - from) }, (_, n) => edit(from + n, due));
      await store.edits('bench', edits);
    }
    await store.close();
    if (due - Date.now() < 12_000) throw new Error('the schedules took too long; the machine is too busy');
    const redis = await scene.redis.cpuMs();
    const worked = await Promise.all(all.map((worker) => worker.call('report')));
    await runsBegun(all, count);
    await sleep(100);
    const reports = await Promise.all(all.map((worker) => worker.call('reportLateness')));
    const lateness = reports.flatMap((one) => one.lateness);
    if (lateness.length !== count) throw new Error(`${lateness.length} runs of ${count} schedules`);
    return {
      p50: quantile(lateness, 0.5),
      p99: quantile(lateness, 0.99),
      max: lateness.reduce((latest, one) => Math.max(latest, one), 0),
      early: reports.reduce((sum, one) => sum + one.early, 0),
      planning: node.cpuMs() - cpu,
      redis: (((await scene.redis.cpuMs()) - redis) / count) * 1_000,
      workers: (reports.reduce((sum, one, i) => sum + one.cpuMs - worked[i].cpuMs, 0) / count) * 1_000,
    };
  });
}

/** A schedule as a file declares it, created now. */
function edit(n, due) {
  const at = new Date(due);
  const now = Date.now();
  const cron = `${at.getUTCSeconds()} ${at.getUTCMinutes()} ${at.getUTCHours()} * * *`;
  const definition = {
    ...{ id: `report-${n}`, handler: 'noop', payload: { n, due }, queue: 'bench', priority: 'normal' },
    spec: { kind: 'cron', expressions: [cron], timezone: 'UTC', gap: 'shift', fold: 'first' },
    retry: { maxAttempts: 3, backoff: 'exponential', delay: 10_000, maxDelay: 600_000, jitter: true },
    ...{
      catchUp: { policy: 'latest', window: 86_400_000, max: 100 },
      enabled: true,
      labels: {},
      overlap: 'skip',
    },
  };
  const source = { kind: 'file', set: 'files', file: 'schedules/a.yaml', line: n, column: 3 };
  const schedule = { definition, revision: now, source, createdAt: now, updatedAt: now };
  return { id: definition.id, expect: null, schedule, cursor: due, withdraw: null };
}
