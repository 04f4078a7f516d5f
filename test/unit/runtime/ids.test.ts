/** Ids of one-off tasks: unique without asking anybody, short, and beginning with the partition's code. */

import { expect, test } from 'vitest';
import { newTaskIds } from '../../../src/runtime/ids.js';

const SHAPE = /^k7-[0-9A-Za-z]{9}[0-9a-z]{1,3}$/;

test('begin with the code, count in base 36, and stay short', () => {
  const next = newTaskIds('k7');
  const ids = Array.from({ length: 40 }, next);
  const prefix = ids[0]?.slice(0, -1) ?? '';
  expect(ids.slice(0, 3)).toEqual([`${prefix}0`, `${prefix}1`, `${prefix}2`]);
  expect(ids[36]).toBe(`${prefix}10`);
  for (const id of ids) expect(id).toMatch(SHAPE);
});

test('do not repeat beyond one prefix, and take a new one in time', () => {
  const next = newTaskIds('k7');
  const ids = Array.from({ length: 100_000 }, next);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every((id) => SHAPE.test(id))).toBe(true);
  const prefixes = new Set(ids.map((id) => id.slice(0, 12)));
  expect(prefixes.size).toBe(3);
});

test('differ between sources of the same partition', () => {
  const sources = Array.from({ length: 200 }, () => newTaskIds('k7'));
  const ids = sources.flatMap((next) => [next(), next()]);
  expect(new Set(ids).size).toBe(400);
});
