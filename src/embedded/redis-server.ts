/** An embedded redis-server: a real child process that keeps its data and never outlives whoever started it. */

import { accessSync, constants, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { CarillonError } from '../domain/input/errors.js';
import { GUARD_LOCKED, RedisChild } from './redis-child.js';
import { RedisDir } from './redis-dir.js';
import type { RedisAddress } from './redis-probe.js';

export interface RedisServerOptions {
  /** Holds the data, the log and the lock; made when missing. One Redis at a time lives in it. */
  dir: string;
  /** aof: what is written survives a restart; at most the last second is lost with the machine. */
  persistence: 'aof' | 'none';
  listen: 'port' | 'socket';
  /** A certain loopback port instead of a free one. */
  port?: number;
  /** Further redis.conf settings; they win over the ones made here. */
  config?: Readonly<Record<string, string>>;
  /** Told in plain words when the start takes long. */
  log?: (line: string) => void;
}

/** How a Redis ended. `expected`: somebody called stop(). `reason`: a sentence for people. */
export interface RedisEnd {
  expected: boolean;
  reason: string;
}

export interface RedisServer {
  /** `redis://127.0.0.1:<port>`, or the path of a Unix socket, which ioredis takes as it is. */
  readonly url: string;
  readonly pid: number;
  /** Ends it with everything written to disk; resolves when the process is gone. Calling it again is harmless. */
  stop(): Promise<void>;
  /** Resolves when the process is gone, for whatever reason; never rejects. */
  readonly ended: Promise<RedisEnd>;
}

const REDIS_WANTED =
  'no redis-server found. Three ways to get one: apt-get install redis-server; your own package manager or ' +
  'Docker (docker run -p 6379:6379 redis:7); or REDIS_URL of a Redis you already have.';

/** Unix socket paths end here: sun_path takes 104 bytes on macOS, 108 on Linux. */
const LONGEST_SOCKET_PATH = 103;
const PORT_TRIES = 5;

/** Path of the redis-server on PATH, or null. */
export function findRedisServer(): string | null {
  for (const dir of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(dir || '.', 'redis-server');
    try {
      accessSync(path, constants.X_OK);
      if (statSync(path).isFile()) return path;
    } catch {
      // Not in this directory.
    }
  }
  return null;
}

/** Starts one and resolves when it answers. Throws `configuration` or `unavailable` with the reason. */
export async function startRedisServer(options: RedisServerOptions): Promise<RedisServer> {
  const binary = findRedisServer();
  if (binary === null) throw new CarillonError('configuration', REDIS_WANTED);
  const dir = new RedisDir(options.dir);
  await dir.refuseIfTaken();
  for (let tries = 1; ; tries += 1) {
    const address = await chooseAddress(dir, options);
    const child = new RedisChild(dir.lock, dir.log, [binary, ...settings(dir, address, options)]);
    const ready = await child.ready(address, () => options.log?.('Redis is reading its data from disk'));
    if (ready) return running(dir, address, child);
    await child.abandon();
    // Somebody took the free port between our choosing and Redis' binding it: choose again.
    const raced = options.port === undefined && portInUse(dir) && tries < PORT_TRIES;
    if (!raced) throw await startFailure(dir, address, child);
  }
}

function running(dir: RedisDir, address: RedisAddress, child: RedisChild): RedisServer {
  let stopping = false;
  dir.recordRunning(child.pid, address);
  const ended = child.exit.then((): RedisEnd => {
    dir.forgetRunning();
    if (stopping) return { expected: true, reason: 'Redis was stopped' };
    return { expected: false, reason: `Redis (process ${child.pid}) ended unexpectedly: ${dir.lastWords()}` };
  });
  return {
    url: 'path' in address ? address.path : `redis://127.0.0.1:${address.port}`,
    pid: child.pid,
    ended,
    async stop() {
      if (!stopping) {
        stopping = true;
        await child.stop();
      }
      await ended;
    },
  };
}

async function chooseAddress(dir: RedisDir, options: RedisServerOptions): Promise<RedisAddress> {
  if (options.listen === 'port') return { port: options.port ?? (await freePort()) };
  if (Buffer.byteLength(dir.socket) <= LONGEST_SOCKET_PATH) return { path: dir.socket };
  throw new CarillonError(
    'configuration',
    `${dir.socket} is too long for a Unix socket: use a shorter directory`,
  );
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function settings(dir: RedisDir, address: RedisAddress, options: RedisServerOptions): string[] {
  const all: Record<string, string> = {
    dir: dir.path,
    bind: '127.0.0.1',
    save: '',
    appendonly: options.persistence === 'aof' ? 'yes' : 'no',
    appendfsync: 'everysec',
    'maxmemory-policy': 'noeviction',
    ...('path' in address
      ? { port: '0', unixsocket: address.path, unixsocketperm: '700' }
      : { port: String(address.port) }),
    ...options.config,
  };
  return Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]);
}

function portInUse(dir: RedisDir): boolean {
  return /Address already in use/i.test(dir.readLog());
}

async function startFailure(dir: RedisDir, address: RedisAddress, child: RedisChild): Promise<CarillonError> {
  if (child.pid === 0 && (await child.exit) === GUARD_LOCKED) return dir.taken('another process');
  if (portInUse(dir) && 'port' in address) {
    const port = `127.0.0.1:${address.port}`;
    return new CarillonError(
      'unavailable',
      `the embedded Redis cannot listen on ${port}: the port is in use`,
    );
  }
  const words = dir.lastWords();
  if (/redis-check-aof|append only file/i.test(dir.readLog())) {
    const repair = 'Repair it with redis-check-aof --fix, or move the directory away to start empty.';
    return new CarillonError(
      'unavailable',
      `the embedded Redis cannot read its data in ${dir.path}: ${words}. ${repair}`,
    );
  }
  return new CarillonError('unavailable', `the embedded Redis did not start: ${words} (see ${dir.log})`);
}
