/** Events read through deaths: of the node that is read from, of Redis, and by readers that do not keep up. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type CarillonEvent, Client, Worker } from '../../src/index.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { partitionKeys } from '../../src/store/redis/keys.js';
import { registryKeys } from '../../src/store/redis/registry-keys.js';
import { eventually } from '../support/eventually.js';
import { Processes, type TestProcess } from '../support/processes.js';
import { startTestRedis, type TestRedis, uniqueNamespace } from '../support/redis.js';

const processes = new Processes();
const closing: (() => Promise<unknown> | unknown)[] = [];
let redis: TestRedis;
let admin: Redis;
let namespace: string;

beforeAll(async () => {
  redis = await startTestRedis({ persistence: 'aof' });
  admin = new Redis(redis.url, { maxRetriesPerRequest: null });
  admin.on('error', () => {});
});
afterAll(async () => {
  admin.disconnect();
  await redis.stop();
});
beforeEach(() => {
  namespace = uniqueNamespace();
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await processes.stopAll();
});

const options = () => ({ redis: redis.url, namespace, log: silentLog });
function client(): Client {
  const made = new Client(options());
  closing.push(() => made.close());
  return made;
}

async function node(name: string, schedules = 'none'): Promise<{ url: string; process: TestProcess }> {
  const process = processes.carillon(
    [
      'start',
      '--redis',
      redis.url,
      '--namespace',
      namespace,
      '--port',
      '0',
      '--name',
      name,
      '--schedules',
      schedules,
    ],
    { env: { CARILLON_LEADER_TTL: '1s' } },
  );
  const [url = ''] = await process.line(/http:\/\/127\.0\.0\.1:\d+/);
  await eventually(async () => (await fetch(`${url}/readyz`)).ok);
  return { url, process };
}

class Reader {
  readonly ids: string[] = [];
  readonly events: CarillonEvent[] = [];
  answer: IncomingMessage | undefined;
  #rest = '';

  /** Until its first place has come. */
  async open(url: string): Promise<void> {
    const last = this.ids.at(-1);
    const before = this.ids.length;
    const headers = last === undefined ? {} : { 'last-event-id': last };
    this.answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const asked = get(`${url}/v1/events`, { headers, agent: false }, resolve);
      asked.on('error', reject);
      closing.push(() => asked.destroy());
    });
    this.#rest = '';
    this.answer.setEncoding('utf8');
    this.answer.on('error', () => {});
    this.answer.on('data', (text: string) => this.#read(text));
    await eventually(() => this.ids.length > before);
  }

  #read(text: string): void {
    const messages = (this.#rest + text).split('\n\n');
    // A message that has not come as a whole is told once more.
    this.#rest = messages.pop() ?? '';
    for (const message of messages) {
      const data = /^data: (.*)$/m.exec(message)?.[1];
      const id = /^id: (.*)$/m.exec(message)?.[1];
      if (id !== undefined) this.ids.push(id);
      if (data !== undefined) this.events.push(JSON.parse(data) as CarillonEvent);
    }
  }
}

/** The types told of each of these tasks, in their order. */
function told(events: readonly CarillonEvent[], ids: readonly string[]): (string | undefined)[] {
  const types = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const { type, task } of events) if (task) types.get(task.id)?.push(type.slice(5));
  return ids.map((id) => types.get(id)?.join(' '));
}

const WHOLE = 'enqueued started completed';
const isInOrder = (events: readonly CarillonEvent[]) =>
  events.every(({ at }, i) => i === 0 || at >= (events[i - 1]?.at ?? ''));

async function worker(result = 'done'): Promise<void> {
  const made = new Worker({ ...options(), queues: ['*'], handlers: { h: async () => result } });
  closing.push(() => made.stop());
  await made.start();
}

