import { expect, test } from 'vitest';
import { isHandlerName, isNamespace, isQueueName, isScheduleId } from '../../../../src/domain/input/names.js';
import { nearest } from '../../../../src/domain/input/suggestions.js';
import { timezoneProblem } from '../../../../src/domain/spec/timezones.js';

test('queues and namespaces are up to 64 small characters, schedules up to 128', () => {
  for (const test of [isQueueName, isNamespace, isScheduleId]) {
    for (const good of ['a', '0', 'a.b_c-d', 'x'.repeat(64)]) expect(test(good)).toBe(true);
    for (const bad of ['', 'A', '-a', '.a', 'a b', 'a@b', 'a\n', 'ä', '{a}', 'a:b', 5, null]) {
      expect(test(bad)).toBe(false);
    }
  }
  expect(isQueueName('x'.repeat(65))).toBe(false);
  expect(isScheduleId('x'.repeat(128))).toBe(true);
  expect(isScheduleId('x'.repeat(129))).toBe(false);
});

test('handlers may have capitals and slashes', () => {
  expect(isHandlerName('Billing/invoices.close_2')).toBe(true);
  for (const bad of ['', '/a', 'a b', 'x'.repeat(129)]) expect(isHandlerName(bad)).toBe(false);
});

test.each([
  'UTC',
  'Europe/Berlin',
  'America/Argentina/Buenos_Aires',
  'Etc/GMT+5',
  'Asia/Kolkata',
  'Asia/Calcutta',
])('%s is a time zone', (zone) => {
  expect(timezoneProblem(zone)).toBeUndefined();
});

test.each([
  ['Europe/Berln', /did you mean "Europe\/Berlin"/],
  ['Berlin', /did you mean "Europe\/Berlin"/],
  ['new york', /did you mean "America\/New_York"/],
  ['europe/berlin', /must be written "Europe\/Berlin"/],
  ['EST', /is an abbreviation/],
  ['CET', /is an abbreviation/],
  ['est', /is an abbreviation/],
  ['Pst8pdt', /is an abbreviation/],
  ['SystemV/EST5', /no IANA/],
  ['utc', /did you mean "UTC"/],
  ['+02:00', /no IANA/],
  ['UTC+99', /no IANA/],
  ['local', /no IANA/],
  ['', /no IANA/],
  [5, /must be/],
])('%s is no time zone', (zone, reason) => {
  expect(timezoneProblem(zone)).toMatch(reason);
});

test('a word is suggested only when it is near', () => {
  const known = ['timezone', 'timeout', 'queue'];
  expect(nearest('timezon', known)).toBe('timezone');
  expect(nearest('tiemout', known)).toBe('timeout');
  expect(nearest('Queue', known)).toBe('queue');
  expect(nearest('payload', known)).toBeUndefined();
});
