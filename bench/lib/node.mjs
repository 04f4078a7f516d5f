/** A Carillon scheduler node as an operator starts it: the built command line, in its own process. */

import { fileURLToPath } from 'node:url';
import { guarded } from './guard.mjs';
import { productFile } from './product.mjs';
import { freePort } from './redis.mjs';
import { makeFolder, removeFolder } from './scratch.mjs';
import { sleep } from './time.mjs';

/** Resolves once the cluster has a leader. `ttl`: how long the leader's lock lasts. */
export async function startNode(side, redis, { name = 'bench', ttl = '2s' } = {}) {
  const schedules = makeFolder();
  const port = await freePort();
  const args = [
    fileURLToPath(productFile(side, 'dist/cli/main.js')),
    'start',
    '--redis',
    redis,
    '--namespace',
    'bench',
    '--port',
    String(port),
  ];
  args.push('--schedules', schedules, '--name', name);
  const program = await guarded(process.execPath, args, settings(ttl));
  const url = `http://127.0.0.1:${port}`;
  const node = {
    url,
    cpuMs: program.cpuMs,
    async stop() {
      await program.stop();
      removeFolder(schedules);
    },
  };
  for (let tries = 0; tries < 300; tries += 1) {
    const cluster = await fetch(`${url}/v1/cluster`)
      .then((response) => response.json())
      .catch(() => null);
    if (cluster?.leader) return { ...node, leader: cluster.leader.node };
    await sleep(100);
  }
  await node.stop();
  throw new Error('the scheduler node took no office within 30 s');
}

/** Nothing of the caller's own configuration may leak into the measurement. */
function settings(ttl) {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('CARILLON_') && name !== 'REDIS_URL'),
  );
  return { ...env, CARILLON_LEADER_TTL: ttl, CARILLON_LOG_LEVEL: 'error' };
}
