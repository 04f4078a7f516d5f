/** A schedule, a scheduler node that goes away, and what becomes of the instants meanwhile. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type TaskContext, Worker } from 'carillon';

const connection = {
  redis: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
  namespace: process.env['CARILLON_NAMESPACE'] ?? 'examples',
};

const carillon = join(
  dirname(createRequire(import.meta.url).resolve('carillon/package.json')),
  'dist/cli/main.js',
);

const noFiles = mkdtempSync(join(tmpdir(), 'example-'));

/** A scheduler node, as `carillon start` runs it anywhere; without files and on any free port. */
function startNode(): ChildProcess {
  const { redis, namespace } = connection;
  const args = ['start', '--redis', redis, '--namespace', namespace, '--port', '0', '--schedules', noFiles];
  return spawn(process.execPath, [carillon, ...args], { stdio: 'ignore' });
}

async function until(what: () => boolean): Promise<void> {
  while (!what()) await sleep(100);
}

/** Which instants have run, and as what. */
const ran: [at: number, kind: string][] = [];
function startWorker(): Worker {
  const tick = async (_: unknown, ctx: TaskContext) => {
    if (ctx.schedule) ran.push([Date.parse(ctx.schedule.nominalAt), ctx.schedule.kind]);
  };
  return new Worker({ ...connection, handlers: { tick } });
}

let node = startNode();
let worker = startWorker();
await worker.start();
const client = new Client(connection);
await client.schedules.put('every-second', {
  handler: 'tick',
  every: '1s',
  overlap: 'allow',
  // Up to ten seconds late it is not missed, it just runs.
  catchUp: { policy: 'all', grace: '10s' },
});
await until(() => ran.length >= 2);
console.log('live: the first runs have completed');

await worker.stop();
node.kill('SIGKILL');
await once(node, 'exit');
await sleep(13_000);
console.log('for 13 seconds nobody was there');

const back = Date.now();
node = startNode();
worker = startWorker();
await worker.start();

/** Every second from the first to one after the return. */
function complete(): boolean {
  const instants = new Set(ran.map(([at]) => at));
  const first = Math.min(...instants);
  for (let at = first; at < back + 2_000; at += 1_000) if (!instants.has(at)) return false;
  return true;
}
await until(complete);
const twice = ran.length - new Set(ran.map(([at]) => at)).size;
const caughtUp = ran.filter(([, kind]) => kind === 'catchUp').length;
console.log(
  `caught up: every second has run, ${twice} of them twice, ${caughtUp > 0 ? 'some' : 'none'} as catch-up`,
);

await client.schedules.delete('every-second');
await client.close();
await worker.stop();
node.kill();
await once(node, 'exit');
rmSync(noFiles, { recursive: true });
