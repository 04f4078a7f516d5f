/** Rollups in Redis: packed tightly, expiring, bounded in number and in bytes, and few bytes written at a time. */

import { expect, it } from 'vitest';
import { MIB } from '../../src/domain/input/sizes.js';
import type { RollupCell } from '../../src/store/contract/index.js';
import { chance } from '../support/calendar/random-cron.js';
import { onRedis } from './suite/on-redis.js';

const MINUTE = 60_000;
const on = onRedis();
let number = 0;
const add = (cells: RollupCell[], budget?: number) => {
  number += 1;
  const more = budget === undefined ? {} : { budget };
  return on.stage().store.rollUp({ source: `s${on.namespace}`, number, cells, repeatFor: MINUTE, ...more });
};
const key = (name: string): string => `{${on.namespace}}:${name}`;
const rolled = async (): Promise<string[]> => {
  const keys = (await on.connection.keys('*')).filter((one) => one.startsWith(key('rolled:')));
  return keys.map((one) => one.slice(key('rolled:').length)).sort();
};
const now = (): number => Math.floor(on.stage().start / MINUTE);
const cell = (kind: 'queue' | 'handler' | 'schedule', name: string, minute: number, counts = [0, 1]) => ({
  subject: { kind, name },
  minute,
  counts,
});

it('every key expires, minutes after a day, hours after a month, days after a year', async () => {
  await add([cell('queue', 'mail', now()), cell('queue', 'mail', now() - 61), cell('schedule', 'x', now())]);
  const keys = await rolled();
  expect(keys.length).toBeGreaterThanOrEqual(6);
  const DAY = 86_400_000;
  for (const name of keys) {
    const left = await on.connection.pttl(key(`rolled:${name}`));
    const kept = { m: DAY, h: 30 * DAY, d: 400 * DAY }[name[0] as 'm' | 'h' | 'd'];
    expect(left).toBeGreaterThan(kept - 62 * MINUTE);
    expect(left).toBeLessThan(kept + 33 * DAY);
  }
  expect(await on.connection.pttl(key(`rolled-by:s${on.namespace}`))).toBeGreaterThan(0);
});

it('a minute over is joined to those before it: one short field each hour, and one open cell', async () => {
  const busy = [0, 25, 4, 25, 17, 6, 18, 9, 19, 8, 20, 2, 74, 12, 75, 9, 76, 4];
  const hour = Math.floor(now() / 60) * 60 - 60;
  for (let at = 0; at < 60; at += 1) await add([cell('handler', 'h', hour + at, busy)]);
  const base = `mh:${hour / 60}`;
  expect(await on.connection.hlen(key(`rolled:${base}`))).toBe(1);
  const closed = await on.connection.hstrlen(key(`rolled:${base}`), 'h');
  expect(closed / 59).toBeLessThan(12);
  expect(await on.connection.hstrlen(key(`rolled:${base}:open`), 'h')).toBeLessThan(18);
  // The first one of the next hour takes the last of this one in.
  await add([cell('handler', 'h', hour + 60, busy)]);
  expect(await on.connection.hlen(key(`rolled:${base}:open`))).toBe(0);
  const { cells } = await on.stage().store.rollups({ kind: 'handler', name: 'h' }, 'minutes', 0, 9e15);
  expect(cells).toHaveLength(61);
  for (const { counts } of cells) expect(counts).toEqual(busy);
});

/** Counts of any shape: of a few places or of all, small and huge, also of places that only a later release knows. */
function anyCounts({ whole, pick }: ReturnType<typeof chance>): number[] {
  const row: number[] = [];
  for (let blocks = whole(1, 4); blocks > 0; blocks -= 1) {
    const from = pick([whole(0, 7), whole(8, 71), whole(72, 199), whole(200, 240), 0]);
    const end = from + pick([1, 1, whole(1, 8), whole(1, 64), from === 0 ? 200 : 16]);
    const most = pick([1, 3, 40, 3_000, 2 ** 40]);
    for (let place = from; place < end; place += 1) row[place] = whole(0, most);
  }
  return row.flatMap((count, place) => (count > 0 ? [place, count] : []));
}

const added = (some: readonly number[], more: readonly number[]): number[] => {
  const row: number[] = [];
  for (const counts of [some, more]) {
    for (let i = 0; i < counts.length; i += 2) {
      const place = counts[i] ?? 0;
      row[place] = (row[place] ?? 0) + (counts[i + 1] ?? 0);
    }
  }
  return row.flatMap((count, place) => [place, count]);
};

