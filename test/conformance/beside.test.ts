/** Many plain tasks, whose records go past the scripts: all or none of them, and what is there already stays as it is. */

import { describe, expect, it } from 'vitest';
import { unwritten } from '../../src/domain/task/payload.js';
import type { TaskDraft } from '../../src/store/contract/index.js';
import { openStore } from '../../src/store/redis/index.js';
import { partitionKeys } from '../../src/store/redis/keys.js';
import { startRedisProxy } from '../support/redis-proxy.js';
import { onRedis } from './suite/on-redis.js';
import { LONG } from './suite/stage.js';

const on = onRedis();
const { stage } = on;
const keys = () => partitionKeys(on.namespace, 'main');
const COUNT = 250;

/** The first call learns the lane, and goes another way. */
async function drafts(over: (i: number) => Partial<TaskDraft> = () => ({})): Promise<TaskDraft[]> {
  await stage().put(['first']);
  return Array.from({ length: COUNT }, (_, i) => stage().draft(stage().id(`n${i}`), over(i)));
}
const records = async (ids: readonly TaskDraft[]) =>
  (await on.connection.hmget(keys().tasks, ...ids.map(({ id }) => id))).filter((one) => one !== null).length;
const listed = async (): Promise<string[]> => {
  const [list = ''] = await on.connection.keys(`${keys().prefix}ready:*`);
  return (await on.connection.lrange(list, 0, -1)).map((member) => member.replace(/^\w+:/, '')).slice(1);
};
const nothingUndone = async () => expect(await on.connection.exists(keys().undone)).toBe(0);

describe('many plain tasks of one call', () => {
  it('are ready in their order, in one transaction, with what they carry', async () => {
    const long = { text: `${'"\\é\ud800😀\u0000'.repeat(60)}` };
    const later = unwritten(long, 1 << 20);
    if (!later) throw new Error('long enough');
    const all = await drafts((i) => ({ payload: i % 2 === 0 ? later : JSON.stringify({ i, é: '😀' }) }));
    const commands = await on.commandsOf(() => stage().store.enqueue('main', all));
    expect(commands).toMatchObject({ multi: 1, exec: 1, eval: 2, hset: 1 });
    expect(commands).not.toHaveProperty('evalsha');
    expect(await listed()).toEqual(all.map(({ id }) => id));
    expect((await stage().find(all[0]?.id ?? '')).payload).toBe(JSON.stringify(long));
    expect((await stage().find(all[249]?.id ?? '')).payload).toBe('{"i":249,"é":"😀"}');
    await nothingUndone();
  });

  it('wait for their time where they have one', async () => {
    const { store, start } = stage();
    const all = await drafts((i) => (i < 100 ? {} : { due: start + LONG + i }));
    expect(await store.enqueue('main', all)).toMatchObject({ created: COUNT });
    expect(await store.queueFacts('main')).toMatchObject({ ready: 101, scheduled: 150 });
    expect((await stage().find(all[249]?.id ?? '')).dueAt).toBe(start + LONG + 249);
  });

  it('are made once when they are sent twice', async () => {
    const all = await drafts();
    expect(await stage().store.enqueue('main', all)).toMatchObject({ created: COUNT });
    expect(await stage().store.enqueue('main', all)).toMatchObject({ created: 0 });
    expect(await listed()).toEqual(all.map(({ id }) => id));
    await nothingUndone();
  });

  it('leave one that is there as it is, and make the others', async () => {
    const all = await drafts((i) => ({ payload: `{"second":${i}}` }));
    await stage().put(['n7'], { payload: '"first"' });
    expect(await stage().store.enqueue('main', all)).toMatchObject({ created: COUNT - 1 });
    expect((await stage().find(stage().id('n7'))).payload).toBe('"first"');
    expect((await listed()).sort()).toEqual(all.map(({ id }) => id).sort());
    await nothingUndone();
  });

  it('are refused one by one where there is no room for all of them, and no record of those stays', async () => {
    const { store } = stage();
    const all = await drafts();
    await store.setQueue('main', { settings: { maxDepth: 101 } });
    for (let again = 0; again < 2; again += 1) {
      const { created, full } = await store.enqueue('main', all);
      expect(created).toBe(again === 0 ? 100 : 0);
      expect(full?.size).toBe(150);
      expect(await records(all)).toBe(100);
    }
    await store.setQueue('main', { settings: { maxDepth: 1_000 } });
    expect(await store.enqueue('main', all)).toMatchObject({ created: 150 });
    await nothingUndone();
  });

  it('are made anew in a partition that was emptied meanwhile', async () => {
    const all = await drafts();
    await on.connection.del(...(await on.connection.keys(`${keys().prefix}*`)));
    expect(await stage().store.enqueue('main', all)).toMatchObject({ created: COUNT });
    const [list = ''] = await on.connection.keys(`${keys().prefix}ready:*`);
    expect(await on.connection.llen(list)).toBe(COUNT);
    expect(await records(all)).toBe(COUNT);
    await nothingUndone();
  });

  it('of which some are large are looked at before they are claimed', async () => {
    const all = await drafts((i) => ({ payload: JSON.stringify('x'.repeat(i === 9 ? 20_000 : 10)) }));
    await stage().store.enqueue('main', all);
    expect(await on.connection.get(keys().switches)).toContain('b');
  });

  it('are told of where somebody listens', async () => {
    const all = await drafts();
    await on.connection.xadd(keys().events, '*', 'e', 'begun');
    await on.connection.set(keys().switches, 'o');
    await stage().store.enqueue('main', all);
    expect(await on.connection.xlen(keys().events)).toBe(COUNT + 1);
  });

  it('are none where Redis is full', async () => {
    const all = await drafts();
    await on.connection.config('SET', 'maxmemory', '1');
    try {
      await expect(stage().store.enqueue('main', all)).rejects.toMatchObject({ code: 'redis_full' });
    } finally {
      await on.connection.config('SET', 'maxmemory', '0');
    }
    expect(await records(all)).toBe(0);
    expect(await listed()).toEqual([]);
  });
});

it('a line that breaks while they are sent leaves none of them, and a later call goes on', async () => {
  let left = Number.POSITIVE_INFINITY;
  const proxy = await startRedisProxy(on.redis.port, (text) => {
    left -= text.length;
    return left < 0 ? 'break' : undefined;
  });
  const store = await openStore({ url: proxy.url, namespace: on.namespace });
  try {
    const payload = unwritten({ text: 'x'.repeat(4_000) }, 1 << 20);
    if (!payload) throw new Error('long enough');
    const all = await drafts(() => ({ payload }));
    await store.open('main');
    await store.enqueue('main', [stage().draft(stage().id('second'))]);
    left = 300_000;
    await expect(store.enqueue('main', all)).rejects.toMatchObject({ code: 'unavailable' });
    expect(left).toBeLessThan(0);
    expect(await records(all)).toBe(0);
    left = Number.POSITIVE_INFINITY;
    expect(await store.enqueue('main', all)).toMatchObject({ created: COUNT });
  } finally {
    await store.close();
    await proxy.close();
  }
});

it('calls of more than 4 MiB go in steps, in their order', async () => {
  const payload = unwritten({ text: 'x'.repeat(50_000) }, 1 << 20);
  if (!payload) throw new Error('long enough');
  const all = await drafts(() => ({ payload }));
  const commands = await on.commandsOf(() => stage().store.enqueue('main', all));
  expect(commands).toMatchObject({ exec: 3, hset: 3 });
  expect(await listed()).toEqual(all.map(({ id }) => id));
});
