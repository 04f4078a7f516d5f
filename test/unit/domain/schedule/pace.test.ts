import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { afterOthers, paced } from '../../../../src/domain/schedule/pace.js';

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;

describe('a pace', () => {
  test('of 60 a minute is one each second, and no burst after a rest', () => {
    expect(paced(60, 0, NOW, 99)).toEqual({ starts: 1, at: NOW + 1_000 });
    expect(paced(60, NOW + 1_000, NOW + 999, 99)).toEqual({ starts: 0, at: NOW + 1_000 });
    expect(paced(60, NOW + 1_000, NOW + 900_000, 99).starts).toBe(1);
  });

  test('that is not set lets everything go', () => {
    expect(paced(undefined, 0, NOW, 99)).toEqual({ starts: 99, at: NOW });
  });

  test('is not touched where nothing is wanted', () => {
    expect(paced(60, NOW - 5, NOW, 0)).toEqual({ starts: 0, at: NOW - 5 });
  });

  test('does not stand still when the clock was put back', () => {
    const { at } = paced(60, NOW + 86_400_000, NOW, 1);
    expect(at).toBe(NOW + 1_000);
    expect(paced(60, at, at, 1).starts).toBe(1);
  });
});

test('no minute has more than the pace, whoever asks and however often; and it is nearly reached', () => {
  const asking = fc.record({
    perMinute: fc.constantFrom(1, 2, 7, 59, 60, 61, 600, 601, 6_000, 99_999),
    steps: fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 20, maxLength: 60 }),
    wanted: fc.constantFrom(1, 3, 1_000),
    /** From time to time somebody takes over who does not know what was made a moment ago. */
    change: fc.constantFrom(0, 7, 50),
  });
  fc.assert(
    fc.property(asking, ({ perMinute, steps, wanted, change }) => {
      const starts: { time: number; count: number }[] = [];
      let time = NOW;
      let at = 0;
      for (let i = 0; time < NOW + 3 * MINUTE; i += 1) {
        if (change > 0 && i % change === change - 1) at = time + afterOthers(perMinute);
        const paced1 = paced(perMinute, at, time, wanted);
        at = paced1.at;
        if (paced1.starts > 0) starts.push({ time, count: paced1.starts });
        time += steps[i % steps.length] ?? 1;
      }
      for (const [first, { time: from }] of starts.entries()) {
        let made = 0;
        for (const { time: then, count } of starts.slice(first)) if (then < from + MINUTE) made += count;
        expect(made).toBeLessThanOrEqual(perMinute);
      }
    }),
    { numRuns: 60 },
  );
});

test('asked often enough, the pace is kept up', () => {
  for (const perMinute of [60, 600, 6_000]) {
    let at = 0;
    let made = 0;
    for (let time = NOW; time < NOW + MINUTE; time += 10) {
      const next = paced(perMinute, at, time, 1_000);
      at = next.at;
      made += next.starts;
    }
    expect(made).toBeGreaterThan(0.9 * perMinute);
  }
});
