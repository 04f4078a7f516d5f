import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatInstant, parseInstant } from '../../../../src/domain/input/instants.js';

test.each([
  ['2027-01-01T00:00:00Z', '2027-01-01T00:00:00.000Z'],
  ['2027-01-01T01:00:00+01:00', '2027-01-01T00:00:00.000Z'],
  ['2026-12-31T18:30:00.5-05:30', '2027-01-01T00:00:00.500Z'],
  ['2024-02-29t23:59:59.999999z', '2024-02-29T23:59:59.999Z'],
])('%s is %s', (text, utc) => {
  expect(formatInstant(parseInstant(text) ?? Number.NaN)).toBe(utc);
});

test.each([
  '2026-02-30T00:00:00Z',
  '2025-02-29T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-00-10T00:00:00Z',
  '2026-01-01',
  '2026-01-01T00:00:00',
  '2026-01-01 00:00:00Z',
  '2026-01-01T00:00Z',
  '2026-01-01T24:00:00Z',
  '2026-01-01T00:60:00Z',
  '2026-01-01T00:00:60Z',
  '2026-01-01T00:00:00+24:00',
  '2026-01-01T00:00:00+0100',
  '0050-01-01T00:00:00Z',
  '+012026-01-01T00:00:00Z',
  ' 2026-01-01T00:00:00Z',
  '',
  'now',
  0,
  null,
  undefined,
  new Date(Number.NaN),
])('%j is no point in time', (value) => {
  expect(parseInstant(value)).toBeUndefined();
});

test('a Date is taken as it is, and every time comes back from its text', () => {
  const min = new Date('0100-01-01T00:00:00Z');
  fc.assert(
    fc.property(fc.date({ min, max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true }), (date) => {
      expect(parseInstant(date)).toBe(date.getTime());
      expect(parseInstant(formatInstant(date.getTime()))).toBe(date.getTime());
    }),
  );
});
