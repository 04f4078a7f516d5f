/** A real redis-server for tests, without persistence unless asked, and names that nobody else uses. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { type RedisServer, startRedisServer } from '../../src/embedded/redis-server.js';
import { randomText } from '../../src/runtime/random.js';

export interface TestRedisOptions {
  persistence?: 'aof' | 'none';
  /** redis.conf settings, for example `{ 'maxmemory-policy': 'allkeys-lru' }`. */
  config?: Record<string, string>;
}

export interface TestRedis {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Sends a signal to redis-server itself: SIGKILL, SIGSTOP, SIGCONT. */
  kill(signal: NodeJS.Signals): void;
  /** Resolves when the present redis-server is gone, after kill('SIGKILL') for instance. */
  gone(): Promise<void>;
  /** Ends it if it still runs and starts it again on the same port; with `aof` the data is back. */
  restart(): Promise<void>;
  /** Ends it and removes its directory. */
  stop(): Promise<void>;
}

export async function startTestRedis(options: TestRedisOptions = {}): Promise<TestRedis> {
  const dir = mkdtempSync(join(tmpdir(), 'carillon-redis-'));
  const start = (port?: number): Promise<RedisServer> =>
    startRedisServer({
      dir,
      persistence: options.persistence ?? 'none',
      listen: 'port',
      ...(port === undefined ? {} : { port }),
      config: options.config ?? {},
    });
  let server = await start();
  const port = Number(new URL(server.url).port);
  return {
    url: server.url,
    port,
    get pid() {
      return server.pid;
    },
    kill(signal) {
      process.kill(server.pid, signal);
    },
    async gone() {
      await server.ended;
    },
    async restart() {
      await server.stop();
      server = await start(port);
    },
    async stop() {
      await server.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A namespace of its own for each test that shares a Redis with others. */
export function uniqueNamespace(prefix = 'test'): string {
  return `${prefix}-${randomText(10).toLowerCase()}`;
}

/** One command on a connection of its own. */
export async function redisCommand(url: string, command: string, ...args: string[]): Promise<unknown> {
  const connection = new Redis(url, { maxRetriesPerRequest: 0, retryStrategy: () => null });
  try {
    return await connection.call(command, ...args);
  } finally {
    connection.disconnect();
  }
}
