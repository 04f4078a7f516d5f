/** What the page shows: a real Redis, one scheduler node and one worker, with schedules and tasks of every kind. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Task } from '../../src/index.js';
import { eventually } from '../support/eventually.js';
import { Processes, type TestProcess } from '../support/processes.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

/** Text that would run a script if anything took it for markup. */
export const HOSTILE = '<img src="x" onerror="window.ran = true"><script>window.ran = true</script>';

const PACKAGE = new URL('../../dist/index.js', import.meta.url).href;
const HANDLERS = `import { defineTask } from '${PACKAGE}';
const invoice = defineTask({
  name: 'invoice.send',
  schema: {
    type: 'object',
    required: ['customer', 'to'],
    properties: {
      customer: { type: 'integer', minimum: 1, description: '<img src="x" onerror="window.ran = true">' },
      to: { type: 'string', format: 'email' },
      copy: { type: 'boolean' },
    },
  },
});
export default {
  ...invoice.handle(async (payload) => payload),
  greet: async ({ name }) => 'hello ' + name,
  echo: async (payload) => payload,
  beget: async (payload, ctx) => (await ctx.enqueue('echo', payload)).id,
  refuse: async ({ message, code, stack, cause }) => {
    throw Object.assign(new Error(message, { cause: cause && new Error(cause) }), code && { code }, stack && { stack });
  },
  tell: async ({ text }, { log, progress }) => {
    progress({ [text]: text });
    log.warn({ [text]: text }, text);
    return { [text]: text };
  },
  hold: (_payload, { signal }) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
};`;

/** A machine on which a browser runs beside it may be slow to start a process, ms. */
const PATIENCE = 60_000;

export interface StageOptions {
  /** The API asks for it. */
  key?: string;
  /** The node's name; default `one`. */
  node?: string;
  /** Further settings of the node. */
  env?: Readonly<Record<string, string>>;
}

/** All due far away: what the page shows of them stands still. */
const SCHEDULES = `version: 1
schedules:
  midnight: { handler: greet, description: '${HOSTILE}', cron: "0 0 * * *", timezone: UTC, payload: { name: night } }
  on-leave: { handler: greet, every: 1h, payload: { name: nobody } }
  new-year: { handler: greet, at: 2035-01-01T00:00:00Z }
`;

export class Stage {
  readonly #processes = new Processes();
  readonly #redis: TestRedis;
  readonly #cwd: string;
  readonly #key: string | undefined;
  readonly #name: string;
  readonly #env: Readonly<Record<string, string>>;
  #node: TestProcess | undefined;
  url = '';

  private constructor(redis: TestRedis, { key, node = 'one', env = {} }: StageOptions) {
    this.#redis = redis;
    this.#key = key;
    this.#name = node;
    this.#env = env;
    this.#cwd = mkdtempSync(join(tmpdir(), 'carillon-page-'));
    mkdirSync(join(this.#cwd, 'schedules'));
    writeFileSync(join(this.#cwd, 'schedules', 'page.yaml'), SCHEDULES);
    writeFileSync(join(this.#cwd, 'handlers.mjs'), HANDLERS);
  }

  /** The node is in office, the schedules are applied and the worker has said that it works. */
  static async open(options: StageOptions = {}): Promise<Stage> {
    const stage = new Stage(await startTestRedis({ persistence: 'aof' }), options);
    try {
      await stage.startNode();
      await stage.startWorker('w');
      await eventually(async () => (await stage.get<{ leader: unknown }>('/v1/cluster')).leader !== null);
      await eventually(
        async () => (await stage.get<{ items: unknown[] }>('/v1/schedules')).items.length === 3,
      );
      return stage;
    } catch (error) {
      await stage.close();
      throw error;
    }
  }

  /** The node; started again it listens where it did before. */
  async startNode(): Promise<void> {
    const port = this.url === '' ? '0' : new URL(this.url).port;
    [this.#node, this.url] = await this.#start(this.#name, port);
  }

  /** A second one, which could take over. */
  async startStandby(name: string): Promise<void> {
    await this.#start(name, '0');
  }

  async #start(name: string, port: string): Promise<[node: TestProcess, url: string]> {
    const node = this.#processes.carillon(
      ['start', '--redis', this.#redis.url, '--port', port, '--name', name],
      {
        cwd: this.#cwd,
        env: { ...this.#env, ...(this.#key === undefined ? {} : { CARILLON_API_KEY: this.#key }) },
      },
    );
    const [, url = ''] = await node.line(/(http:\/\/127\.0\.0\.1:\d+)/, PATIENCE);
    return [node, url];
  }

  async stopNode(): Promise<void> {
    await this.#node?.stop();
  }

  /** A further worker of the same handlers, for the queue `default`. */
  async startWorker(name: string): Promise<void> {
    const args = ['worker', 'handlers.mjs', '--redis', this.#redis.url, '--name', name];
    const worker = this.#processes.carillon(args, { cwd: this.#cwd });
    await worker.line(/handlers?|worker/i, PATIENCE);
  }

  /** For clients of a test's own. */
  get redis(): string {
    return this.#redis.url;
  }

  /** Nobody reaches it any more; what it has acknowledged is on its disk. */
  async stopRedis(): Promise<void> {
    this.#redis.kill('SIGKILL');
    await this.#redis.gone();
  }

  async startRedis(): Promise<void> {
    await this.#redis.restart();
  }

  async get<T>(path: string): Promise<T> {
    return this.#ask<T>(path, {});
  }

  async post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.#ask<T>(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  async put<T>(path: string, body: unknown): Promise<T> {
    return this.#ask<T>(path, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  create(body: Record<string, unknown>): Promise<Task> {
    return this.post<Task>('/v1/tasks', body);
  }

  /** A task and its end. */
  async run(body: Record<string, unknown>): Promise<Task> {
    const { id } = await this.create(body);
    return this.get<Task>(`/v1/tasks/${id}/wait?timeout=20s`);
  }

  async close(): Promise<void> {
    await this.#processes.stopAll();
    await this.#redis.stop();
    rmSync(this.#cwd, { recursive: true, force: true });
  }

  async #ask<T>(path: string, request: RequestInit): Promise<T> {
    const headers = new Headers(request.headers);
    if (this.#key !== undefined) headers.set('authorization', `Bearer ${this.#key}`);
    const response = await fetch(this.url + path, { ...request, headers });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }
}
