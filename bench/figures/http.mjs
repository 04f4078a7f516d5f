/** What a task by HTTP costs: single POSTs and batches to a node, beside a route of the same node that does nothing. */

import autocannon from 'autocannon';
import { withScene } from '../lib/scene.mjs';
import { median } from '../lib/stats.mjs';

const CONNECTIONS = 100;
const BATCH = 100;
const TASK = { handler: 'bench', payload: { customer: 4711, text: 'x'.repeat(60) } };

const post = (path, body) => ({
  method: 'POST',
  path,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const KINDS = {
  empty: { method: 'GET', path: '/livez' },
  single: post('/v1/tasks', TASK),
  batch: post('/v1/tasks/batch', { tasks: Array.from({ length: BATCH }, () => TASK) }),
};
const ITEMS = { empty: 1, single: 1, batch: BATCH };

export const title = 'Tasks by HTTP';

export async function run(options) {
  process.stderr.write('http\n');
  const raw = { empty: [], single: [], batch: [] };
  await withScene('carillon', options, async (scene) => {
    const node = await scene.node();
    for (let round = 0; round <= options.rounds; round += 1) {
      for (const [name, request] of Object.entries(KINDS)) {
        const sample = await load(node, scene.redis, request, ITEMS[name], options.quick ? 1 : 4);
        // The first round warms up.
        if (round > 0) raw[name].push(sample);
      }
    }
  });
  const of = (name, field) => median(raw[name].map((sample) => sample[field]));
  const share = raw.single.map((sample, round) => (100 * sample.rate) / raw.empty[round].rate);
  const rows = [
    row('an empty route', 'requests/s', of('empty', 'rate')),
    row('single POSTs', 'tasks/s', of('single', 'rate')),
    row('single POSTs, of the empty route', '%', median(share), { atLeast: 45 }),
    row('single POSTs, Redis', 'µs/task', of('single', 'redisMicros'), { atMost: 12 }),
    row('single POSTs, node', 'µs/task', of('single', 'nodeMicros')),
    row('an empty route, node', 'µs/request', of('empty', 'nodeMicros')),
    row(`batches of ${BATCH}`, 'tasks/s', of('batch', 'rate')),
    row(`batches of ${BATCH}, Redis`, 'µs/task', of('batch', 'redisMicros')),
    row(`batches of ${BATCH}, node`, 'µs/task', of('batch', 'nodeMicros')),
  ];
  const notes = [
    `autocannon, ${CONNECTIONS} connections, one request at a time on each, payload of 90 bytes. The empty route is GET /livez: the same server and hooks, no body, no Redis. µs are CPU time of the process, its idle work included.`,
  ];
  return { rows, raw, notes, peers: {} };
}

async function load(node, redis, request, items, duration) {
  const before = [node.cpuMs(), await redis.cpuMs()];
  const { requests, non2xx, errors } = await autocannon({
    url: node.url,
    connections: CONNECTIONS,
    duration,
    requests: [request],
  });
  if (non2xx + errors > 0) throw new Error(`${request.path}: ${non2xx} refused, ${errors} failed`);
  const done = requests.total * items;
  return {
    rate: (requests.average * items) | 0,
    nodeMicros: ((node.cpuMs() - before[0]) * 1000) / done,
    redisMicros: (((await redis.cpuMs()) - before[1]) * 1000) / done,
  };
}

function row(label, unit, carillon, { atLeast, atMost } = {}) {
  const target =
    atLeast === undefined ? (atMost === undefined ? '' : `≤ ${atMost} ${unit}`) : `≥ ${atLeast} ${unit}`;
  const met = target === '' ? null : atLeast === undefined ? carillon <= atMost : carillon >= atLeast;
  return { label, unit, carillon, ratio: Number.NaN, spread: [Number.NaN], target, met };
}
