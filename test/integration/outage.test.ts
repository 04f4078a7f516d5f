/** Redis emptied, stopped, killed or unfit under running clients and workers: what was refused never runs, the rest goes on. */

import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import {
  Client,
  type ConnectionOptions,
  type Handlers,
  Worker,
  type WorkerOptions,
} from '../../src/index.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import type { Store, TaskDraft } from '../../src/store/contract/index.js';
import { openStore } from '../../src/store/redis/index.js';
import { namesakes } from '../conformance/suite/limits.js';
import { eventually } from '../support/eventually.js';
import { Processes } from '../support/processes.js';
import { redisCommand, startTestRedis, type TestRedis, type TestRedisOptions } from '../support/redis.js';

const INDEX = fileURLToPath(new URL('../../dist/index.js', import.meta.url));
const NAMESPACE = 'outage';
const LEASE = 60_000;

/** Ended in reverse: what uses Redis first, Redis last. */
const open: (() => Promise<unknown>)[] = [];
const processes = new Processes();
async function endAll(): Promise<void> {
  for (const end of open.splice(0).reverse()) await end();
  await processes.stopAll();
}

async function redis(options: TestRedisOptions = {}): Promise<TestRedis> {
  const started = await startTestRedis(options);
  open.push(() => started.stop());
  return started;
}

const connection = ({ url }: TestRedis): ConnectionOptions => ({
  redis: url,
  namespace: NAMESPACE,
  log: silentLog,
});

function newClient(server: TestRedis): Client {
  const client = new Client(connection(server));
  open.push(() => client.close());
  return client;
}

async function work(server: TestRedis, handlers: Handlers, options: Partial<WorkerOptions> = {}) {
  const worker = new Worker({ ...connection(server), handlers, ...options });
  open.push(() => worker.stop());
  await worker.start();
  return worker;
}

async function newStore(server: TestRedis): Promise<Store> {
  const store = await openStore({ url: server.url, namespace: NAMESPACE });
  open.push(() => store.close());
  return store;
}

