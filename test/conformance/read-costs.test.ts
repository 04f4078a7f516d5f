/** What reads and announcements ask of Redis: the number of commands, however many queues, workers and tasks there are. */

import { describe, expect, it } from 'vitest';
import { TASK_STATES } from '../../src/domain/task/task.js';
import { partitionKeys } from '../../src/store/redis/keys.js';
import { loadScripts } from '../../src/store/redis/scripts.js';
import { countTasks } from '../../src/tasks/counts.js';
import { listTasks } from '../../src/tasks/list.js';
import { onRedis } from './suite/on-redis.js';
import { LONG } from './suite/stage.js';

const WORKERS = 1_000;

const on = onRedis();
const { stage } = on;

/** And how many they were together. */
async function commandsOf(act: () => Promise<unknown>): Promise<{ all: number } & Record<string, number>> {
  const counts = await on.commandsOf(act);
  return { ...counts, all: Object.values(counts).reduce((sum, count) => sum + count, 0) };
}

/** Workers that hold two tasks each, of which nothing else is known. */
async function busyWorkers(): Promise<void> {
  const keys = partitionKeys(on.namespace, 'main');
  const pipeline = on.connection.pipeline();
  for (let n = 0; n < WORKERS; n += 1) {
    pipeline.zadd(keys.workers, stage().start + LONG, `w${n}`);
    pipeline.hset(keys.inflight(`w${n}`), `held-${n}a`, '1:0:1:abc', `held-${n}b`, '1:0:1:abc', '@0', 'x');
  }
  await pipeline.exec();
}

const presence = (n: number, handlers = ['work']) => ({
  ...{ id: `p${n}`, name: `p${n}`, host: 'h', pid: n, version: '0', startedAt: 0, seenAt: 0 },
  ...{ queues: ['main'], handlers },
});

describe('beside 1,000 workers', () => {
  it('an announcement and a departure cost the same as beside none', async () => {
    const { store } = stage();
    for (let n = 0; n < WORKERS; n += 1) await store.announce('worker', presence(n), LONG);
    expect((await commandsOf(() => store.announce('worker', presence(0), LONG))).all).toBeLessThan(15);
    expect((await commandsOf(() => store.depart('worker', 'p1'))).all).toBeLessThan(10);
  });

  it('a page of ready tasks asks no worker, and says what nobody can run', async () => {
    const { store } = stage();
    await busyWorkers();
    await stage().put(Array.from({ length: 60 }, (_, n) => n));
    for (let n = 0; n < 100; n += 1) await store.announce('worker', presence(n, ['other']), LONG);
    let unroutable = 0;
    const counts = await commandsOf(async () => {
      const { items } = await store.list('main', 'ready', 50);
      unroutable = items.filter((task) => task.unroutable).length;
    });
    expect(unroutable).toBe(50);
    expect(counts.all).toBeLessThan(50 * 7 + 20);
  });

  it('a page of running tasks asks those whose tasks it shows', async () => {
    const { store } = stage();
    await busyWorkers();
    const ids = await stage().put(Array.from({ length: 40 }, (_, n) => n));
    for (let n = 0; n < 40; n += 1) await stage().take(`a${n}`);
    const found: string[] = [];
    const counts = await commandsOf(async () => {
      const { items } = await store.list('main', 'running', 20);
      found.push(...items.map(({ id }) => id));
    });
    expect(ids).toEqual(expect.arrayContaining(found));
    expect(found).toHaveLength(20);
    expect(counts['hgetall']).toBeLessThan(30);
  });

  it('one task is looked for in one question to each, and fifty in two', async () => {
    const { store } = stage();
    await busyWorkers();
    const [id = ''] = await stage().put(['one']);
    expect((await commandsOf(() => store.find(id))).all).toBeLessThan(WORKERS + 20);
    const { text } = loadScripts().find;
    const ids = await stage().put(Array.from({ length: 50 }, (_, n) => `many${n}`));
    const { prefix } = partitionKeys(on.namespace, 'main');
    const counts = await commandsOf(() => on.connection.eval(text, 1, prefix, ...ids));
    expect(counts.all).toBeLessThan(2 * WORKERS + 50 * 9 + 20);
  });

  it('the figures of a queue are counted in one script, whatever was cancelled', async () => {
    const { store } = stage();
    await busyWorkers();
    await stage().put(Array.from({ length: 20 }, (_, n) => `t${n}`));
    for (let n = 0; n < 15; n += 1) await store.cancel('main', stage().id(`t${n}`));
    await store.queueFacts('main');
    const counts = await commandsOf(() => store.queueFacts('main'));
    expect(counts['evalsha']).toBe(2);
    expect(counts.all).toBeLessThan(2 * WORKERS + 30);
  });
});