/** Tasks go on until it is stopped; answers the ids of all of them. */
function busy(by: Client): () => Promise<string[]> {
  const ids: string[] = [];
  let goes = true;
  const work = (async () => {
    for (let n = 0; goes; n += 1) {
      const tasks = await by.enqueueMany(
        [0, 1, 2].map((i) => ({
          handler: 'h',
          payload: {},
          queue: `q${(n + i) % 3}`,
          ...(i === 2 ? { concurrencyKey: 'k' } : {}),
        })),
      );
      ids.push(...tasks.map(({ id }) => id));
      await Promise.all(tasks.map(({ id }) => by.wait(id, '1m')));
    }
    return ids;
  })();
  return () => {
    goes = false;
    return work;
  };
}

test('a node that is killed while it is read from: another one goes on, nothing lost, nothing twice, in order', async () => {
  const [first, second] = await Promise.all([node('first'), node('second')]);
  const by = client();
  const reader = new Reader();
  await reader.open(first.url);
  await worker();
  const stop = busy(by);
  const seen = async (more: number) => {
    const before = reader.events.length;
    await eventually(() => reader.events.length > before + more);
  };
  await seen(60);
  first.process.kill('SIGKILL');
  await first.process.exited;
  // Meanwhile it goes on.
  const { id } = await by.enqueue('h', {});
  await by.wait(id, '1m');
  await reader.open(second.url);
  await seen(60);
  // A connection that breaks in the middle, at a node that lives.
  reader.answer?.destroy();
  await reader.open(second.url);
  await seen(30);
  const ids = [...(await stop()), id];
  await eventually(() => told(reader.events, ids).every((types) => types === WHOLE));
  expect(new Set(reader.ids.filter((one) => one.includes('-'))).size).toBe(reader.events.length);
  expect(isInOrder(reader.events)).toBe(true);
  expect(reader.events.some(({ type }) => type === 'reset')).toBe(false);
  // Of the leader that was killed its successor tells.
  const leaders = reader.events.filter(({ type }) => type.startsWith('leader.')).map(({ type }) => type);
  expect(leaders).toEqual(leaders.length === 0 ? [] : ['leader.left', 'leader.elected']);
});

test('a Redis that is killed and comes back: readers and clients go on in order, or are told to look anew', async () => {
  const { url } = await node('one');
  const by = client();
  const reader = new Reader();
  await reader.open(url);
  const heard: CarillonEvent[] = [];
  const listens = client();
  const listening = (async () => {
    for await (const event of listens.events()) heard.push(event);
  })();
  const { id } = await by.enqueue('h', {});
  await eventually(() => heard.length > 0 || by.cancel(id).then(() => heard.length > 0));
  await worker();
  const ids = await Promise.all(Array.from({ length: 50 }, async () => (await by.enqueue('h', {})).id));
  await Promise.all(ids.map((one) => by.wait(one, '1m')));
  redis.kill('SIGKILL');
  await redis.gone();
  await redis.restart();
  const after = await eventually(() => by.enqueue('h', {}).catch(() => undefined));
  await by.wait(after?.id ?? '', '1m');
  for (const events of [reader.events, heard]) {
    await eventually(
      () =>
        told(events, [after?.id ?? ''])[0] === WHOLE ||
        told(events, [after?.id ?? ''])[0]?.endsWith('completed'),
    );
    const reset = events.some(({ type }) => type === 'reset');
    const whole = told(events, ids).every((types) => types === WHOLE);
    expect({ reset, whole }).not.toEqual({ reset: false, whole: false });
    // Nothing twice.
    for (const types of told(events, ids))
      expect(types?.match(/completed/g)?.length ?? 0).toBeLessThanOrEqual(1);
    expect(isInOrder(events)).toBe(true);
  }
  await listens.close();
  await listening;
});

