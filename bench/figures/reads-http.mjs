/** How long a node takes to answer what a dashboard asks, beside a running load: ms from the request to the whole answer. */

import { Agent, get } from 'node:http';
import { runsBegun, startChild } from '../lib/child.mjs';
import { startNode } from '../lib/node.mjs';
import { hostMs, sleep } from '../lib/time.mjs';

const SCHEDULES = 10_000;
/** Of them that fire every second, and every minute. */
const EVERY_SECOND = 100;
const EVERY_MINUTE = 900;
const PER_FILE = 500;
/** Tasks a second that come and go meanwhile. */
const LOAD = 500;
const TIMES = 200;
const TARGET = 50;

const ROUTES = {
  'GET /v1/tasks/counts': () => '/v1/tasks/counts',
  'GET /v1/tasks/counts of a queue': () => '/v1/tasks/counts?queue=queue-000',
  'GET /v1/tasks/counts of a handler': () => '/v1/tasks/counts?handler=work',
  'GET /v1/tasks/counts of a schedule': () => '/v1/tasks/counts?schedule=s5',
  'GET /v1/tasks': () => '/v1/tasks',
  'GET /v1/tasks?state=dead': () => '/v1/tasks?state=dead',
  'GET /v1/tasks?queue&q': () => '/v1/tasks?queue=queue-001&q=hello',
  'GET /v1/tasks?state=retrying': () => '/v1/tasks?state=retrying',
  'GET /v1/tasks?q, without a hit': () => '/v1/tasks?q=nowhere',
  'GET /v1/tasks/errors': () => '/v1/tasks/errors',
  'GET /v1/queues': () => '/v1/queues',
  'GET /v1/schedules': () => '/v1/schedules',
  'GET /v1/schedules?runs=60': () => '/v1/schedules?runs=60',
  'GET /v1/upcoming': () => '/v1/upcoming',
  'GET /v1/upcoming, from tomorrow': () =>
    `/v1/upcoming?from=${new Date(Date.now() + 86_400_000).toISOString()}`,
  'GET /v1/upcoming?kind=task': () => '/v1/upcoming?kind=task',
  'GET /v1/upcoming/load': () => '/v1/upcoming/load',
  'GET /v1/handlers': () => '/v1/handlers',
  'GET /v1/handlers/work': () => '/v1/handlers/work',
  'GET /v1/cluster/history': () => '/v1/cluster/history',
  'GET /v1/stats': () => '/v1/stats',
  'GET /v1/stats?schedule': () => '/v1/stats?schedule=s5&step=1m',
  'GET /v1/alerts': () => '/v1/alerts',
  'GET /v1/workers': () => '/v1/workers',
  'GET /metrics': () => '/metrics',
};

/** The Redis has tasks and workers already; adds schedules, a node, and what comes and goes. */
export async function measureHttp(redis, quick) {
  const schedules = quick ? 500 : SCHEDULES;
  const node = await startNode('carillon', redis.url);
  const [producer, worker] = [startChild('carillon', redis.url), startChild('carillon', redis.url)];
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    await propose(node.url, schedules);
    await worker.call('openWorker', { queue: 'live', concurrency: 100 });
    await producer.call('openProducer', { queue: 'live' });
    let streaming = true;
    const stream = (async () => {
      while (streaming) await producer.call('stream', { plan: second() });
    })();
    await runsBegun([worker], LOAD);
    const rows = [];
    const raw = {};
    for (const [label, path] of Object.entries(ROUTES)) {
      const times = [];
      const first = await timed(node.url, path(), agent);
      for (let n = 0; n < (quick ? 10 : TIMES); n += 1) {
        times.push(await timed(node.url, path(), agent));
        await sleep(5);
      }
      times.sort((a, b) => a - b);
      raw[label] = [first, at(times, 0.5), at(times, 0.99)];
      rows.push(row(`${label}, p99`, at(times, 0.99)));
    }
    streaming = false;
    await stream;
    // What would fail first stands first.
    rows.sort((a, b) => b.carillon - a.carillon);
    return { rows, raw, note: noteOf(schedules) };
  } finally {
    agent.destroy();
    for (const one of [producer, worker]) await one.stop();
    await node.stop();
  }
}

const noteOf = (schedules) =>
  `By HTTP: one request after another on one connection to the leading node, ${TIMES} of each, beside ${LOAD} tasks a second that come and go, and ${schedules} schedules of which ${EVERY_SECOND} fire every second and ${EVERY_MINUTE} every minute. The raw figures are the first answer, p50 and p99, in ms.`;

/** What is sent within the second to come. */
function second() {
  const begin = Date.now();
  return Array.from({ length: LOAD }, (_, n) => ({ sendAt: begin + (1_000 * n) / LOAD, due: begin }));
}

const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];

function timed(url, path, agent) {
  const begun = hostMs();
  return new Promise((resolve, reject) => {
    get(url + path, { agent }, (answer) => {
      answer.on('data', () => {});
      answer.on('end', () => {
        if (answer.statusCode === 200) resolve(hostMs() - begun);
        else reject(new Error(`${path}: HTTP ${answer.statusCode}`));
      });
    }).on('error', reject);
  });
}

/** One set of files, carried out by the leader. */
async function propose(url, count) {
  const files = [];
  for (let from = 0; from < count; from += PER_FILE) {
    const lines = Array.from({ length: Math.min(PER_FILE, count - from) }, (_, n) => line(from + n));
    files.push({ path: `f${from}.yaml`, text: `version: 1\nschedules:\n${lines.join('\n')}\n` });
  }
  const reply = await fetch(`${url}/v1/sets/bench/proposals`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ files }),
  });
  if (reply.status !== 202) throw new Error(`proposals: HTTP ${reply.status} ${await reply.text()}`);
  for (let tries = 0; tries < 600; tries += 1) {
    const last = await fetch(`${url}/v1/schedules/s${count - 1}`);
    await last.arrayBuffer();
    if (last.status === 200) return;
    await sleep(100);
  }
  throw new Error('the schedules were not carried out within a minute');
}

function line(n) {
  const when =
    n < EVERY_SECOND
      ? 'every: 1s, overlap: allow'
      : n < EVERY_SECOND + EVERY_MINUTE
        ? 'cron: "* * * * *"'
        : `cron: "${n % 60} ${n % 24} * * *"`;
  return `  s${n}: { handler: noop, queue: live, ${when} }`;
}

function row(label, ms) {
  return {
    ...{ label, unit: 'ms', carillon: ms, ratio: Number.NaN, spread: [Number.NaN] },
    ...{ target: `≤ ${TARGET} ms`, met: ms <= TARGET },
  };
}
