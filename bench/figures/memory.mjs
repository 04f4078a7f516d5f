/** What a delayed task with a 100-byte payload costs in Redis, everything included. */

import { interleave, row } from '../lib/compare.mjs';
import { withScene } from '../lib/scene.mjs';
import { sleep } from '../lib/time.mjs';

/** 100 bytes as JSON: {"text":"…"}. */
const PAYLOAD = { text: 'x'.repeat(100 - '{"text":""}'.length) };

export const title = 'Redis memory of a delayed task, 100-byte payload';

export async function run(options) {
  process.stderr.write('memory\n');
  const total = options.quick ? 10_000 : 100_000;
  const samples = await interleave({ ...options, rounds: Math.min(options.rounds, 2) }, (side) =>
    measure(side, total, options),
  );
  const label = `${total.toLocaleString('en-US')} delayed tasks`;
  const rows = [row(samples, { label, field: 'bytes', unit: 'B/task', better: 'lower', atMost: 345 })];
  const notes = [
    'Growth of `used_memory` over an empty server, with the producer gone, divided by the number of tasks.',
  ];
  return { rows, raw: { memory: samples }, notes };
}

function measure(side, total, options) {
  return withScene(side, options, async ({ redis, child }) => {
    const empty = await redis.usedMemory();
    const producer = child();
    await producer.call('openProducer', { queue: 'bench' });
    const dueFrom = Date.now() + 3_600_000;
    await producer.call('bulk', { total, batch: 1000, dueFrom, dueStep: 36, payload: PAYLOAD });
    await producer.stop();
    await sleep(500);
    return { bytes: ((await redis.usedMemory()) - empty) / total };
  });
}
