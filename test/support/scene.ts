/** What tests with processes of their own set up: a Redis for the file, and for each test a folder, a client, processes. */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { Client } from '../../src/index.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { Processes, type TestProcess } from './processes.js';
import { startTestRedis, type TestRedis, uniqueNamespace } from './redis.js';

export interface Scene {
  readonly redis: TestRedis;
  readonly client: Client;
  readonly env: Readonly<Record<string, string>>;
  /** Of the test's folder. */
  path(...parts: string[]): string;
  write(file: string, text: string): void;
  /** Those of a file that are not empty; none where there is no file. */
  lines(file: string): string[];
  /** A process of the built product in the test's folder. */
  carillon(words: string[], env?: Record<string, string>): TestProcess;
  /** One that ends by itself. */
  run(words: string[], env?: Record<string, string>): ReturnType<Processes['run']>;
  /** Any other process in the test's folder. */
  start(command: string, words: string[]): TestProcess;
}

/** To be called once in a file. Leases last a second. */
export function onScene(): Scene {
  let redis: TestRedis;
  let folder: string;
  let processes: Processes;
  let client: Client;
  let env: Record<string, string>;
  beforeAll(async () => {
    redis = await startTestRedis();
  });
  afterAll(() => redis.stop());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'carillon-scene-'));
    processes = new Processes();
    const namespace = uniqueNamespace();
    client = new Client({ redis: redis.url, namespace, log: silentLog });
    env = { CARILLON_REDIS_URL: redis.url, CARILLON_NAMESPACE: namespace, CARILLON_LEASE: '1s' };
  });
  afterEach(async () => {
    await processes.stopAll();
    await client.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const path = (...parts: string[]): string => join(folder, ...parts);
  return {
    get redis() {
      return redis;
    },
    get client() {
      return client;
    },
    get env() {
      return env;
    },
    path,
    write: (file, text) => writeFileSync(path(file), text),
    lines: (file) =>
      existsSync(path(file)) ? readFileSync(path(file), 'utf8').split('\n').filter(Boolean) : [],
    carillon: (words, more = {}) => processes.carillon(words, { cwd: folder, env: { ...env, ...more } }),
    run: (words, more = {}) => processes.run(words, { cwd: folder, env: { ...env, ...more } }),
    start: (command, words) => processes.start(command, words, { cwd: folder, env: { ...env } }),
  };
}
