/** Which names of zones are taken, and what is said of those that are not. */

import { describe, expect, test } from 'vitest';
import { timezoneProblem } from '../../../../src/domain/spec/timezones.js';

describe('abbreviations that are names in the zone data say which place is meant', () => {
  test.each([
    ['CET', 'Europe/Brussels'],
    ['cet', 'Europe/Brussels'],
    ['EST5EDT', 'America/New_York'],
    ['GB', 'Europe/London'],
    ['NZ', 'Pacific/Auckland'],
    ['PRC', 'Asia/Shanghai'],
    ['W-SU', 'Europe/Moscow'],
    ['EST', 'America/New_York", or "America/Panama" without summer time'],
  ])('%s', (name, place) => {
    const problem = timezoneProblem(name);
    expect(problem).toContain(`write "${place}`);
    expect(problem).not.toContain('no IANA');
    expect(timezoneProblem(place.split('"')[0])).toBeUndefined();
  });
});

test.each(['IST', 'CEST', 'Mars/Phobos', 'local', '+01:00'])('%s is no name of the zone data', (name) => {
  expect(timezoneProblem(name)).toMatch(/is no IANA time zone name/);
});
