/** Larger payloads: from a backlog, in bulk, and the longest script where each has 1 MB. */

import { runsBegun } from '../lib/child.mjs';
import { interleave, row } from '../lib/compare.mjs';
import { withScene } from '../lib/scene.mjs';
import { measure as backlog } from './backlog.mjs';
import { measure as bulk } from './bulk.mjs';

const SIZES = [
  { name: '1 kB', bytes: 1_000, tasks: 50_000, warm: 100_000, backlogAtLeast: 6, bulkAtLeast: 5 },
  { name: '10 kB', bytes: 10_000, tasks: 20_000, warm: 20_000, backlogAtLeast: 2.5, bulkAtLeast: 2 },
];
const MEGABYTE = 1_000_000;

export const title = 'Payloads of 1 kB, 10 kB and 1 MB';

export async function run(options) {
  const rows = [];
  const raw = {};
  const speed = async (label, atLeast, act) => {
    process.stderr.write(`payloads, ${label}\n`);
    raw[label] = await interleave(options, act);
    rows.push(row(raw[label], { label, field: 'perSecond', unit: 'tasks/s', better: 'higher', atLeast }));
    rows.push(
      row(raw[label], { label: `${label}: Redis`, field: 'redisMicros', unit: 'µs/task', better: 'lower' }),
    );
  };
  for (const { name, bytes, tasks, warm, backlogAtLeast, bulkAtLeast } of SIZES) {
    const total = options.quick ? 2000 : tasks;
    const work = { workers: 1, concurrency: 100, tasks: total, bytes, warm };
    await speed(`${name}, backlog, 1 worker × 100`, backlogAtLeast, (side) => backlog(side, work, options));
    await speed(`${name}, bulk`, bulkAtLeast, (side) => bulk(side, false, options, { total, bytes }));
  }
  const label = '1 MB: longest command';
  process.stderr.write(`payloads, ${label}\n`);
  raw[label] = await interleave(options, (side) => slowest(side, options));
  rows.push(row(raw[label], { label, field: 'slowestMs', unit: 'ms', better: 'lower', atMost: 20 }));
  const notes = [
    'Payload: an object with one text of that length. 1 MB: 200 tasks are made one after another and run by one worker × 10; the longest entry of SLOWLOG.',
  ];
  return { rows, raw, notes };
}

function slowest(side, options) {
  return withScene(side, options, async ({ redis, child }) => {
    const total = options.quick ? 20 : 200;
    await redis.watchSlow();
    const [producer, worker] = [child(), child()];
    await producer.call('openProducer', { queue: 'bench' });
    await producer.call('bulk', { total, batch: 10, payload: { text: 'x'.repeat(MEGABYTE) } });
    await worker.call('openWorker', { queue: 'bench', concurrency: 10 });
    await runsBegun([worker], total);
    return { slowestMs: await redis.slowest() };
  });
}