it('what a queue tells of its pace costs a task on its way nothing, and its figures no more for many tasks', async () => {
  const { store } = stage();
  const way = await commandsOf(async () => {
    await stage().put(Array.from({ length: 300 }, (_, n) => n));
    const { tasks } = await stage().claim('w', { want: 100 });
    const completions = tasks.map((task) => stage().completion(task, 'w'));
    expect((await stage().claim('w', { want: 100, completions })).tasks).toHaveLength(100);
  });
  const counting = ['hincrby', 'hincrbyfloat', 'incrby', 'sadd', 'srem'].map((name) => way[name] ?? 0);
  expect(counting).toEqual([0, 0, 0, 0, 0]);
  const facts = () => store.queueFacts('main');
  await facts();
  const few = await commandsOf(facts);
  await stage().put(Array.from({ length: 900 }, (_, n) => `more${n}`));
  expect((await commandsOf(facts)).all).toBe(few.all);
});

it('the figures of 400 queues, most of them empty, are a script for each, and few commands in it', async () => {
  const { store } = stage();
  const names = Array.from({ length: 400 }, (_, n) => `q${n}`);
  for (const queue of names) await store.open(queue);
  await store.enqueue('q7', [stage().draft('q7-1', {})]);
  const facts = () => Promise.all(names.map((queue) => store.queueFacts(queue)));
  await facts();
  const counts = await commandsOf(facts);
  expect(counts['evalsha']).toBe(names.length + 1);
  expect(counts.all).toBeLessThan(names.length * 27);
});

it('a page of a state that no queue has asks one script, and of the others whether there is anything', async () => {
  const { store } = stage();
  const names = Array.from({ length: 400 }, (_, n) => `q${String(n).padStart(3, '0')}`);
  for (const queue of names) await store.open(queue);
  await store.enqueue('q300', [stage().draft('q300-1', {})]);
  await store.cancel('q300', 'q300-1');
  const found: string[][] = [];
  const page = async (state: 'dead' | 'cancelled') => {
    const { items } = await listTasks(store, { queues: names, states: [state], limit: 50 });
    found.push(items.map(({ id }) => id));
  };
  await page('cancelled');
  const counts = await commandsOf(async () => {
    await page('dead');
    await page('cancelled');
  });
  expect(found).toEqual([['q300-1'], [], ['q300-1']]);
  expect(counts['evalsha']).toBe(3);
  expect(counts.all).toBeLessThan(850);
});

it('a text that no task holds brings none of them along', async () => {
  const { store } = stage();
  await stage().put(Array.from({ length: 60 }, (_, n) => n));
  const page = await store.list('main', TASK_STATES, 50, undefined, { text: 'nowhere' });
  expect(page).toMatchObject({ items: [], nextCursor: null, scanned: 60 });
});

it('a page over 400 queues, most of them empty, asks each once', async () => {
  const { store } = stage();
  const names = Array.from({ length: 400 }, (_, n) => `q${String(n).padStart(3, '0')}`);
  for (const queue of names) await store.open(queue);
  for (const queue of ['q250', 'q399']) {
    await store.enqueue(queue, [stage().draft(`${queue}-1`, {}), stage().draft(`${queue}-2`, {})]);
  }
  let length = 0;
  const page = () => listTasks(store, { queues: names, states: TASK_STATES, limit: 50 });
  // The first one learns the lanes.
  await page();
  const counts = await commandsOf(async () => {
    length = (await page()).items.length;
  });
  expect(length).toBe(4);
  expect(counts['evalsha']).toBeLessThan(410);
  expect(counts.all).toBeLessThan(400 * 17);
});

it('the figures of many queues ask once what workers serve', async () => {
  const { store } = stage();
  const names = Array.from({ length: 40 }, (_, n) => `f${n}`);
  for (const queue of names) await store.open(queue);
  for (let n = 0; n < 40; n += 1) {
    await store.announce('worker', { ...presence(n), queues: [`f${n}`] }, LONG);
  }
  const facts = () => Promise.all(names.map((queue) => store.queueFacts(queue)));
  await facts();
  expect((await commandsOf(facts))['evalsha']).toBe(names.length + 1);
});

it('counts of 400 queues are a script for each; of one handler among others no more tasks are looked at than was said', async () => {
  const { store } = stage();
  const names = Array.from({ length: 400 }, (_, n) => `q${n}`);
  for (const queue of names) await store.open(queue);
  const counts = await commandsOf(() => countTasks(store, {}));
  expect(counts['evalsha']).toBe(names.length + 1);
  expect(counts.all).toBeLessThan(names.length * 20);
  for (const [handler, count] of [
    ['rare', 20],
    ['work', 480],
  ] as const) {
    const due = stage().start + LONG;
    await stage().put(
      Array.from({ length: count }, (_, n) => `${handler}${n}`),
      { handler, due },
    );
    const ids = await stage().put(
      Array.from({ length: count }, (_, n) => `${handler}-c${n}`),
      { handler },
    );
    await Promise.all(ids.map((id) => store.cancel('main', id)));
  }
  const some = await store.tally('main', { handler: 'work', scan: 100 });
  expect(some.scanned).toBeLessThanOrEqual(300);
  expect(some.unseen).toMatchObject({ scheduled: 400, cancelled: 400, running: 0 });
  expect(some.counts.cancelled).toBe(100);
  const all = await countTasks(store, { handler: 'rare' });
  expect(all).toMatchObject({ scheduled: 20, cancelled: 20, ready: 0, exact: true });
});
