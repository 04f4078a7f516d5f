/** The stored form of a schedule says everything, in few bytes. */

import { expect, it } from 'vitest';
import type { ScheduleDefinition, StoredSchedule } from '../../../src/domain/schedule/schedule.js';
import { readScheduleRecord, scheduleRecord } from '../../../src/store/redis/schedule-record.js';
import { define } from '../domain/schedule/definitions.js';

const AT = 1_795_897_347_804;

function stored(definition: ScheduleDefinition, over: Partial<StoredSchedule> = {}): StoredSchedule {
  const source = { kind: 'file', set: 'files', file: 'schedules/a.yaml', line: 25_000, column: 3 } as const;
  return { definition, revision: AT, source, createdAt: AT, updatedAt: AT, ...over };
}

const DEFINITIONS = [
  { cron: '20 11 * * *', timezone: 'Europe/Berlin', payload: { customer: 5_000, region: 'eu' } },
  { cron: ['@daily', '5 4 * * *'], dst: { gap: 'skip', fold: 'both' }, queue: 'mail', priority: 'high' },
  { every: '15m', phase: '1m', retry: { maxAttempts: 9 }, labels: { a: 'b' }, enabled: false, jitter: '5s' },
  { at: '2030-01-01T00:00:00Z', catchUp: { policy: 'all' }, timeout: '5s', maxRuns: 3, description: 'd' },
  { cron: '@hourly', exclude: ['2026-12-25', { cron: '* * * * SUN' }], endAt: '2030-01-01T00:00:00Z' },
];

it.each(DEFINITIONS)('%o', (fields) => {
  const definition = define(fields, 'sample');
  for (const schedule of [
    stored(definition),
    stored(definition, { source: { kind: 'api', set: 'api' }, updatedAt: AT + 1, revision: AT + 7 }),
    stored(definition, { source: { kind: 'api', set: 'test' }, paused: { at: AT, reason: 'works' } }),
    stored(definition, { source: { kind: 'file', set: 'billing' } }),
  ]) {
    expect(readScheduleRecord('sample', scheduleRecord(schedule))).toEqual(schedule);
  }
});

it('is short for what is usual', () => {
  const definition = define({ ...DEFINITIONS[0] }, 'report-5000');
  expect(scheduleRecord(stored(definition)).length).toBeLessThan(160);
});
