/** Bulk enqueue, immediate and delayed: enqueueMany beside addBulk, 1000 tasks a call. */

import { interleave, row } from '../lib/compare.mjs';
import { withScene } from '../lib/scene.mjs';

const SETTINGS = [
  { name: 'immediate', delayed: false, atLeast: 8 },
  { name: 'delayed', delayed: true, atLeast: 5 },
];
const BATCH = 1000;

export const title = 'Bulk enqueue, 1000 tasks a call';

export async function run(options) {
  const rows = [];
  const raw = {};
  for (const { name, delayed, atLeast } of SETTINGS) {
    process.stderr.write(`bulk, ${name}\n`);
    const samples = await interleave(options, (side) =>
      measure(side, delayed, options, { total: options.quick ? 5000 : 300_000 }),
    );
    raw[name] = samples;
    rows.push(
      row(samples, { label: name, field: 'perSecond', unit: 'tasks/s', better: 'higher', atLeast }),
      row(samples, {
        label: `${name}: CPU, Redis and producer`,
        field: 'cpuMicros',
        unit: 'µs/task',
        better: 'lower',
      }),
    );
  }
  const notes = [
    'One producer, one call in flight; payload `{"n":…}`; delayed: due an hour ahead, 1 ms apart.',
  ];
  return { rows, raw, notes };
}

/** `bytes`: of each payload, about. */
export function measure(side, delayed, options, { total = 300_000, bytes } = {}) {
  const payload = bytes === undefined ? undefined : { text: 'x'.repeat(bytes) };
  return withScene(side, options, async ({ redis, child }) => {
    const producer = child();
    const due = () => (delayed ? { dueFrom: Date.now() + 3_600_000, dueStep: 1 } : {});
    await producer.call('openProducer', { queue: 'warm' });
    const warm = options.quick ? 1000 : total / 3;
    await producer.call('bulk', { total: Math.ceil(warm), batch: BATCH, payload, ...due() });
    await producer.call('openProducer', { queue: 'bench' });
    const before = await redis.cpuMs();
    const { ms, cpuMs } = await producer.call('bulk', { total, batch: BATCH, payload, ...due() });
    const redisMs = (await redis.cpuMs()) - before;
    return {
      perSecond: total / (ms / 1000),
      cpuMicros: ((cpuMs + redisMs) / total) * 1000,
      redisMicros: (redisMs / total) * 1000,
      producerMicros: (cpuMs / total) * 1000,
    };
  });
}
