/** Real nodes whose alerts a test looks at: started with a configuration file, asked over their API, stopped with the file. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { AlertView } from '../../src/alerts/view.js';
import { Client, type Handlers, Worker } from '../../src/index.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { eventually } from './eventually.js';
import { type HttpSink, startSink } from './http-sink.js';
import { Processes, type TestProcess } from './processes.js';
import { startTestRedis, type TestRedis } from './redis.js';

export interface AlertedNode extends TestProcess {
  url: string;
}

const processes = new Processes();
const open: (() => unknown)[] = [];
// With the last test: those of a file run side by side.
afterAll(async () => {
  await processes.stopAll();
  for (const end of open.splice(0).reverse()) await end();
}, 60_000);

/** What is ended with the file, the last one first; processes before all others. */
export const atEnd = (end: () => unknown): number => open.push(end);

export async function aRedis(start: () => Promise<TestRedis> = startTestRedis): Promise<TestRedis> {
  const redis = await start();
  atEnd(() => redis.stop());
  return redis;
}

export async function aSink(answer?: Parameters<typeof startSink>[0]): Promise<HttpSink> {
  const sink = await startSink(answer);
  atEnd(() => sink.stop());
  return sink;
}

/** `config`: the text of its configuration file. `files`: schedule files by name. */
export async function aNode(
  redis: TestRedis,
  {
    config = '',
    env = {},
    files = {},
  }: { config?: string; env?: Record<string, string>; files?: Record<string, string> } = {},
): Promise<AlertedNode> {
  const cwd = mkdtempSync(join(tmpdir(), 'carillon-alerts-'));
  atEnd(() => rmSync(cwd, { recursive: true, force: true }));
  mkdirSync(join(cwd, 'schedules'));
  writeFileSync(join(cwd, 'carillon.config.yaml'), config);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, 'schedules', name), text);
  const node = processes.carillon(['start', '--port', '0'], {
    cwd,
    env: { CARILLON_REDIS_URL: redis.url, ...env },
  });
  const [url = ''] = await node.line(/http:\/\/[\w.]+:\d+/);
  return Object.assign(node, { url });
}

export function aClient(redis: TestRedis): Client {
  const client = new Client({ redis: redis.url, log: silentLog });
  atEnd(() => client.close());
  return client;
}

export async function aWorker(redis: TestRedis, queues: string[], handlers: Handlers): Promise<Worker> {
  const worker = new Worker({ redis: redis.url, queues, handlers, drain: '0ms', log: silentLog });
  atEnd(() => worker.stop());
  await worker.start();
  return worker;
}

export async function alertsOf({ url }: { url: string }): Promise<AlertView[]> {
  const answer = await fetch(`${url}/v1/alerts`);
  return ((await answer.json()) as { items: AlertView[] }).items;
}

/** Waits until an alert of this id stands, or none does. */
export async function stands(node: { url: string }, id: string, isSo = true): Promise<AlertView | undefined> {
  const items = await eventually(
    () => alertsOf(node),
    (all) => all.some((one) => one.id === id) === isSo,
    { within: 60_000, every: 250 },
  );
  return items.find((one) => one.id === id);
}

export async function post({ url }: { url: string }, path: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(url + path, {
    method: 'POST',
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}
