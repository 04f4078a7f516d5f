/** Ten thousand schedules in one file: read, checked and applied at a start, what that holds up, and what one change costs. */

import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ownRows } from '../lib/compare.mjs';
import { productFile } from '../lib/product.mjs';
import { freePort, startRedis } from '../lib/redis.mjs';
import { makeFolder, removeFolder } from '../lib/scratch.mjs';
import { hostMs } from '../lib/time.mjs';

export const CLI = fileURLToPath(productFile('carillon', 'dist/cli/main.js'));
export const LAG = fileURLToPath(new URL('../lib/loop-lag.mjs', import.meta.url));
export const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(CARILLON_.*|REDIS_URL|NODE_OPTIONS)$/.test(name)),
);

export const title = 'Schedule files';

export async function run({ rounds, quick }) {
  process.stderr.write('files\n');
  const count = quick ? 1_000 : 10_000;
  const raw = [];
  for (let round = 0; round < rounds; round += 1) raw.push(await start(count));
  const row = ownRows(raw);
  return {
    rows: [
      row(`${count} schedules, from start until applied`, 'applied', 'ms', 3_000),
      row('leader elected meanwhile', 'elected', 'ms'),
      row('event loop held up, at most', 'lag', 'ms', 50),
      row('Redis', 'bytes', 'bytes/schedule', 600),
      row('one of them changed: carried out after it was accepted', 'change', 'ms'),
    ],
    raw,
    notes: [
      'One file, five lines a schedule. Milliseconds from spawn; the change leaves out reading the file.',
    ],
  };
}

async function start(count) {
  const folder = makeFolder();
  const redis = await startRedis();
  const file = join(folder, 'a.yaml');
  writeFileSync(file, textOf(count));
  const args = ['--import', LAG, CLI, 'start', '--redis', redis.url, '--port', String(await freePort())];
  const begun = hostMs();
  const node = spawn(process.execPath, [...args, '--schedules', folder, '--log-format', 'json'], { env });
  const log = follow(node);
  try {
    // Scripts and connections are there, and modules loaded, before the files have been read.
    const elected = await log.line(/elected leader/);
    const before = await redis.usedMemory();
    const from = log.length();
    const applied = await log.line(/schedule files applied/);
    const bytes = ((await redis.usedMemory()) - before) / count;
    const lag = log.most(/^LAG (\d+)/gm, from);
    writeFileSync(file, textOf(count, 'Europe/Paris'));
    const accepted = await log.line(/files are in force: 1 changed/);
    const change = (await log.line(/files applied: 1 changed/)) - accepted;
    return { applied: applied - begun, elected: elected - begun, bytes, lag, change };
  } finally {
    node.kill('SIGTERM');
    await new Promise((resolve) => node.once('exit', resolve));
    await redis.stop();
    removeFolder(folder);
  }
}

export function textOf(count, zone = 'Europe/Berlin') {
  const lines = ['version: 1', 'schedules:'];
  for (let n = 0; n < count; n += 1) {
    lines.push(
      `  report-${n}:`,
      '    handler: reports.build',
      `    cron: "${n % 60} ${Math.floor(n / 60) % 24} * * *"`,
    );
    lines.push(
      `    timezone: ${n === 7 ? zone : 'Europe/Berlin'}`,
      `    payload: { customer: ${n}, region: eu }`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** Lines of both streams, with the time at which they came. */
export function follow(child) {
  let text = '';
  const waiting = new Set();
  const add = (piece) => {
    text += piece;
    for (const look of [...waiting]) look();
  };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', add);
  return {
    line: (pattern) =>
      new Promise((resolve) => {
        const look = () => {
          if (!pattern.test(text)) return;
          waiting.delete(look);
          resolve(hostMs());
        };
        waiting.add(look);
        look();
      }),
    length: () => text.length,
    most: (pattern, from) =>
      Math.max(0, ...[...text.slice(from).matchAll(pattern)].map(([, ms]) => Number(ms))),
  };
}
