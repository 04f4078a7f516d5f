import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Spec } from '../../../../src/domain/schedule/schedule.js';
import { compileSpec } from '../../../../src/domain/spec/compile.js';

const at = (text: string): number => Date.parse(text);

function cron(expressions: string | string[], timezone = 'UTC'): Spec {
  const list = typeof expressions === 'string' ? [expressions] : expressions;
  return { kind: 'cron', expressions: list, timezone, gap: 'shift', fold: 'first' };
}

function runs(spec: Spec, from: string, count: number, id = 'x'): string[] {
  const { next } = compileSpec(spec, id);
  const found: string[] = [];
  for (let after: number | null = at(from); found.length < count; ) {
    after = next(after);
    if (after === null) break;
    found.push(new Date(after).toISOString().replace('.000Z', 'Z'));
  }
  return found;
}

describe('cron', () => {
  test.each([
    ['*/20 * * * *', ['00:20', '00:40', '01:00']],
    ['*/10,*/15 * * * *', ['00:10', '00:15', '00:20']],
    ['0 0,12 * * *', ['12:00']],
    ['  5   1 * * * ', ['01:05']],
    ['@hourly', ['01:00', '02:00']],
    ['5-59/30 * * * *', ['00:05', '00:35', '01:05']],
  ])('%s', (expression, times) => {
    expect(runs(cron(expression), '2026-03-02T00:00:00Z', times.length)).toEqual(
      times.map((time) => `2026-03-02T${time}:00Z`),
    );
  });

  test.each([
    ['0 0 * * 0,7', ['2026-03-08', '2026-03-15']],
    ['0 0 * * MON-WED', ['2026-03-03', '2026-03-04', '2026-03-09']],
    ['0 0 1 JAN,jul *', ['2026-07-01', '2027-01-01']],
    ['0 0 L * ?', ['2026-03-31', '2026-04-30']],
    ['0 0 * * 5L', ['2026-03-27']],
    ['0 0 ? * FRI#2', ['2026-03-13', '2026-04-10']],
    ['0 0 13 * FRI', ['2026-03-06', '2026-03-13', '2026-03-20']],
    ['0 0 29 2 *', ['2028-02-29', '2032-02-29']],
    ['@midnight', ['2026-03-03']],
    ['@yearly', ['2027-01-01']],
  ])('%s', (expression, days) => {
    expect(runs(cron(expression), '2026-03-02T00:00:00Z', days.length)).toEqual(
      days.map((day) => `${day}T00:00:00Z`),
    );
  });

  test('six fields begin with seconds', () => {
    expect(runs(cron('*/30 * * * * *'), '2026-03-02T00:00:00Z', 2)).toEqual([
      '2026-03-02T00:00:30Z',
      '2026-03-02T00:01:00Z',
    ]);
  });

  test('a list is a union without doubles', () => {
    expect(runs(cron(['*/20 * * * *', '*/30 * * * *']), '2026-03-02T00:00:00Z', 4)).toEqual(
      ['00:20', '00:30', '00:40', '01:00'].map((time) => `2026-03-02T${time}:00Z`),
    );
  });

  test('H is fixed by the id and spread over ids', () => {
    const first = (id: string) => runs(cron('H H * * *'), '2026-03-02T00:00:00Z', 2, id).join();
    expect(first('a')).toBe(first('a'));
    expect(new Set(['a', 'b', 'c', 'd'].map(first)).size).toBeGreaterThan(1);
  });

  test.each(['', '* * * *', '0/15 * * * *', '0 0 30 2 *', '@reboot'])('%j is refused', (expression) => {
    expect(() => compileSpec(cron(expression), 'x')).toThrow(
      expect.objectContaining({ code: 'invalid_cron' }),
    );
  });

  test('a local time that is always in a gap is refused, because gap: skip leaves nothing of it', () => {
    const expression = '30 2 * 3 SUN#L';
    const always = { ...cron(expression, 'Europe/Berlin'), gap: 'skip' as const };
    expect(() => compileSpec(always, 'x')).toThrow(/never happens in Europe\/Berlin with gap: skip/);
    expect(runs(cron(expression, 'Europe/Berlin'), '2026-01-01T00:00:00Z', 1)).toEqual([
      '2026-03-29T01:30:00Z',
    ]);
  });

  test('a search ends after 100 years, and with the year 9999', () => {
    const { next } = compileSpec(cron('0 0 * 2 5#5'), 'x');
    expect(next(at('2052-03-01T00:00:00Z'))).toBe(at('2064-02-29T00:00:00Z'));
    const yearly = compileSpec(cron('@yearly', 'Asia/Tokyo'), 'x');
    expect(yearly.next(at('9998-12-31T00:00:00Z'))).toBe(at('9998-12-31T15:00:00Z'));
    expect(yearly.next(at('9999-12-31T15:00:00Z'))).toBeNull();
    expect(compileSpec(cron('* * * * *'), 'x').next(at('9999-12-31T23:59:00Z'))).toBeNull();
  });

  test('what is legal but hardly meant is noted with the place of the expression', () => {
    expect(compileSpec(cron(['0 * * * *', '*/90 * * * *']), 'x').notes()).toEqual([
      { expression: 1, code: 'long_step', note: expect.stringContaining('*/90') },
    ]);
    expect(compileSpec(cron('0 9 * * 1-5'), 'x').notes()).toEqual([]);
  });

  test('what is no text at all is refused', () => {
    for (const value of [null, undefined, 5, {}]) {
      expect(() => compileSpec(cron([value as unknown as string]), 'x')).toThrow(/text/);
    }
    expect(() => compileSpec(cron([]), 'x')).toThrow(/at least one/);
  });

  test('a wall time that comes twice fires once, at its first pass, from wherever it is asked', () => {
    const newYork = cron('30 1 * * *', 'America/New_York');
    expect(runs(newYork, '2026-11-01T00:00:00Z', 2)).toEqual([
      '2026-11-01T05:30:00Z',
      '2026-11-02T06:30:00Z',
    ]);
    expect(runs(newYork, '2026-11-01T06:00:00Z', 1)).toEqual(['2026-11-02T06:30:00Z']);
    // At midnight the library alone would name the second pass.
    expect(runs(cron('0 0 * * *', 'America/Havana'), '2026-10-31T12:00:00Z', 2)).toEqual([
      '2026-11-01T04:00:00Z',
      '2026-11-02T05:00:00Z',
    ]);
  });

  test('every hour means every hour in both passes, and a time in the gap shifts', () => {
    expect(runs(cron('0 * * * *', 'America/New_York'), '2026-11-01T04:30:00Z', 3)).toEqual([
      '2026-11-01T05:00:00Z',
      '2026-11-01T06:00:00Z',
      '2026-11-01T07:00:00Z',
    ]);
    expect(runs(cron('30 2 * * *', 'Europe/Berlin'), '2026-03-28T12:00:00Z', 2)).toEqual([
      '2026-03-29T01:30:00Z',
      '2026-03-30T00:30:00Z',
    ]);
  });

  test('an offset that changes by half an hour neither stops the search nor turns it back', () => {
    const after = at('2026-04-04T14:10:00Z');
    expect(runs(cron('0 12 * * *', 'Australia/Lord_Howe'), '2026-04-04T14:10:00Z', 1)).not.toEqual([]);
    const hourly = compileSpec(cron('0 * * * *', 'Australia/Lord_Howe'), 'x').next(after) ?? 0;
    expect(hourly).toBeGreaterThan(after);
    expect(hourly).toBeLessThanOrEqual(after + 2 * 3_600_000);
  });

  test('an unknown zone is refused', () => {
    expect(() => compileSpec(cron('* * * * *', 'Mars/Olympus'), 'x')).toThrow(
      expect.objectContaining({ code: 'invalid_input' }),
    );
  });
});

