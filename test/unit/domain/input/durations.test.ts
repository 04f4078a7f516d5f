import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../../../src/domain/input/durations.js';

test.each([
  ['0ms', 0],
  ['250ms', 250],
  ['90s', 90_000],
  ['1h30m', 5_400_000],
  ['5m250ms', 300_250],
  ['7d', 604_800_000],
  ['1w1d', 691_200_000],
])('%s is %d ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  '',
  'h',
  '1',
  '1.5h',
  '-1s',
  '+1s',
  '1h 30m',
  ' 1s',
  '1s\n',
  '30m1h',
  '1m1m',
  '1H',
  '1y',
  '1e3s',
  '９s',
  `${'9'.repeat(40)}s`,
  '9007199254740993ms',
  5,
  null,
  undefined,
  ['1s'],
  {},
])('%j is no duration', (value) => {
  expect(parseDuration(value)).toBeUndefined();
});

test('every whole number of ms comes back from its text', () => {
  fc.assert(
    fc.property(fc.nat({ max: 1e14 }), (ms) => {
      expect(parseDuration(formatDuration(ms))).toBe(ms);
    }),
  );
});

test('what is formatted is short', () => {
  expect(formatDuration(5_400_000)).toBe('1h30m');
  expect(formatDuration(1_209_600_000)).toBe('14d');
  expect(formatDuration(0)).toBe('0ms');
});