describe('Redis emptied under running clients and workers', () => {
  afterEach(endAll);

  it('each handler still gets only its own, work goes on by itself, and ids stay findable', async () => {
    const server = await redis();
    const names = ['alpha', 'beta', 'gamma', 'delta', ...namesakes(2)];
    const queues = ['default', 'mail'];
    const ran = new Map<string, number>();
    const wrong: string[] = [];
    const handlerOf = (name: string) => (payload: { for: string; n: string }) => {
      if (payload.for !== name) wrong.push(`${name} got what was for ${payload.for}`);
      ran.set(payload.n, (ran.get(payload.n) ?? 0) + 1);
    };
    const some = (from: readonly string[]): Handlers =>
      Object.fromEntries(from.map((name) => [name, handlerOf(name)]));
    // In different orders, so that whoever comes first after the loss does not restore the order by chance.
    await work(server, some(names), { queues });
    await work(server, some([...names].reverse()), { queues: ['*'] });
    await work(server, some(names.slice(3)), { queues });
    const clients = [newClient(server), newClient(server)];
    let count = 0;
    const put = async (order: readonly string[]): Promise<string[]> => {
      const created = await Promise.all(
        order.flatMap((handler) =>
          (['high', 'normal', 'low'] as const).map((priority) => {
            count += 1;
            const queue = queues[count % 2] ?? 'default';
            const client = clients[count % 2];
            const payload = { for: handler, n: `n${count}` };
            return client?.enqueue(handler, payload, { queue, priority });
          }),
        ),
      );
      return created.map((task) => task?.id ?? '');
    };
    const done = async (ids: readonly string[]) => {
      for (const id of ids) {
        const task = await clients[0]?.wait(id, '15s');
        expect(task).toMatchObject({ id, state: 'completed', attempt: 1 });
      }
    };
    await done(await put(names));
    for (let round = 0; round < 3; round += 1) {
      await redisCommand(server.url, 'FLUSHALL');
      const from = count;
      await done(await put(round % 2 ? names : [...names].reverse()));
      for (let n = from + 1; n <= count; n += 1) expect(ran.get(`n${n}`)).toBe(1);
    }
    expect(wrong).toEqual([]);
  });

  const draft = (id: string, handler: string, priority: TaskDraft['priority']): TaskDraft => ({
    ...{ id, handler, priority, due: 0, createdAt: 1, payload: JSON.stringify(handler) },
  });
  const claim = (store: Store, worker: string, nonce: number, handlers: readonly string[]) =>
    store.claim('default', { worker, nonce, want: 10, handlers, leaseMs: LEASE, completions: [] });

  it.each(['high', 'normal', 'low'] as const)(
    'who did not notice the loss still reaches workers, in priority %s',
    async (priority) => {
      const server = await redis();
      const [client, other] = [await newStore(server), await newStore(server)];
      const code = await client.open('default');
      await client.enqueue('default', [draft(`${code}-1`, 'h', priority)]);
      await redisCommand(server.url, 'FLUSHALL');
      // The other one opens the partition again; the client has no reason to look.
      expect((await claim(other, 'w', 1, ['h'])).tasks).toEqual([]);
      await other.open('default');
      await claim(other, 'w', 2, ['h']);
      await client.enqueue('default', [draft(`${code}-2`, 'h', priority)]);
      const handlers = ['h'];
      const got = await eventually(
        async () => (await claim(other, 'w', Date.now(), handlers)).tasks[0],
        (task) => task !== undefined,
        { within: 3_000, what: 'the task' },
      );
      expect(got).toMatchObject({ id: `${code}-2`, handler: 'h', priority });
      expect(await other.find(`${code}-2`)).toMatchObject({ handler: 'h', priority });
    },
  );

  it('namesakes that come back in another order are not mistaken for each other', async () => {
    const server = await redis();
    const [client, other] = [await newStore(server), await newStore(server)];
    const [one = '', two = ''] = namesakes(2);
    const code = await client.open('default');
    await client.enqueue('default', [draft(`${code}-1`, one, 'normal')]);
    await client.enqueue('default', [draft(`${code}-2`, two, 'normal')]);
    await redisCommand(server.url, 'FLUSHALL');
    await other.enqueue('default', [draft(`${code}-3`, two, 'normal')]);
    await other.enqueue('default', [draft(`${code}-4`, one, 'normal')]);
    await client.enqueue('default', [draft(`${code}-5`, one, 'normal'), draft(`${code}-6`, two, 'normal')]);
    const got: string[] = [];
    const both = [one, two];
    for (let nonce = 1; nonce <= 4; nonce += 1) {
      for (const task of (await claim(other, 'w', nonce, both)).tasks) {
        got.push(task.id);
        expect([task.id, task.handler]).toEqual([task.id, JSON.parse(task.payload)]);
      }
    }
    expect(got.sort()).toEqual([3, 4, 5, 6].map((n) => `${code}-${n}`));
  });

  it('what is claimed after the loss has a lease, so that it can be taken back', async () => {
    const server = await redis();
    const [worker, other] = [await newStore(server), await newStore(server)];
    const code = await worker.open('default');
    const handlers = ['h'];
    const ask = (nonce: number, leaseStands: boolean) =>
      worker.claim('default', {
        ...{ worker: 'w', nonce, want: 1, handlers, leaseMs: 100, leaseStands, completions: [] },
      });
    await worker.enqueue('default', [draft(`${code}-1`, 'h', 'normal')]);
    expect((await ask(2, false)).tasks).toHaveLength(1);
    await redisCommand(server.url, 'FLUSHALL');
    await other.enqueue('default', [draft(`${code}-2`, 'h', 'normal')]);
    let nonce = 2;
    const next = () => {
      nonce += 2;
      return ask(nonce, true);
    };
    await eventually(next, ({ tasks }) => tasks.length === 1, { within: 5_000 });
    const { holds } = await eventually(
      () => other.reap('default', 10),
      ({ holds }) => holds.length > 0,
      { within: 5_000 },
    );
    expect(holds[0]).toMatchObject({ id: `${code}-2`, worker: 'w' });
  });
});

// Each waits as long as a call may take: together that is once.
describe.concurrent('a call that was answered unavailable', () => {
  afterAll(endAll);

  const facts = async (server: TestRedis) => {
    const keys = (await redisCommand(server.url, 'KEYS', '*tasks')) as string[];
    const counts = await Promise.all(keys.map((key) => redisCommand(server.url, 'HLEN', key)));
    return counts.reduce<number>((sum, count) => sum + Number(count), 0);
  };

  it('while Redis was gone does not run when it is back, with all its data', async () => {
    const server = await redis({ persistence: 'aof', config: { appendfsync: 'always' } });
    const ran: unknown[] = [];
    const client = newClient(server);
    const other = newClient(server);
    await work(server, { note: (payload: unknown) => void ran.push(payload) });
    const kept = await client.enqueue('note', 'before');
    await client.wait(kept.id);
    server.kill('SIGKILL');
    await server.gone();
    // One has been connected, the other never was.
    const calls = [
      client.enqueue('note', 'during'),
      client.enqueue('note', 'during', { delay: '1s' }),
      client.enqueueMany([{ handler: 'note', payload: 'during', queue: 'mail' }]),
      other.enqueue('note', 'during'),
    ];
    for (const outcome of await Promise.allSettled(calls)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } });
    }
    await server.restart();
    const after = await eventually(() => client.enqueue('note', 'after').catch(() => null));
    expect(await client.wait(after?.id ?? '')).toMatchObject({ state: 'completed' });
    expect(await client.get(kept.id)).toMatchObject({ state: 'completed' });
    expect(ran).toEqual(['before', 'after']);
    expect(await facts(server)).toBe(2);
  });

  it('after the connection to a hung Redis was given up does not run when it goes on', async () => {
    const server = await redis();
    const client = newClient(server);
    await client.enqueue('note', 'before');
    server.kill('SIGSTOP');
    // Sent before anybody could know: whether it has an effect is open, and its caller is told so.
    await expect(client.get('aa-sent')).rejects.toMatchObject({ code: 'unavailable' });
    const calls = Array.from({ length: 3 }, (_, n) => client.enqueue('note', `during ${n}`));
    for (const outcome of await Promise.allSettled(calls)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } });
    }
    server.kill('SIGCONT');
    const after = await eventually(() => client.enqueue('note', 'after').catch(() => null));
    expect(after?.state).toBe('ready');
    expect(await facts(server)).toBe(2);
  });
});

