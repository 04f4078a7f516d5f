/** The commands connection: scripts Redis has forgotten, a Redis that hangs or goes away, and one that is only slow. */

import { type AddressInfo, createServer, Socket } from 'node:net';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/redis/index.js';
import { watch } from '../../src/store/redis/watchdog.js';
import { eventually } from '../support/eventually.js';
import { redisCommand, startTestRedis, type TestRedis } from '../support/redis.js';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of open.splice(0).reverse()) await end();
});

async function server(): Promise<TestRedis> {
  const started = await startTestRedis();
  open.push(() => started.stop());
  return started;
}

describe('a script that Redis has forgotten', () => {
  it('is sent whole, and the call is answered', async () => {
    const redis = await server();
    const store = await openStore({ url: redis.url, namespace: 'link' });
    open.push(() => store.close());
    const code = await store.open('main');
    const draft = (n: number) => ({
      ...{ id: `${code}-${n}`, handler: 'h', priority: 'normal' as const },
      ...{ due: 0, createdAt: 1, payload: JSON.stringify(`é ${n}`) },
    });
    await store.enqueue('main', [draft(1), draft(2)]);
    await redisCommand(redis.url, 'SCRIPT', 'FLUSH');
    const claim = (nonce: number) =>
      store.claim('main', {
        ...{ worker: 'w', nonce, want: 1, handlers: ['h'], leaseMs: 60_000, completions: [] },
      });
    const replies = await Promise.all([claim(2), claim(3)]);
    expect(replies.flatMap(({ tasks }) => tasks.map(({ payload }) => payload))).toEqual(['"é 1"', '"é 2"']);
  });
});

/** The line of this process to a port, as the operating system sees it. */
function lineTo(port: number): Socket | undefined {
  const { _getActiveHandles: handles } = process as unknown as { _getActiveHandles(): unknown[] };
  return handles
    .call(process)
    .find((one): one is Socket => one instanceof Socket && one.remotePort === port && !one.destroyed);
}

describe('a line that has broken, of which nobody was told yet', () => {
  it('keeps nobody busy who tries again at once: the next try waits for the new line', async () => {
    const redis = await server();
    const store = await openStore({ url: redis.url, namespace: 'link' });
    open.push(() => store.close());
    const code = await store.open('main');
    lineTo(redis.port)?.destroy();
    let tries = 0;
    const insist = async <T>(ask: () => Promise<T>): Promise<T> => {
      for (;;) {
        tries += 1;
        if (tries > 1_000) throw new Error('each try was refused at once');
        const answer = await ask().catch(() => undefined);
        if (answer !== undefined) return answer;
      }
    };
    const [time, found] = await Promise.all([
      insist(() => store.time()),
      insist(() => store.find(`${code}-1`)),
    ]);
    expect(time).toBeGreaterThan(0);
    expect(found).toBeNull();
    expect(tries).toBe(2);
  });
});

describe('the watchdog', () => {
  /** Watched with a limit, and how often its connection was closed. */
  function watched(url: string, limit: number) {
    const redis = new Redis(url, {
      ...{ lazyConnect: true, enableOfflineQueue: false, autoResendUnfulfilledCommands: false },
      enableReadyCheck: false,
      retryStrategy: () => 20,
    });
    open.push(() => redis.disconnect());
    let closed = 0;
    redis.on('error', () => {});
    redis.on('close', () => {
      closed += 1;
    });
    watch(redis, limit);
    const connecting = redis.connect();
    connecting.catch(() => {});
    return { redis, connecting, closed: () => closed };
  }

  it('gives up a Redis that hangs, tells who waits, and finds it again', async () => {
    const hung = await server();
    const { redis, connecting, closed } = watched(hung.url, 300);
    await connecting;
    hung.kill('SIGSTOP');
    open.push(() => hung.kill('SIGCONT'));
    await expect(Promise.all([redis.get('a'), redis.get('b')])).rejects.toThrow('Connection is closed');
    // The next connection hangs as well, before it is ready, and is left as well.
    await eventually(() => closed() >= 3);
    hung.kill('SIGCONT');
    expect(await eventually(() => redis.ping().catch(() => ''))).toBe('PONG');
  });

  it('tells who waits when the connection breaks, without waiting for its limit', async () => {
    const broken = await server();
    const { redis, connecting } = watched(broken.url, 3_600_000);
    await connecting;
    broken.kill('SIGSTOP');
    const calls = Promise.all([redis.get('a'), redis.get('b')]);
    broken.kill('SIGKILL');
    await expect(calls).rejects.toThrow('Connection is closed');
  });

  it('does not leave a Redis that answers, but tells whose answer is late', async () => {
    const { redis, connecting, closed } = watched(await slowServer(50), 300);
    await connecting;
    const calls = await Promise.allSettled(Array.from({ length: 30 }, (_, n) => redis.get(`${n}`)));
    expect(calls[0]).toEqual({ status: 'fulfilled', value: '0' });
    expect(calls.at(-1)).toMatchObject({ status: 'rejected', reason: { message: 'Command timed out' } });
    // Late answers come to nobody, and each further call gets its own.
    expect(await eventually(() => redis.get('mine').catch(() => ''))).toBe('mine');
    expect(closed()).toBe(0);
  });

  it('lets a connection be that nothing is asked of', async () => {
    const quiet = await server();
    const { redis, connecting, closed } = watched(quiet.url, 50);
    await connecting;
    const other = new Redis(quiet.url);
    open.push(() => other.disconnect());
    await other.blpop('never', 0.5);
    expect(await redis.ping()).toBe('PONG');
    expect(closed()).toBe(0);
  });

  /** Answers each GET with its key, one every `ms`: a Redis itself answers what came together together. */
  async function slowServer(ms: number): Promise<string> {
    const answers = createServer((socket) => {
      const keys: string[] = [];
      const timer = setInterval(() => {
        const key = keys.shift();
        if (key !== undefined) socket.write(`$${key.length}\r\n${key}\r\n`);
      }, ms);
      socket.on('data', (data) => {
        for (const command of `\r\n${data}`.split('\r\n*').slice(1)) {
          const [, , name = '', , key = ''] = command.split('\r\n');
          if (name === 'get') keys.push(key);
          else socket.write('+OK\r\n');
        }
      });
      socket.on('close', () => clearInterval(timer));
      socket.on('error', () => {});
    });
    await new Promise<void>((resolve) => answers.listen(0, '127.0.0.1', resolve));
    open.push(() => answers.close());
    return `redis://127.0.0.1:${(answers.address() as AddressInfo).port}`;
  }
});