describe('every', () => {
  test('is aligned to the epoch with its phase, strictly after', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_000, max: 1e9 }),
        fc.nat({ max: 1e9 }),
        fc.integer({ min: -1e12, max: 4e12 }),
        (every, seed, after) => {
          const phase = seed % every;
          const next = compileSpec({ kind: 'every', every, phase }, 'x').next(after) ?? Number.NaN;
          expect((((next - phase) % every) + every) % every).toBe(0);
          expect(next).toBeGreaterThan(after);
          expect(next - every).toBeLessThanOrEqual(after);
        },
      ),
    );
  });

  test.each([
    [999, 0],
    [1000, 1000],
    [1000, -1],
    [1500.5, 0],
  ])('%d with phase %d is refused', (every, phase) => {
    expect(() => compileSpec({ kind: 'every', every, phase }, 'x')).toThrow();
  });
});

test('at comes once', () => {
  const { next } = compileSpec({ kind: 'at', at: 5_000 }, 'x');
  expect([next(0), next(4_999), next(5_000), next(9_000)]).toEqual([5_000, 5_000, null, null]);
});

test('any text as cron either compiles to a forward search or is refused with the code', () => {
  const token = fc.constantFrom(
    '*',
    '?',
    '0',
    '7',
    '31',
    'L',
    'W',
    'H',
    'MON',
    'JAN',
    '*/5',
    '1-5',
    '2#3',
    '5L',
    ',',
    '-',
    'H(1-3)',
    '@daily',
    ' ',
  );
  fc.assert(
    fc.property(fc.array(token, { maxLength: 7 }), fc.boolean(), (tokens, spaced) => {
      const text = tokens.join(spaced ? ' ' : '');
      try {
        const next = compileSpec(cron(text, 'Europe/Berlin'), 'x').next(at('2026-03-28T00:00:00Z'));
        expect(next === null || next > at('2026-03-28T00:00:00Z')).toBe(true);
      } catch (error) {
        expect(error).toMatchObject({ code: 'invalid_cron' });
      }
    }),
    { numRuns: 300 },
  );
});
