/** What a partition remembers of edits is bounded, and says so where it is not enough. */

import { expect, it } from 'vitest';
import { partitionKeys } from '../../src/store/redis/keys.js';
import { onRedis } from './suite/on-redis.js';
import { instant, plain, scheduleEdit } from './suite/schedule-parts.js';

const on = onRedis();
const { stage } = on;
const keys = () => partitionKeys(on.namespace, 'main');
const since = async (mark: string) => (await stage().store.edited([{ queue: 'main', since: mark }]))[0];
const make = (names: readonly string[]) =>
  stage().store.edits(
    'main',
    names.map((id) => scheduleEdit(plain(id, 'main'), instant(stage(), 0))),
  );

it('after more edits than are remembered all of the schedules may have been', async () => {
  const begin = await since('');
  await make(['first']);
  const early = await since(begin?.mark ?? '');
  await make(Array.from({ length: 1_200 }, (_, n) => `s${n}`));
  expect(await on.connection.zcard(keys().edits)).toBe(1_000);
  const late = await since(early?.mark ?? '');
  expect(late?.ids).toBeNull();
  expect((await since(''))?.ids).toBeNull();
  await make(['last']);
  expect((await since(late?.mark ?? ''))?.ids).toEqual(['last']);
  expect(await on.connection.pttl(keys().edits)).toBeGreaterThan(3_000_000);
});

it('so it is where the data was lost, or is older than the mark', async () => {
  await make(['a']);
  const mark = (await since(''))?.mark ?? '';
  const then = `${keys().edits}-then`;
  await on.connection.copy(keys().edits, then);
  await make(['b']);
  const later = (await since(mark))?.mark ?? '';
  await on.connection.del(keys().edits);
  expect((await since(later))?.ids).toBeNull();
  await on.connection.rename(then, keys().edits);
  expect((await since(later))?.ids).toBeNull();
  expect((await since(mark))?.ids).toEqual([]);
  await on.connection.set(keys().layout, '3:1');
  expect((await since(mark))?.ids).toBeNull();
});

it('and a clock that is put back hides nothing', async () => {
  await make(['a']);
  const [, score = '0'] = await on.connection.zrange(keys().edits, 0, '0', 'WITHSCORES');
  await on.connection.zadd(keys().edits, String(Number(score) + 60_000_000), 'a');
  const mark = (await since(''))?.mark ?? '';
  await make(['b']);
  expect((await since(mark))?.ids).toEqual(['b']);
});