it('counts of any shape are read as they were added, also what comes late, in whatever order', async () => {
  const dice = chance(166);
  const [sums, read] = [new Map<string, number[]>(), new Map<string, number[]>()];
  const count = (to: Map<string, number[]>, key: string, counts: readonly number[]) =>
    to.set(key, added(to.get(key) ?? [], counts));
  const handlers = Array.from({ length: 25 }, (_, i) => `h${i}`);
  for (let calls = 0; calls < 60; calls += 1) {
    const cells = handlers.map((name) => {
      const minute = now() - 120 + calls - dice.pick([0, 0, 0, 1, 2, dice.whole(0, 60), -dice.whole(0, 3)]);
      const counts = anyCounts(dice);
      for (const length of [1, 60, 1_440])
        count(sums, `${name} ${length} ${Math.floor(minute / length)}`, counts);
      return cell('handler', name, minute, counts);
    });
    await add(cells);
  }
  for (const name of handlers) {
    for (const [tier, length] of [
      ['minutes', 1] as const,
      ['hours', 60] as const,
      ['days', 1_440] as const,
    ]) {
      const { cells } = await on.stage().store.rollups({ kind: 'handler', name }, tier, 0, 9e15);
      for (const { at, counts } of cells) count(read, `${name} ${length} ${at / MINUTE / length}`, counts);
    }
  }
  expect(Object.fromEntries(read)).toEqual(Object.fromEntries(sums));
});

it('cells as they were written before they were packed are read, added to, and followed by packed ones', async () => {
  const hour = Math.floor(now() / 60) - 1;
  // Of places 0 and 8: once each in minute 3, 40 times in minute 7.
  const cells = [3, 3, 0, 7 * 32, 8, 7, 5, 30, 9, 7 * 32 + 30, 8, 9];
  await on.connection.hset(key(`rolled:mh:${hour}`), 'h', Buffer.from(cells));
  const minutes = async () => {
    const { cells } = await on.stage().store.rollups({ kind: 'handler', name: 'h' }, 'minutes', 0, 9e15);
    return cells.map(({ at, counts }) => [at / MINUTE - hour * 60, ...counts]);
  };
  expect(await minutes()).toEqual([
    [3, 0, 1, 8, 1],
    [7, 0, 40, 8, 40],
  ]);
  for (const minute of [20, 8, 7, 9, 3, 21, 7]) await add([cell('handler', 'h', hour * 60 + minute, [0, 2])]);
  expect(await minutes()).toEqual([
    [3, 0, 3, 8, 1],
    [7, 0, 44, 8, 40],
    ...[8, 9, 20, 21].map((minute) => [minute, 0, 2]),
  ]);
});

it('beyond so many names of one kind the rest is counted together', async () => {
  await add([], MIB);
  const most = Math.floor(MIB / 2_048);
  const cells = Array.from({ length: most + 40 }, (_, i) => cell('schedule', `s${i}`, now()));
  for (let at = 0; at < cells.length; at += 50) await add(cells.slice(at, at + 50));
  const other = await on.stage().store.rollups({ kind: 'schedule', name: '_other' }, 'hours', 0, 9e15);
  expect(other.cells).toMatchObject([{ counts: [0, 40] }]);
  const first = await on.stage().store.rollups({ kind: 'schedule', name: 's0' }, 'hours', 0, 9e15);
  expect(first.cells).toMatchObject([{ counts: [0, 1] }]);
});

it('beyond its budget the finest of the oldest goes, of schedules first; days and what is under way stay', async () => {
  const hour = Math.floor(now() / 60) * 60;
  const gaveUp: string[] = [];
  const fill = async (minute: number) => {
    for (let at = 0; at < 300; at += 50) {
      const some = Array.from({ length: 50 }, (_, i) => i + at);
      const both = (['schedule', 'handler'] as const).map((kind) =>
        some.map((i) => cell(kind, `${kind}-with-a-long-name-${i}`, minute, [0, 1, 20, 1, 100, 1])),
      );
      for (const cells of both) gaveUp.push(...(await add(cells)).gaveUp);
    }
  };
  await add([], MIB);
  for (let back = 14; back >= 0; back -= 1) await fill(hour - 60 * back);
  expect(gaveUp).toContain('minutes of schedules');
  expect(gaveUp).not.toContain('days of schedules');
  expect(Number(await on.connection.hget(key('rollups'), 'bytes'))).toBeLessThan(MIB);
  const read = (kind: 'schedule' | 'handler', tier: 'minutes' | 'hours' | 'days') =>
    on.stage().store.rollups({ kind, name: `${kind}-with-a-long-name-7` }, tier, 0, 9e15);
  const minutes = await read('schedule', 'minutes');
  expect(minutes.cells.length).toBeLessThan((await read('handler', 'minutes')).cells.length);
  expect(minutes.cells.at(-1)?.at).toBe(hour * MINUTE);
  expect(minutes.trimmedUntil).toBe(minutes.cells[0]?.at);
  const days = await read('schedule', 'days');
  expect(days.cells.reduce((sum, { counts }) => sum + (counts[1] ?? 0), 0)).toBe(15);
  expect(days.trimmedUntil).toBeUndefined();
  // What it says of bytes is no less than what Redis says: it does not know of small hashes.
  const keys = await rolled();
  const sizes = await Promise.all(
    keys.map((name) => on.connection.memory('USAGE', key(`rolled:${name}`), 'SAMPLES', 0)),
  );
  const used = sizes.reduce<number>((sum, size) => sum + Number(size), 0);
  const told = Number(await on.connection.hget(key('rollups'), 'bytes'));
  expect(used / told).toBeGreaterThan(0.3);
  expect(used / told).toBeLessThan(1.2);
});
