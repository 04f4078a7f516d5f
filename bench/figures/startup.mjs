/** How long commands take to start, beside a bare Node that does nothing. */

import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { productFile } from '../lib/product.mjs';
import { freePort, startRedis } from '../lib/redis.mjs';
import { makeFolder, removeFolder } from '../lib/scratch.mjs';
import { median } from '../lib/stats.mjs';
import { hostMs } from '../lib/time.mjs';

const CLI = fileURLToPath(productFile('carillon', 'dist/cli/main.js'));
const TASK = { id: 'b-1', handler: 'bench', queue: 'bench', state: 'ready', payload: null, attempts: [] };

export const title = 'Start of a process';

export async function run({ rounds, quick }) {
  process.stderr.write('startup\n');
  const folder = makeFolder();
  const redis = await startRedis();
  const api = await stubApi();
  writeFileSync(join(folder, 'handlers.mjs'), 'export default { bench: async () => {} };');
  const of = {
    bare: () => whole(['-e', '0'], folder),
    version: () => whole([CLI, '--version'], folder),
    show: () => whole([CLI, 'tasks', 'show', TASK.id, '--url', api.url], folder),
    next: () => whole([CLI, 'next', '0 9 * * MON', '--tz', 'Europe/Berlin'], folder),
    worker: () => until([CLI, 'worker', 'handlers.mjs', '--redis', redis.url], folder, /takes tasks/),
    node: async () =>
      until([CLI, 'start', '--port', `${await freePort()}`, '--redis', redis.url], folder, /API listens/),
  };
  const raw = Object.fromEntries(Object.keys(of).map((name) => [name, []]));
  try {
    for (let round = 0; round <= rounds * (quick ? 1 : 3); round += 1) {
      for (const [name, measure] of Object.entries(of)) {
        const ms = await measure();
        // The first round fills the file cache.
        if (round > 0) raw[name].push(ms);
      }
    }
  } finally {
    await api.close();
    await redis.stop();
    removeFolder(folder);
  }
  const rows = [
    row('carillon --version', raw.version, raw.bare, { times: 2 }),
    row('carillon tasks show', raw.show, raw.bare, { ms: 150 }),
    row('carillon next', raw.next, raw.bare),
    row('carillon worker, until it takes tasks', raw.worker, raw.bare),
    row('carillon start, until its API listens', raw.node, raw.bare),
  ];
  const notes = [
    'Milliseconds from spawn to exit, or to the log line that says it is ready; the ratio is bare Node (`node -e 0`) ÷ Carillon. `tasks show` asks a stub that answers at once.',
  ];
  return { rows, raw, notes, peers: { bare: 'bare Node' } };
}

function row(label, ours, bare, { times, ms } = {}) {
  const [carillon, node] = [median(ours), median(bare)];
  const each = ours.map((our, round) => bare[round] / our);
  return {
    label,
    unit: 'ms',
    carillon,
    bare: node,
    ratio: node / carillon,
    spread: [Math.min(...each), Math.max(...each)],
    target: times === undefined ? (ms === undefined ? '' : `≤ ${ms} ms`) : `≤ ${times} × bare Node`,
    met: times === undefined ? (ms === undefined ? null : carillon <= ms) : carillon <= times * node,
  };
}

/** Nothing of the caller's own configuration may leak into the measurement. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(CARILLON_.*|REDIS_URL|NODE_OPTIONS)$/.test(name)),
);

/** ms of a process that ends by itself. */
function whole(args, cwd) {
  const begun = hostMs();
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'ignore', 'inherit'] });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve(hostMs() - begun) : reject(new Error(`${args.join(' ')} ended with ${code}`)),
    );
  });
}

/** ms until a process says so; it is told to stop then. */
async function until(args, cwd, pattern) {
  const begun = hostMs();
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  let said = '';
  let ms;
  for await (const piece of child.stderr.setEncoding('utf8')) {
    said += piece;
    if (ms !== undefined || !pattern.test(said)) continue;
    ms = hostMs() - begun;
    child.kill('SIGTERM');
  }
  await gone;
  if (ms === undefined) throw new Error(`${args.join(' ')} did not start: ${said}`);
  return ms;
}

async function stubApi() {
  const body = JSON.stringify(TASK);
  const server = createServer((_, response) =>
    response.setHeader('content-type', 'application/json').end(body),
  );
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
