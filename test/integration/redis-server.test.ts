/** The embedded Redis: it keeps its data, refuses clearly, and never outlives whoever started it. */

import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type RedisServer,
  type RedisServerOptions,
  startRedisServer,
} from '../../src/embedded/redis-server.js';
import { eventually } from '../support/eventually.js';
import { Processes } from '../support/processes.js';
import { redisCommand } from '../support/redis.js';

const OWNER = new URL('../support/redis-owner.js', import.meta.url).pathname;

let dir: string;
let servers: RedisServer[];
const processes = new Processes();

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'carillon-embedded-'));
  servers = [];
});

afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await processes.stopAll();
  rmSync(dir, { recursive: true, force: true });
});

async function start(options: Partial<RedisServerOptions> = {}): Promise<RedisServer> {
  const server = await startRedisServer({ dir, persistence: 'aof', listen: 'port', ...options });
  servers.push(server);
  return server;
}

/** Running, as opposed to gone or a zombie nobody has reaped yet. */
function runs(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

function processesMentioning(text: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid && runs(Number(name)))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
      } catch {
        return false;
      }
    });
}

describe('an embedded Redis', () => {
  it('keeps its data when it is stopped and started again', async () => {
    const first = await start();
    await redisCommand(first.url, 'SET', 'bell', 'rings');
    await first.stop();
    expect(await first.ended).toMatchObject({ expected: true });
    expect(processesMentioning(dir)).toEqual([]);

    const second = await start();
    expect(await redisCommand(second.url, 'GET', 'bell')).toBe('rings');
  });

  it('listens on a Unix socket in its directory and on nothing else', async () => {
    const server = await start({ listen: 'socket' });
    expect(server.url).toBe(join(dir, 'redis.sock'));
    await redisCommand(server.url, 'SET', 'bell', 'rings');
    expect(await redisCommand(server.url, 'CONFIG', 'GET', 'port')).toContain('0');
  });

  it('never evicts, and writes its log of changes every second', async () => {
    const { url } = await start();
    expect(await redisCommand(url, 'CONFIG', 'GET', 'maxmemory-policy')).toContain('noeviction');
    expect(await redisCommand(url, 'CONFIG', 'GET', 'appendonly')).toContain('yes');
    expect(await redisCommand(url, 'CONFIG', 'GET', 'appendfsync')).toContain('everysec');
    expect(await redisCommand(url, 'CONFIG', 'GET', 'bind')).toContain('127.0.0.1');
  });

  it('tells when it ended although nobody asked', async () => {
    const server = await start();
    process.kill(server.pid, 'SIGKILL');
    expect(await server.ended).toMatchObject({
      expected: false,
      reason: expect.stringContaining('ended unexpectedly'),
    });
    await server.stop();
  });

  it('stops although it is suspended', async () => {
    const server = await start();
    process.kill(server.pid, 'SIGSTOP');
    await server.stop();
    expect(runs(server.pid)).toBe(false);
  });
});

describe('the guard', () => {
  it('ends Redis, data written, when the process that started it is killed', async () => {
    const owner = processes.start(process.execPath, [OWNER, dir], { ownGroup: true });
    const [, url, pid] = (await owner.line(/^ready (\S+) (\d+)$/)) as unknown as [string, string, string];
    await redisCommand(url, 'SET', 'bell', 'rings');
    owner.kill('SIGKILL');
    await eventually(
      () => processesMentioning(dir),
      (left) => left.length === 0,
      { what: 'no process left' },
    );
    expect(runs(Number(pid))).toBe(false);

    const next = await start();
    expect(await redisCommand(next.url, 'GET', 'bell')).toBe('rings');
  });

  it('lets a new start wait for a Redis that is still ending', async () => {
    const owner = processes.start(process.execPath, [OWNER, dir], { ownGroup: true });
    const [, url, pid] = (await owner.line(/^ready (\S+) (\d+)$/)) as unknown as [string, string, string];
    await redisCommand(url, 'SET', 'bell', 'rings');
    owner.kill('SIGKILL');
    const next = await start();
    expect(runs(Number(pid))).toBe(false);
    expect(await redisCommand(next.url, 'GET', 'bell')).toBe('rings');
  });

  it('is in a session of its own: a Ctrl-C in the terminal does not reach Redis', async () => {
    const owner = processes.start(process.execPath, [OWNER, dir, 'ignore-interrupt'], { ownGroup: true });
    const [, url] = (await owner.line(/^ready (\S+) (\d+)$/)) as unknown as [string, string];
    owner.kill('SIGINT', 'group');
    await owner.line(/^interrupted$/);
    expect(await redisCommand(url, 'PING')).toBe('PONG');
  });

  it('ends Redis also when the guard itself is killed first', async () => {
    const server = await start();
    const guards = processesMentioning(dir).filter((pid) => Number(pid) !== server.pid);
    for (const pid of guards) process.kill(Number(pid), 'SIGTERM');
    await server.ended;
    await eventually(
      () => processesMentioning(dir),
      (left) => left.length === 0,
      { what: 'no process left' },
    );
  });
});

describe('a start that cannot work says why', () => {
  it('when another Redis lives in the directory', async () => {
    await start();
    await expect(start()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(`${dir} is already in use by process ${process.pid}`),
    });
  });

  it('when the port is taken', async () => {
    const first = await start();
    const other = mkdtempSync(join(tmpdir(), 'carillon-embedded-'));
    const port = Number(new URL(first.url).port);
    await expect(start({ dir: other, port })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(`127.0.0.1:${port}: the port is in use`),
    });
    expect(processesMentioning(other)).toEqual([]);
    rmSync(other, { recursive: true });
  });

  it('when the data is damaged', async () => {
    const first = await start();
    for (let n = 0; n < 50; n += 1) await redisCommand(first.url, 'SET', `bell:${n}`, 'rings');
    await first.stop();
    const aof = join(dir, 'appendonlydir');
    const incr = readdirSync(aof).find((name) => name.includes('.incr.')) as string;
    const bytes = readFileSync(join(aof, incr));
    bytes.fill('x', 200, 260);
    writeFileSync(join(aof, incr), bytes);
    appendFileSync(join(aof, incr), 'damaged');
    await expect(start()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/cannot read its data in .*redis-check-aof --fix/s),
    });
    expect(processesMentioning(dir)).toEqual([]);
  });

  it('when a setting is refused by Redis', async () => {
    await expect(start({ config: { 'maxmemory-policy': 'sometimes' } })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/did not start: .*maxmemory-policy|argument/s),
    });
  });

  it('when the directory cannot be written to', async () => {
    const file = join(dir, 'file');
    writeFileSync(file, '');
    await expect(start({ dir: file })).rejects.toMatchObject({
      code: 'configuration',
      message: expect.stringContaining(`cannot write to ${file}`),
    });
  });

  it('when no redis-server is installed', () => {
    const found = spawnSync(process.execPath, [OWNER, dir], { env: { PATH: dir }, encoding: 'utf8' });
    expect(found.stdout).toContain('configuration');
    expect(found.stdout).toMatch(/apt-get install redis-server.*Docker.*REDIS_URL/s);
  });
});
