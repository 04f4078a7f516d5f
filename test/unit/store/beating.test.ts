/** When a thread beats for its process: only when that is late, never for a lease that is over, never past a deadline. */

import { expect, test } from 'vitest';
import { betweenLooks, isLate, isStuck } from '../../../src/store/redis/beating.js';

const LEASE = 1_200;
const NEVER = Number.POSITIVE_INFINITY;

test.each<[string, own: number, byThread: number, now: number, late: boolean]>([
  ['set a moment ago', 1_200, 0, 10, false],
  ['when the process itself is about to beat', 1_200, 0, 400, false],
  ['when the process has a little to make up', 1_200, 0, 490, false],
  ['when the process should have beaten', 1_200, 0, 510, true],
  ['shortly before its end', 1_200, 0, 1_199, true],
  ['at its end: it may be another’s', 1_200, 0, 1_200, false],
  ['long after it, as when the process was stopped', 1_200, 0, 90_000, false],
  ['kept a moment ago by the thread', 1_200, 1_710, 520, false],
  ['kept by the thread for several leases, and late again', 1_200, 9_000, 8_400, true],
  ['set anew by the process since', 9_500, 9_000, 8_400, false],
  ['nothing is held, whatever the thread did before', NEVER, 9_000, 8_900, false],
])('%s', (_, own, byThread, now, late) => {
  expect(isLate(new Float64Array([own, byThread]), now, LEASE)).toBe(late);
});

test('one deadline that has passed is enough to be stuck; none is none', () => {
  expect(isStuck(new Float64Array([0, 0]), 1e9)).toBe(false);
  expect(isStuck(new Float64Array([0, 500]), 500)).toBe(false);
  expect(isStuck(new Float64Array([900, 500]), 501)).toBe(true);
});

test('it looks twice at least between being late and the end', () => {
  for (const leaseMs of [200, 1_000, 10_000]) {
    expect(betweenLooks(leaseMs)).toBeLessThan((leaseMs * 7) / 12 / 2);
  }
});