test('a reader that stops reading is not kept for: it is told that it missed some, and the others miss nothing', async () => {
  const { url } = await node('one');
  const by = client();
  const [slow, quick] = [new Reader(), new Reader()];
  await slow.open(url);
  await quick.open(url);
  slow.answer?.pause();
  // More than sockets hold, and far fewer events than a reader may have unread.
  const COUNT = 600;
  await worker('x'.repeat(50_000));
  const tasks = await by.enqueueMany(Array.from({ length: COUNT }, () => ({ handler: 'h', payload: {} })));
  const ids = tasks.map(({ id }) => id);
  await eventually(() => told(quick.events, ids).every((types) => types === WHOLE));
  slow.answer?.resume();
  await eventually(() => slow.events.some(({ type }) => type === 'reset'));
  expect(told(slow.events, ids).filter((types) => types === WHOLE).length).toBeLessThan(COUNT);
  // It goes on from there.
  const { id } = await by.enqueue('h', {});
  await eventually(() => told(slow.events, [id])[0] === WHOLE);
});

test('many listeners at one node read Redis as one does; the last one gone, recording ends and nothing is left', async () => {
  const { url } = await node('one');
  const by = client();
  await by.enqueue('h', {}, { delay: '1h' });
  const calls = async (name: string): Promise<number> =>
    Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(await admin.info('commandstats'))?.[1] ?? 0);
  const reads = async (listeners: readonly Reader[]): Promise<number> => {
    const before = await calls('xread');
    for (let n = 0; n < 20; n += 1) {
      const seen = listeners.map(({ events }) => events.length);
      await by.enqueue('h', {}, { delay: '1h' });
      await eventually(() => listeners.every(({ events }, i) => events.length > (seen[i] ?? 0)));
    }
    return (await calls('xread')) - before;
  };
  const one = new Reader();
  await one.open(url);
  const alone = await reads([one]);
  const readers = Array.from({ length: 200 }, () => new Reader());
  for (let at = 0; at < readers.length; at += 20)
    await Promise.all(readers.slice(at, at + 20).map((each) => each.open(url)));
  expect(await reads([one, ...readers])).toBeLessThan(3 * alone);
  for (const reader of [one, ...readers]) reader.answer?.destroy();
  const streams = [partitionKeys(namespace, 'default').events, registryKeys(namespace).events];
  expect(await admin.exists(...streams)).toBe(2);
  // They live for as long as it was asked for, and not asked for again.
  for (const stream of streams) expect(await admin.pttl(stream)).toBeLessThanOrEqual(90_000);
  for (const stream of streams) await admin.pexpire(stream, 1);
  await eventually(async () => (await admin.exists(...streams)) === 0);
  const { switches } = partitionKeys(namespace, 'default');
  expect(await admin.get(switches)).toContain('o');
  await by.enqueue('h', {}, { delay: '1h' });
  expect((await admin.get(switches)) ?? '').not.toContain('o');
});

test('a node tells what it makes of its files, and that it leads no longer when it goes', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'carillon-events-'));
  closing.push(() => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, 'a.yaml');
  const write = (text: string): void => writeFileSync(file, `version: 1\nschedules:\n${text}\n`);
  const heard: CarillonEvent[] = [];
  const listens = client();
  await listens.enqueue('h', {}, { delay: '1h' });
  const types = ['set.applied', 'set.held', 'set.invalid', 'leader.elected', 'leader.left'] as const;
  (async () => {
    for await (const event of listens.events({ types: [...types] })) heard.push(event);
  })().catch(() => {});
  await eventually(async () => (await admin.exists(registryKeys(namespace).events)) === 1);
  write('  one: { handler: h, cron: "0 0 1 1 *" }');
  const one = await node('one', directory);
  const told = (type: string) => eventually(() => heard.find((event) => event.type === type));
  expect(await told('set.applied')).toMatchObject({ set: 'files', digest: expect.any(String) });
  write('  one: { handler: h, cron: "nonsense" }');
  expect(await told('set.invalid')).toMatchObject({ set: 'files', node: 'one' });
  await one.process.stop();
  expect(await told('leader.left')).toMatchObject({ node: 'one' });
  expect(heard.map(({ type }) => type)).toEqual([
    'leader.elected',
    'set.applied',
    'set.invalid',
    'leader.left',
  ]);
});
