/** A hundred thousand schedules in one repository come into a cluster that works, and then one of them changes. */

import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Worker } from '../../dist/index.js';
import { ownRows } from '../lib/compare.mjs';
import { freePort, startRedis } from '../lib/redis.mjs';
import { makeFolder, removeFolder } from '../lib/scratch.mjs';
import { quantile } from '../lib/stats.mjs';
import { hostMs, sleep } from '../lib/time.mjs';
import { CLI, env, follow, LAG, textOf } from './files.mjs';

const FILES = 100;
const NAMESPACE = 'bench';
/** Of schedules that were there before: each fires every second. */
const PULSES = 20;
const WATCHED_BEFORE = 10_000;

export const title = 'A large repository comes into a cluster that works';

export async function run({ rounds, quick }) {
  process.stderr.write('repository\n');
  const perFile = quick ? 20 : 1_000;
  const raw = [];
  for (let round = 0; round < Math.min(rounds, 2); round += 1) raw.push(await start(perFile));
  const row = ownRows(raw);
  const count = (FILES * perFile).toLocaleString('en-US');
  return {
    rows: [
      row(
        `${count} schedules in ${FILES} files, from start of their node until applied`,
        'applied',
        'ms',
        30_000,
      ),
      row('event loop of that node held up, at most', 'lagReader', 'ms', 50),
      row('event loop of the leader held up, at most', 'lagLeader', 'ms', 50),
      row('runs of others before: p99 late', 'before', 'ms'),
      row('runs of others meanwhile: p99 late', 'meanwhile', 'ms'),
      row('runs of others meanwhile: the latest', 'latest', 'ms'),
      row('another node started alone, from start until it leads', 'elected', 'ms'),
      row('one changed: from written until accepted', 'accepted', 'ms'),
      row('one changed: from accepted until carried out', 'change', 'ms', 100),
    ],
    peers: {},
    raw,
    notes: [
      `A leader, a worker and ${PULSES} schedules of a second each are there when a second node starts with the files. Late: start of the handler less due time.`,
    ],
  };
}

async function start(perFile) {
  const folder = makeFolder();
  const redis = await startRedis();
  const options = { redis: redis.url, namespace: NAMESPACE };
  const client = new Client(options);
  const late = [];
  const pulse = (_, { task }) => void late.push(Date.now() - Date.parse(task.dueAt));
  const worker = new Worker({ ...options, concurrency: 100, handlers: { pulse, 'reports.build': () => {} } });
  const nodes = [];
  const node = async (...args) => {
    const words = ['--import', LAG, CLI, 'start', '--redis', redis.url, '--namespace', NAMESPACE];
    const port = String(await freePort());
    const child = spawn(process.execPath, [...words, '--port', port, '--log-format', 'json', ...args], {
      env,
    });
    nodes.push(child);
    return follow(child);
  };
  const write = (n, zone) => {
    const text = textOf(perFile, zone).replaceAll('  report-', `  report-${n}-`);
    writeFileSync(join(folder, `s${n}.yaml`), text);
  };
  for (let n = 0; n < FILES; n += 1) write(n);
  try {
    const leader = await node('--schedules', join(folder, 'none'));
    await leader.line(/elected leader/);
    await worker.start();
    for (let n = 0; n < PULSES; n += 1)
      await client.schedules.put(`pulse-${n}`, { handler: 'pulse', every: '1s', overlap: 'allow' });
    await sleep(3_000);
    late.length = 0;
    await sleep(WATCHED_BEFORE);
    const before = quantile(late.splice(0), 0.99);
    const leaderFrom = leader.length();
    const begun = hostMs();
    const reader = await node('--schedules', folder);
    await reader.line(/the API listens/);
    // What was held up while it loaded its modules is told by then.
    await sleep(500);
    const readerFrom = reader.length();
    // The leader says so, whoever proposed them.
    const applied = await leader.line(/schedule files applied/);
    const meanwhile = late.splice(0);
    const lags = [reader.most(/^LAG (\d+)/gm, readerFrom), leader.most(/^LAG (\d+)/gm, leaderFrom)];
    const written = hostMs();
    write(7, 'Europe/Paris');
    const accepted = await reader.line(/files are in force: 1 changed/);
    const change = (await leader.line(/files applied: 1 changed/)) - accepted;
    await stopAll(nodes.splice(0));
    const again = hostMs();
    const alone = await node('--schedules', folder);
    const elected = (await alone.line(/elected leader/)) - again;
    return {
      ...{ applied: applied - begun, lagReader: lags[0], lagLeader: lags[1] },
      ...{ before, meanwhile: quantile(meanwhile, 0.99), latest: Math.max(...meanwhile) },
      ...{ elected, accepted: accepted - written, change },
    };
  } finally {
    await stopAll(nodes);
    await worker.stop();
    await client.close();
    await redis.stop();
    removeFolder(folder);
  }
}

async function stopAll(nodes) {
  const gone = nodes.map((node) => new Promise((resolve) => node.once('exit', resolve)));
  for (const node of nodes) node.kill('SIGTERM');
  await Promise.all(gone);
}