describe('a process ends by itself', () => {
  afterEach(endAll);

  /** A program of its own in which nothing but our connections could keep it alive. */
  async function program(text: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
    const dir = await mkdtemp(join(tmpdir(), 'carillon-outage-'));
    open.push(() => rm(dir, { recursive: true, force: true }));
    const file = join(dir, 'program.mjs');
    writeFileSync(file, `import { Client, Worker } from ${JSON.stringify(INDEX)};\n${text}\n`);
    const started = processes.start(process.execPath, [file]);
    const late = setTimeout(() => started.kill('SIGKILL'), 15_000);
    const { code } = await started.ended;
    clearTimeout(late);
    return { code, stdout: started.stdout, stderr: started.stderr };
  }
  const options = (server: TestRedis, more: object = {}) =>
    JSON.stringify({ redis: server.url, namespace: NAMESPACE, ...more });

  it('when Redis is unfit: worker and client are refused with the reason', async () => {
    const server = await redis({ config: { 'maxmemory-policy': 'allkeys-lru' } });
    const end = await program(`
      const worker = new Worker({ ...${options(server)}, handlers: { h: () => 1 } });
      await worker.start().catch((error) => console.log('worker', error.code));
      const client = new Client(${options(server)});
      for (const call of [() => client.enqueue('h'), () => client.get('x'), () => client.enqueueMany([])]) {
        await call().catch((error) => console.log('client', error.code, error.message));
      }
    `);
    const [worker, ...client] = end.stdout.trim().split('\n');
    expect(worker).toBe('worker redis_unsuitable');
    expect(client).toHaveLength(3);
    for (const line of client) expect(line).toMatch(/^client redis_unsuitable .*allkeys-lru/);
    expect(end).toMatchObject({ code: 0, stderr: '' });
    expect(await redisCommand(server.url, 'DBSIZE')).toBe(0);
  });

  it.each([
    ['at once', ''],
    ['after a turn of the event loop', 'await new Promise(setImmediate);'],
    ['when it is connected', `while (!worker.id) await null; await new Promise((r) => setTimeout(r, 5));`],
    ['when it is announced', 'while (!(await there())) await null;'],
  ])('and leaves no presence when a worker is stopped while it starts, %s', async (_, wait) => {
    const server = await redis();
    const end = await program(`
      const worker = new Worker({ ...${options(server, { queues: ['*'] })}, handlers: { h: () => 1 } });
      const { createConnection } = await import('node:net');
      const there = () => new Promise((resolve) => {
        const socket = createConnection(${server.port}, '127.0.0.1', () =>
          socket.write('HLEN {${NAMESPACE}}:workers\\r\\n'));
        socket.once('data', (data) => { socket.end(); resolve(String(data).startsWith(':1')); });
      });
      const started = worker.start().then(() => 'started', (error) => error.code);
      ${wait}
      await worker.stop();
      console.log('there', await there());
      console.log(await started, 'there', await there());
    `);
    expect(end).toMatchObject({ code: 0, stderr: '' });
    expect(end.stdout).toMatch(/^there false\n(started|unavailable|usage) there false\n$/);
  });

  it('when a worker that waits for an absent Redis is stopped', async () => {
    const server = await redis();
    server.kill('SIGKILL');
    await server.gone();
    const end = await program(`
      const log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log };
      const worker = new Worker({ ...${options(server)}, log, handlers: { h: () => 1 } });
      const started = worker.start().then(() => 'started', (error) => error.code);
      await new Promise((resolve) => setTimeout(resolve, 300));
      await worker.stop();
      console.log(await started);
    `);
    expect(end).toMatchObject({ code: 0, stderr: '' });
    expect(end.stdout).toMatch(/^(unavailable|started)\n$/);
  });
});
