/** Cron for a monorepo: each application applies its own folder of schedule files to one cluster. */

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Client, Worker } from 'carillon';

const connection = {
  redis: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
  namespace: process.env['CARILLON_NAMESPACE'] ?? 'examples',
};
const main = join(
  dirname(createRequire(import.meta.url).resolve('carillon/package.json')),
  'dist/cli/main.js',
);

// The repository: apps/billing/schedules/…, apps/search/schedules/…
const repository = mkdtempSync(join(tmpdir(), 'monorepo-'));
function file(app: string, schedules: Record<string, object>): void {
  const folder = join(repository, 'apps', app, 'schedules');
  mkdirSync(folder, { recursive: true });
  // JSON is as good as YAML; yours is written by hand.
  const text = JSON.stringify({ version: 1, source: app, defaults: { queue: app }, schedules });
  writeFileSync(join(folder, 'schedules.json'), text);
}
file('billing', { invoices: { handler: 'invoices.close', cron: '0 4 * * *' } });
file('search', {
  reindex: { handler: 'index.build', every: '6h' },
  'warm-caches': { handler: 'index.warm', every: '10m' },
});

// The cluster has no files of its own. In real life: three nodes, somewhere.
const { redis, namespace } = connection;
const args = ['start', '--redis', redis, '--namespace', namespace, '--port', '0', '--log-format', 'json'];
const node: ChildProcess = spawn(process.execPath, [main, ...args], { cwd: repository });
let log = '';
const url = await new Promise<string>((resolve) => {
  const listen = (chunk: Buffer): void => {
    log += chunk.toString();
    const [, found] = /"url":"(http[^"]+)"/.exec(log) ?? [];
    if (found) resolve(found);
  };
  node.stdout?.on('data', listen);
  node.stderr?.on('data', listen);
});

/** The step of an application's deployment: `carillon schedules apply apps/billing/schedules`. */
async function deploy(app: string): Promise<void> {
  const words = [main, 'schedules', 'apply', join('apps', app, 'schedules'), '--url', url];
  const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: repository });
  console.log(stdout.trim());
}
await deploy('billing');
await deploy('search');
file('search', { reindex: { handler: 'index.build', every: '6h' } });
await deploy('search');

const client = new Client(connection);
const inSet = async (set: string) => (await client.schedules.list({ set })).items.length;
console.log(`sets: billing has ${await inSet('billing')}, search has ${await inSet('search')}`);

const worker = new Worker({
  ...connection,
  queues: ['billing'],
  handlers: { 'invoices.close': async (_payload, ctx) => ctx.schedule?.id },
});
await worker.start();
const run = await client.schedules.trigger('invoices');
console.log(`run by the billing worker: ${(await client.wait(run.id, '10s')).result}`);

await client.close();
await worker.stop();
node.kill();
await once(node, 'exit');
rmSync(repository, { recursive: true });
