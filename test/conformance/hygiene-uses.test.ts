/** Whatever a task may use leaves nothing behind in Redis: what is there after a round of all of it is the same each time. */

import { describe, expect, it } from 'vitest';
import { onRedis } from './suite/on-redis.js';
import { drained } from './suite/relays.js';
import { LONG, type Stage } from './suite/stage.js';
import { takeTallies } from './suite/tallied.js';

/** What stays as long as its queue does, and why; nothing of it grows with the number of tasks. */
const STANDING: Readonly<Record<string, string>> = {
  layout: 'that the partition was opened, and when',
  lanes: 'codes of handlers and priorities; goes once the queue is empty and has many',
  told: 'how often nodes were told of something: they compare it',
  switches: 'the letter k, as long as lanes of tasks with concurrency keys have codes',
  stamp: 'the last stamp of a task with a concurrency key: the next is larger whatever the clock does',
};
const KEEP_NOTHING = { completed: { count: 0, age: 0 }, dead: { count: 0, age: 0 }, atLeast: 0 };

const on = onRedis();
const { stage } = on;

/** How large each key is that does not expire, but for tokens that wake workers: one for each lane. */
async function left(): Promise<Record<string, number>> {
  const prefix = `{${on.namespace}:main}:`;
  const sizes: Record<string, number> = {};
  for (const name of (await on.connection.keys('*')).filter((one) => one.startsWith(prefix)).sort()) {
    const key = name.slice(prefix.length);
    if (key.startsWith('wake:') || (await on.connection.pttl(name)) > 0) continue;
    const type = await on.connection.type(name);
    sizes[key] =
      type === 'hash'
        ? await on.connection.hlen(name)
        : type === 'zset'
          ? await on.connection.zcard(name)
          : type === 'set'
            ? await on.connection.scard(name)
            : type === 'list'
              ? await on.connection.llen(name)
              : 1;
  }
  return sizes;
}

/** Hands everything out and lets it end, one way after the other, until nothing is left that could run. */
async function runOut(stage: Stage, worker: string): Promise<void> {
  const { store } = stage;
  for (let n = 0; ; n += 1) {
    await drained(store, ['main']);
    await store.promote('main', 100);
    const { tasks } = await stage.claim(worker, { want: 3 });
    const { ready, running, scheduled, retrying } = await store.queueFacts('main');
    if (tasks.length === 0 && ready + running + scheduled + retrying === 0) return;
    if (tasks.length === 0) await stage.elapse(5);
    const told = tasks.map(({ id, token }) => ({ id, token, progress: '0.5', lines: ['a line'], from: 1 }));
    if (tasks.length > 0) await store.report('main', worker, told);
    for (const [i, task] of tasks.entries()) {
      const due = await store.time();
      const again = task.attempt === 1 && (n + i) % 3 === 0;
      if (again) await store.settle('main', worker, [stage.settlement(task, worker, { to: 'retry', due })]);
      else if ((n + i) % 3 === 1)
        await store.settle('main', worker, [stage.settlement(task, worker, { to: 'dead' })]);
      else await stage.complete(worker, [stage.completion(task, worker, { result: '{"a":1}' })]);
    }
  }
}

/** Tasks with all there is, in one queue. */
async function everyUse(stage: Stage, round: string): Promise<void> {
  const { store, start } = stage;
  const put = async (name: string, over: Parameters<Stage['put']>[1] = {}): Promise<string> =>
    (await stage.put([`${name}-${round}`], over))[0] ?? '';
  const rate = [
    { limit: 1_000, per: '1s' },
    { limit: 1_000, per: '1s', key: true as const },
  ];
  const keyOrder = round === '2' ? ('strict' as const) : ('loose' as const);
  await store.setQueue('main', { settings: { rate, keyOrder, concurrency: 50, maxDepth: 1_000 } });

  for (const [n, key] of ['k', 'k', 'l', 'k'].entries())
    await put(`keyed${n}`, { options: { concurrencyKey: key }, priority: n === 3 ? 'high' : 'normal' });
  await store.cancel('main', await put('no-key', { options: { concurrencyKey: 'gone' } }));
  const modes = {
    reject: { mode: 'reject' },
    replace: { mode: 'replace' },
    debounce: { mode: 'debounce', maxWait: 20 },
    throttle: { mode: 'throttle', for: 20 },
    after: { mode: 'after' },
  } as const;
  for (const [name, unique] of Object.entries(modes)) {
    const options = { uniqueKey: name };
    await put(`${name}1`, { options, unique, due: unique.mode === 'debounce' ? start + 10 : 0 });
    await put(`${name}2`, { options, unique });
  }
  const unique = { mode: 'after' } as const;
  await put('first', { options: { uniqueKey: 'follow' }, unique, priority: 'high' });
  const held = await stage.take(`h-${round}`);
  const follower = await put('follower', { options: { uniqueKey: held.id === '' ? '' : 'follow' }, unique });
  expect((await store.find(follower))?.state ?? 'none').toMatch(/^(none|scheduled|ready)$/);
  await store.settle('main', `h-${round}`, [stage.settlement(held, `h-${round}`, { to: 'head' })]);

  const parent = await put('parent');
  for (const onParentDeath of ['run', 'cancel'] as const) {
    const options = { after: [parent], onParentDeath, concurrencyKey: 'children' };
    await put(`child-${onParentDeath}`, { options, parents: [{ id: parent, queue: 'main' }] });
  }
  await put('expires', { options: { expiresIn: 1 }, due: start + 1 });
  await put('lasts', { options: { expiresIn: LONG, concurrencyKey: 'k' } });
  await put('once', { once: { key: `once-${round}`, body: 'b' }, options: { retention: 1, timeout: 1_000 } });
  await put('waits', { options: { retention: 1 }, due: start + 1 });
  store.onceEnded('main', parent, () => {});

  await runOut(stage, `w-${round}`);
  await store.leave('main', `w-${round}`);
  await store.leave('main', `h-${round}`);
  await store.setQueue('main', { settings: {}, replace: true });
}

async function pruneAll(stage: Stage): Promise<void> {
  await takeTallies(stage);
  await stage.until(async () => {
    await stage.store.prune('main', KEEP_NOTHING);
    const { completed, dead, cancelled } = await stage.store.queueFacts('main');
    return completed + dead + cancelled === 0;
  });
}

describe('tasks with keys, rates, unique keys, parents, expiry, answers, results and reports', () => {
  it('leave what stands there for as long as the queue does, and no more of it the third time', async () => {
    const sizes: Record<string, number>[] = [];
    for (const round of ['1', '2', '3']) {
      await everyUse(stage(), round);
      await pruneAll(stage());
      sizes.push(await left());
    }
    expect(await on.connection.get(`{${on.namespace}:main}:switches`)).toBe('k');
    expect(Object.keys(sizes[2] ?? {}).filter((key) => !Object.hasOwn(STANDING, key))).toEqual([]);
    expect(sizes[1]).toEqual(sizes[0]);
    expect(sizes[2]).toEqual(sizes[0]);
  });
});
