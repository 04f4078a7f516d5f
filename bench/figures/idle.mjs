/** What idling costs: commands sent to Redis per second by a worker and by scheduler nodes with nothing due. */

import { runsBegun } from '../lib/child.mjs';
import { interleave, row } from '../lib/compare.mjs';
import { counted, IDLING, idling, rateOf } from '../lib/idling.mjs';
import { withScene } from '../lib/scene.mjs';
import { sleep } from '../lib/time.mjs';

export const title = 'Commands sent to Redis while idle';

export async function run(options) {
  process.stderr.write('idle\n');
  const samples = await interleave({ ...options, rounds: 1 }, (side) => measure(side, options));
  const rows = IDLING.map(([label, field, atMost]) =>
    row(samples, { label, field, unit: 'commands/s', better: 'lower', atMost }),
  );
  const notes = [
    'Leader TTL 2 s, one queue that has run one task, ten schedules that fire once a day, nothing due. Counted on the wire by a proxy per process: a script is one command, whatever it calls inside. One node at a time looks for alerts; which one is chosen here, and each is counted in a whole round of 30 s.',
    ...Object.entries(samples).flatMap(([side, [sample]]) =>
      Object.entries(sample?.commands ?? {}).map(
        ([who, counts]) => `${side} ${who}, commands in ${sample.seconds} s: ${listed(counts)}`,
      ),
    ),
  ];
  return { rows, raw: { idle: samples }, notes };
}

const listed = (counts) =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ') || 'none';

function measure(side, options) {
  const seconds = options.quick ? 5 : 30;
  return withScene(side, options, async (scene) => {
    const wire = counted(scene);
    const hasNodes = side !== 'bullmq';
    for (const name of hasNodes ? ['leader', 'standby'] : []) {
      const node = await scene.node(await wire.through(name), { name, ttl: '2s' });
      if (name === 'leader') await daily(node.url);
    }
    const worker = scene.child(await wire.through('worker'));
    await worker.call('openWorker', { queue: 'bench', concurrency: 100 });
    const producer = scene.child();
    await producer.call('openProducer', { queue: 'bench' });
    await producer.call('bulk', { total: 1, batch: 1 });
    await runsBegun([worker], 1);
    await producer.stop();

    await sleep(5000);
    if (hasNodes) return idling(scene, wire, seconds);
    const commands = await wire.during(seconds);
    return { seconds, commands, worker: rateOf(commands.worker, seconds) };
  });
}

/** Ten schedules that are at rest for most of the day. */
async function daily(url) {
  const hour = (new Date().getUTCHours() + 12) % 24;
  for (let minute = 0; minute < 10; minute += 1) {
    const body = JSON.stringify({ handler: 'noop', queue: 'bench', cron: `${minute} ${hour} * * *` });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${url}/v1/schedules/daily-${minute}`, { method: 'PUT', headers, body });
    if (!answer.ok) throw new Error(`a schedule was refused: ${await answer.text()}`);
  }
}
