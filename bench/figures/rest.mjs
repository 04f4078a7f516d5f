/** What Redis still holds when tasks of every kind have come, ended and been deleted. */

import { Client, Fatal, Worker } from '../../dist/index.js';
import { openStore } from '../../dist/store/redis/index.js';
import { startRedis } from '../lib/redis.mjs';
import { sleep } from '../lib/time.mjs';

const TOTAL = 1_000_000;
const AT_ONCE = 900;
const NAMESPACE = 'bench';
const QUEUE = 'bench';
const KINDS = ['plain', 'delayed', 'unique', 'keyed', 'expires', 'child', 'dies', 'cancelled', 'talks'];
const NOTHING = { count: 0, age: 0 };
/** Tasks die on purpose. */
const quiet = { debug() {}, info() {}, warn() {}, error() {}, child: () => quiet };

export const title = 'Memory at rest';

export async function run({ quick }) {
  process.stderr.write('rest\n');
  const total = quick ? 18_000 : TOTAL;
  const redis = await startRedis();
  await redis.forgetful();
  const client = new Client({ redis: redis.url, namespace: NAMESPACE });
  const store = await openStore({ url: redis.url, namespace: NAMESPACE });
  const worker = new Worker({
    ...{ redis: redis.url, namespace: NAMESPACE, queues: [QUEUE], concurrency: 200, log: quiet },
    handlers: {
      noop: () => 'done',
      dies: () => {
        throw new Fatal('no');
      },
      talks: (_, ctx) => {
        ctx.progress(1);
        ctx.log.info('half way');
        return { text: 'x'.repeat(100) };
      },
    },
  });
  try {
    await worker.start();
    // What is learnt once stays: names of handlers, scripts, room that tables keep.
    await play(client, store, AT_ONCE * 20);
    const before = await restOf(redis);
    const most = await play(client, store, total, () => redis.usedMemory());
    const after = await restOf(redis);
    const growth = (after / before - 1) * 100;
    const kept = `${(before / 1024).toFixed(0)} kB before, ${(most / 1024 / 1024).toFixed(0)} MB at most, ${(after / 1024).toFixed(0)} kB after`;
    const row = { label: `growth over ${total.toLocaleString('en-US')} tasks`, unit: '%', carillon: growth };
    return {
      rows: [{ ...row, spread: [growth, growth], target: '≤ 1 %', met: growth <= 1 }],
      raw: { before, most, after },
      notes: [
        `Of each kind as many: ${KINDS.join(', ')}. All have ended and are pruned; \`used_memory\` ${kept}.`,
      ],
      peers: {},
    };
  } finally {
    await worker.stop();
    await client.close();
    await store.close();
    await redis.stop();
  }
}

/** Makes them, awaits their ends and deletes them; answers the most that `look` saw before that. */
async function play(client, store, total, look = async () => 0) {
  for (let from = 0; from < total; from += AT_ONCE) {
    const [first] = await client.enqueueMany([{ handler: 'noop', payload: null, queue: QUEUE }]);
    const made = await client.enqueueMany(
      Array.from({ length: AT_ONCE }, (_, i) => task(from + i, first.id)),
    );
    const late = made.filter((_, i) => KINDS[(from + i) % KINDS.length] === 'cancelled');
    await Promise.all(late.map(({ id }) => client.cancel(id, { reason: 'not needed' })));
  }
  await rested(store);
  const most = await look();
  for (;;) {
    const { pruned } = await store.prune(QUEUE, { completed: NOTHING, dead: NOTHING, atLeast: 0 });
    if (pruned === 0) return most;
  }
}

function task(n, parent) {
  const kind = KINDS[n % KINDS.length];
  const plain = {
    handler: kind === 'dies' || kind === 'talks' ? kind : 'noop',
    payload: { n },
    queue: QUEUE,
  };
  if (kind === 'delayed') return { ...plain, delay: '50ms' };
  if (kind === 'unique') return { ...plain, uniqueKey: `own-${n}` };
  if (kind === 'keyed') return { ...plain, concurrencyKey: `key-${n % 1000}` };
  if (kind === 'expires') return { ...plain, expiresIn: '1h' };
  if (kind === 'child') return { ...plain, after: [parent] };
  if (kind === 'cancelled') return { ...plain, delay: '1h' };
  return plain;
}

/** Every one has ended. */
async function rested(store) {
  for (;;) {
    const { scheduled, retrying = 0, ready, running } = await store.queueFacts(QUEUE);
    if (scheduled + retrying + ready + running === 0) return;
    await sleep(200);
  }
}

/** Tables shrink while the server has time for it. */
async function restOf(redis) {
  let least = await redis.usedMemory();
  for (let i = 0; i < 20; i += 1) {
    await sleep(250);
    least = Math.min(least, await redis.usedMemory());
  }
  return least;
}
