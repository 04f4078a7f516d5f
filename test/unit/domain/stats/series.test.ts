/** Which stretch of statistics is meant, and what is said of one that cannot be had. */

import { describe, expect, it } from 'vitest';
import { type Asked, stretchOf } from '../../../../src/domain/stats/series.js';

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
const NOW = Date.UTC(2026, 10, 30, 12, 34, 56);

function asked(question: Asked) {
  const stretch = stretchOf(question, NOW);
  if (Array.isArray(stretch)) return stretch.map(({ path, detail }) => `${path.join('/')}: ${detail}`);
  const { from, to, step, tier } = stretch;
  return { back: (NOW - from) / MINUTE, points: (to - from) / step, step: step / MINUTE, tier: tier.name };
}

it('by default the last day, in 300 items at most', () => {
  expect(asked({})).toMatchObject({ points: 289, step: 5, tier: 'minutes' });
  expect(asked({ from: NOW - HOUR })).toMatchObject({ points: 61, step: 1 });
  expect(asked({ from: NOW - 7 * DAY })).toMatchObject({ points: 169, step: 60, tier: 'hours' });
  expect(asked({ from: NOW - 320 * DAY })).toMatchObject({ step: 7 * 1_440, tier: 'days' });
  expect(asked({ step: DAY })).toMatchObject({ points: 61, tier: 'days' });
});

it('cells are the coarsest that fit into a step', () => {
  expect(asked({ step: HOUR })).toMatchObject({ tier: 'hours' });
  expect(asked({ step: 90 * MINUTE, from: NOW - DAY })).toMatchObject({ tier: 'minutes' });
  expect(asked({ step: 2 * DAY })).toMatchObject({ tier: 'days' });
});

it('nothing of the future is answered', () => {
  expect(asked({ to: NOW + DAY, from: NOW - HOUR, step: MINUTE })).toMatchObject({ points: 61 });
});

describe('is refused with what to do', () => {
  it.each<[Asked, string]>([
    [{ from: NOW, to: NOW - 1 }, 'from: must be before to and now'],
    [{ from: NOW + HOUR }, 'from: must be before now'],
    [{ step: 0 }, 'step: must be whole minutes'],
    [{ step: 30_000 }, 'step: must be whole minutes'],
    [
      { from: NOW - 26 * HOUR, step: MINUTE },
      'step: is finer than what is kept: minutes are kept for 1d; ask for a step of whole hours',
    ],
    [
      { from: NOW - 2 * DAY, step: MINUTE },
      'step: would give 2881 items, at most 2000: ask for a larger step, such as 1h',
    ],
    [
      { from: NOW - 40 * DAY, step: HOUR },
      'step: is finer than what is kept: hours are kept for 30d; ask for a step of whole days',
    ],
    [
      { from: NOW - 500 * DAY, step: DAY },
      'from: is finer than what is kept: days are kept for 400d; ask from 2025-10-26',
    ],
    [{ from: NOW - 500 * DAY }, 'from: is finer than what is kept: days'],
  ])('%j', (question, words) => {
    expect(asked(question)).toEqual([expect.stringContaining(words)]);
  });
});
