/** Addresses of a Redis: what cannot be reached as it was asked for says so at once, and no secret is told. */

import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer as createTcp } from 'node:net';
import { createServer } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Client, Worker } from '../../src/index.js';
import type { Log } from '../../src/runtime/log.js';
import { openStore } from '../../src/store/redis/index.js';
import { Processes } from '../support/processes.js';
import { redisCommand, startTestRedis, type TestRedis, uniqueNamespace } from '../support/redis.js';

const HANDLERS = fileURLToPath(new URL('../fault/handlers.js', import.meta.url));
const PASSWORD = 's3cr@t:x/y?z';
let redis: TestRedis;
const processes = new Processes();
const clients: Client[] = [];
const lines: string[] = [];
const write = (...parts: unknown[]): void => {
  lines.push(JSON.stringify(parts));
};
const log: Log = { debug: write, info: write, warn: write, error: write, child: () => log };

beforeAll(async () => {
  redis = await startTestRedis();
  await redisCommand(redis.url, 'CONFIG', 'SET', 'requirepass', PASSWORD);
});
afterAll(async () => {
  await redisCommand(at(right), 'CONFIG', 'SET', 'requirepass', '');
  await redis.stop();
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await processes.stopAll();
  lines.length = 0;
});

const at = (user: string, path = ''): string => `redis://${user}127.0.0.1:${redis.port}${path}`;
const right = `:${encodeURIComponent(PASSWORD)}@`;

function make(address: string): Client {
  const client = new Client({ redis: address, namespace: uniqueNamespace(), log });
  clients.push(client);
  return client;
}

describe('what waiting does not cure is said at once', () => {
  test.each([
    ['a wrong password', () => at(':wr0ng@'), 'forbidden', 'refuses this user or password'],
    ['no password', () => at(''), 'forbidden', 'refuses this user or password'],
    ['a user that is not there', () => at('u:wr0ng@'), 'forbidden', 'refuses this user or password'],
    ['a database that is not there', () => at(right, '/99'), 'redis_unsuitable', 'has no such database'],
  ])('%s', async (_what, address, code, words) => {
    const client = make(address());
    for (let times = 0; times < 2; times += 1) {
      await expect(client.enqueue('h')).rejects.toMatchObject({
        code,
        message: expect.stringContaining(words),
      });
    }
    const worker = new Worker({ redis: address(), log, handlers: { h: () => 1 } });
    await expect(worker.start()).rejects.toMatchObject({ code });
    await worker.stop();
    expect(lines.join()).toContain(`127.0.0.1:${redis.port}/`);
    expect(lines.join()).not.toMatch(/wr0ng|s3cr/);
  });

  test('a certificate that is not trusted, with the variable that names further ones', async () => {
    const pem = readFileSync(new URL('./fixtures/self-signed.pem', import.meta.url));
    const server = createServer({ key: pem, cert: pem }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await expect(make(`rediss://127.0.0.1:${port}`).enqueue('h')).rejects.toMatchObject({
      code: 'redis_unsuitable',
      message: expect.stringMatching(/DEPTH_ZERO_SELF_SIGNED_CERT.*NODE_EXTRA_CA_CERTS/),
    });
    server.close();
  });

  test('processes end with the exit code that says why', async () => {
    const run = (args: string[], address: string) => processes.run([...args, '--redis', address]);
    expect((await run(['worker', HANDLERS], at(':wr0ng@'))).code).toBe(5);
    expect((await run(['start', '--port', '0'], at(':wr0ng@'))).code).toBe(5);
    const { code, stderr } = await run(['worker', HANDLERS], at(right, '/99'));
    expect([code, stderr]).toEqual([78, expect.stringContaining('no such database')]);
  });
});

test('the right password, encoded, and a database are used; tasks stay in that database', async () => {
  const client = make(at(right, '/3'));
  await client.enqueue('h');
  const size = (database: number) => redisCommand(at(right, `/${database}`), 'DBSIZE');
  expect([await size(0), Number(await size(3)) > 0]).toEqual([0, true]);
});

test('what is told to listeners stays within a database', async () => {
  const namespace = uniqueNamespace();
  const [zero, three] = await Promise.all(
    ['/0', '/3'].map((path) => openStore({ url: at(right, path), namespace })),
  );
  if (!zero || !three) throw new Error('not opened');
  const heard: string[] = [];
  const stop = await zero.subscribe((signal) => {
    if (signal.kind === 'partition') heard.push(signal.queue);
  });
  await three.open('in-three');
  await zero.open('in-zero');
  await expect.poll(() => heard).toContain('in-zero');
  expect(heard).toEqual(['in-zero']);
  stop();
  await Promise.all([zero.close(), three.close()]);
});

test('a Redis that does not answer is named with host, port and database, and its secret is not told', async () => {
  const silent = createTcp(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  await new Promise((resolve) => silent.close(resolve));
  const error = await make(`redis://u:s3cret@127.0.0.1:${port}/2`)
    .enqueue('h')
    .catch((reason: unknown) => reason as Error);
  expect(error).toMatchObject({
    code: 'unavailable',
    message: `Redis at 127.0.0.1:${port}/2 is not reachable (ECONNREFUSED)`,
  });
  expect(JSON.stringify([error, lines])).not.toContain('s3cret');
});
