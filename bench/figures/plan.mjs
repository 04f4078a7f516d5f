/** What a repository of ten thousand schedules would change: from the command to its answer, and what that holds up. */

import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownRows } from '../lib/compare.mjs';
import { freePort, startRedis } from '../lib/redis.mjs';
import { makeFolder, removeFolder } from '../lib/scratch.mjs';
import { hostMs } from '../lib/time.mjs';
import { CLI, env, follow, LAG, textOf } from './files.mjs';

export const title = 'Plans';

export async function run({ rounds, quick }) {
  process.stderr.write('plan\n');
  const count = quick ? 1_000 : 10_000;
  const raw = [];
  for (let round = 0; round < rounds; round += 1) raw.push(await planned(count));
  const row = ownRows(raw);
  return {
    rows: [
      row(`${count} schedules, all of them new`, 'fresh', 'ms', 5_000),
      row('nothing changes', 'same', 'ms', 5_000),
      row('each comes at another time', 'moved', 'ms', 5_000),
      row('each runs every five minutes, at minutes of its own', 'often', 'ms'),
      row('event loop of the node held up, at most', 'lag', 'ms', 50),
    ],
    raw,
    notes: ['`carillon schedules plan`, from spawn to its end: reading the files on both sides included.'],
  };
}

async function planned(count) {
  const folder = makeFolder();
  const redis = await startRedis();
  const port = String(await freePort());
  const directory = (name, text) => {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'a.yaml'), text);
    return join(folder, name);
  };
  const live = directory('live', textOf(count));
  const moved = directory('moved', textOf(count).replaceAll(' * * *"', ' * * 1-5"'));
  const often = directory('often', textOf(count).replaceAll(/cron: ".*"/g, 'cron: "H/5 * * * *"'));
  const args = ['--import', LAG, CLI, 'start', '--redis', redis.url, '--port', port];
  const node = spawn(
    process.execPath,
    [...args, '--schedules', join(folder, 'none'), '--log-format', 'json'],
    {
      env,
    },
  );
  const log = follow(node);
  const carillon = (...words) =>
    new Promise((resolve, reject) => {
      const begun = hostMs();
      const url = `http://127.0.0.1:${port}`;
      const one = spawn(process.execPath, [CLI, 'schedules', ...words, '--url', url], { env });
      let said = '';
      for (const stream of [one.stdout, one.stderr]) stream.on('data', (piece) => (said += piece));
      one.once('exit', (code) => {
        if (code === 0) resolve(hostMs() - begun);
        else reject(new Error(`carillon ${words.join(' ')} exits ${code}: ${said.slice(-500)}`));
      });
    });
  try {
    await log.line(/elected leader/);
    await carillon('plan', often);
    const from = log.length();
    const fresh = await carillon('plan', live);
    const lagOfPlans = [log.most(/^LAG (\d+)/gm, from)];
    await carillon('apply', live);
    const after = log.length();
    const answers = {
      same: await carillon('plan', live),
      moved: await carillon('plan', moved),
      often: await carillon('plan', often),
    };
    lagOfPlans.push(log.most(/^LAG (\d+)/gm, after));
    return { fresh, ...answers, lag: Math.max(...lagOfPlans) };
  } finally {
    node.kill('SIGTERM');
    await new Promise((resolve) => node.once('exit', resolve));
    await redis.stop();
    removeFolder(folder);
  }
}
