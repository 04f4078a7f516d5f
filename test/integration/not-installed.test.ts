/** Carillon where neither OpenTelemetry nor prom-client is installed: it runs tasks, whatever stands in their process. */

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { Processes } from '../support/processes.js';
import { startTestRedis } from '../support/redis.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const processes = new Processes();
const open: (() => unknown)[] = [];
afterEach(async () => {
  await processes.stopAll();
  for (const end of open.splice(0).reverse()) await end();
});

/** The package in a folder of its own, with its dependencies but these. */
function installed(without: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-installed-'));
  open.push(() => rmSync(folder, { recursive: true, force: true }));
  const home = join(folder, 'node_modules', 'carillon');
  mkdirSync(home, { recursive: true });
  for (const part of ['dist', 'lua', 'package.json'])
    cpSync(join(ROOT, part), join(home, part), { recursive: true });
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  for (const name of Object.keys(dependencies).filter((one) => !without.includes(one))) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), link);
  }
  return folder;
}

const PROGRAM = `
import { Client, Worker } from 'carillon';
// As if another copy of the API had been set up, which cannot be loaded from here.
globalThis[Symbol.for('opentelemetry.js.api.1')] = { version: '1.9.1', trace: {}, metrics: {} };
const metrics = { names: [], registerMetric(metric) { this.names.push(metric.name); } };
const options = { redis: process.argv[2], namespace: 'not-installed' };
const worker = new Worker({ ...options, metrics, handlers: { x: (_, ctx) => ctx.enqueue('y').then(() => 1), y: () => 2 } });
await worker.start();
const client = new Client(options);
const task = await client.wait((await client.enqueue('x')).id);
await client.enqueueMany([{ handler: 'y' }]);
await worker.stop();
await client.close();
console.log(JSON.stringify({ state: task.state, traceparent: task.traceparent ?? null, names: metrics.names.length }));
`;

it('makes and runs tasks, and has figures for whatever registry it is given', async () => {
  const redis = await startTestRedis();
  open.push(() => redis.stop());
  const folder = installed(['prom-client']);
  writeFileSync(join(folder, 'program.mjs'), PROGRAM);
  const run = processes.start(process.execPath, [join(folder, 'program.mjs'), redis.url]);
  const end = await run.ended;
  expect(run.stderr).toBe('');
  expect(end.code).toBe(0);
  const { names, ...task } = JSON.parse(run.stdout) as { state: string; names: number };
  expect(task).toEqual({ state: 'completed', traceparent: null });
  expect(names).toBeGreaterThan(5);
});
