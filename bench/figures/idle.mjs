/** What idling costs: commands sent to Redis per second by a worker and by scheduler nodes with nothing due. */

import { runsBegun } from '../lib/child.mjs';
import { interleave, row } from '../lib/compare.mjs';
import { countingProxy } from '../lib/proxy.mjs';
import { withScene } from '../lib/scene.mjs';
import { sleep } from '../lib/time.mjs';

export const title = 'Commands sent to Redis while idle';

export async function run(options) {
  process.stderr.write('idle\n');
  const samples = await interleave({ ...options, rounds: 1 }, (side) => measure(side, options));
  const rate = (label, field, atMost) =>
    row(samples, { label, field, unit: 'commands/s', better: 'lower', atMost });
  const rows = [rate('worker', 'worker', 2), rate('leader', 'leader', 3), rate('standby', 'standby', 3)];
  const notes = [
    'Leader TTL 2 s, one queue that has run one task, nothing due. Counted on the wire by a proxy per process: a script is one command, whatever it calls inside.',
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
  const seconds = options.quick ? 5 : 20;
  return withScene(side, options, async (scene) => {
    const proxies = {};
    const throughProxy = async (who) => {
      const proxy = await countingProxy(scene.redis.port);
      proxies[who] = proxy;
      scene.keep({ stop: proxy.close });
      return proxy.url;
    };
    const nodes = side !== 'bullmq' ? ['leader', 'standby'] : [];
    for (const name of nodes) await scene.node(await throughProxy(name), { name, ttl: '2s' });
    const worker = scene.child(await throughProxy('worker'));
    await worker.call('openWorker', { queue: 'bench', concurrency: 100 });
    const producer = scene.child();
    await producer.call('openProducer', { queue: 'bench' });
    await producer.call('bulk', { total: 1, batch: 1 });
    await runsBegun([worker], 1);
    await producer.stop();

    await sleep(5000);
    for (const proxy of Object.values(proxies)) proxy.reset();
    await sleep(seconds * 1000);
    const commands = {};
    const sample = { seconds, commands };
    for (const [who, proxy] of Object.entries(proxies)) {
      commands[who] = proxy.counts();
      sample[who] = Object.values(commands[who]).reduce((sum, count) => sum + count, 0) / seconds;
    }
    return sample;
  });
}
