/** When planning counts as standing still: never for who is slow, for who was away, or because Redis was. */

import { describe, expect, test } from 'vitest';
import { LOOK_EVERY, patienceOf, Standstill } from '../../../src/election/standstill.js';
import type { RecordedTerm } from '../../../src/store/contract/index.js';

const recorded = (planned: string | null, token = '5:a'): RecordedTerm => ({
  ...{ number: 5, token, node: 'a', since: 5, lockValue: 'lock' },
  ...{ planned, deposed: 0 },
});

/** At which time what is recorded; `failed`: the look got no answer. */
type Look = [at: number, seen: RecordedTerm | null | 'failed'];

const W = recorded('5:100');

test.each<[string, Look[], number]>([
  ['the first look says nothing', [[0, W]], 0],
  [
    'the same at every look adds up',
    [
      [0, W],
      [2_000, W],
      [4_000, W],
      [6_000, W],
    ],
    6_000,
  ],
  [
    'a moved watermark begins anew',
    [
      [0, W],
      [2_000, W],
      [4_000, recorded('5:200')],
    ],
    0,
  ],
  [
    'one that moves at every third look too',
    [
      [0, W],
      [2_000, W],
      [4_000, recorded('5:200')],
      [6_000, recorded('5:200')],
    ],
    2_000,
  ],
  [
    'another term begins anew',
    [
      [0, W],
      [2_000, W],
      [4_000, recorded('5:100', '6:b')],
    ],
    0,
  ],
  [
    'nobody in office is nobody stuck',
    [
      [0, W],
      [2_000, W],
      [4_000, null],
    ],
    0,
  ],
  [
    'an earlier release keeps no watermark',
    [
      [0, recorded(null)],
      [2_000, recorded(null)],
      [9_000, recorded(null)],
    ],
    0,
  ],
  [
    'a minute without a look counts as four and a half seconds: Redis hung, or this process',
    [
      [0, W],
      [60_000, W],
    ],
    4_500,
  ],
  [
    'a failed look begins anew',
    [
      [0, W],
      [2_000, W],
      [4_000, 'failed'],
      [6_000, W],
    ],
    0,
  ],
])('%s', (_, looks, stood) => {
  const standstill = new Standstill();
  let last = Number.NaN;
  for (const [at, seen] of looks) {
    if (seen === 'failed') standstill.reset();
    else last = standstill.saw(seen, at);
  }
  expect(last).toBe(stood);
});

describe('the patience', () => {
  test('is twenty seconds with the usual leader TTL, and three looks at least', () => {
    expect(patienceOf(2_000, 0)).toBe(20_000);
    expect(patienceOf(100, 0)).toBe(3 * LOOK_EVERY);
    expect(patienceOf(30_000, 0)).toBe(300_000);
  });

  test('doubles with each leader deposed in a row, four times at most', () => {
    const waits = [0, 1, 2, 3, 4, 5, 500].map((deposed) => patienceOf(2_000, deposed) / 1_000);
    expect(waits).toEqual([20, 40, 80, 160, 320, 320, 320]);
  });
});
