/** One `enqueue` at a time from each of 100 concurrent callers: what a busy web process does. */

import { interleave, row } from '../lib/compare.mjs';
import { withScene } from '../lib/scene.mjs';

export const title = 'enqueue from 100 concurrent callers';

export async function run(options) {
  process.stderr.write('callers\n');
  const samples = await interleave(options, (side) => measure(side, options));
  const rows = [
    row(samples, { label: '100 callers', field: 'perSecond', unit: 'tasks/s', better: 'higher', atLeast: 5 }),
    row(samples, {
      label: '100 callers: CPU, Redis and producer',
      field: 'cpuMicros',
      unit: 'µs/task',
      better: 'lower',
    }),
  ];
  const notes = ['One process, one client; each caller awaits its call before the next. Payload `{"n":…}`.'];
  return { rows, raw: { callers: samples }, notes };
}

function measure(side, options) {
  const total = options.quick ? 5000 : 300_000;
  return withScene(side, options, async ({ redis, child }) => {
    const producer = child();
    await producer.call('openProducer', { queue: 'warm' });
    await producer.call('callers', { total: options.quick ? 1000 : 100_000, callers: 100 });
    await producer.call('openProducer', { queue: 'bench' });
    const before = await redis.cpuMs();
    const { ms, cpuMs } = await producer.call('callers', { total, callers: 100 });
    const redisMs = (await redis.cpuMs()) - before;
    return {
      perSecond: total / (ms / 1000),
      cpuMicros: ((cpuMs + redisMs) / total) * 1000,
      redisMicros: (redisMs / total) * 1000,
      producerMicros: (cpuMs / total) * 1000,
    };
  });
}
