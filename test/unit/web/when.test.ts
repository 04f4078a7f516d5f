/** Schedules in words: what is said of each kind of time, and nothing that takes long or throws. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ScheduleView } from '../../../web/src/core/types.js';
import { expressionOf, meaningOf, spelled, spoken } from '../../../web/src/core/when.js';

const of = (fields: Partial<ScheduleView>): ScheduleView => fields as ScheduleView;

describe('the meaning', () => {
  it.each([
    [{ cron: '30 2 * * *' }, 'At 02:30'],
    [{ cron: '*/5 * * * *' }, 'Every 5 minutes'],
    [
      { cron: ['0 9 * * MON-FRI', '0 12 * * SAT'] },
      'At 09:00, Monday through Friday, and At 12:00, only on Saturday',
    ],
    [{ every: '1h' }, 'Every hour'],
    [{ every: '1h30m' }, 'Every 1 hour 30 minutes'],
    [{ every: '500ms' }, 'Every 500 milliseconds'],
    [{ at: '2027-01-01T00:00:00.000Z' }, 'Once'],
  ])('of %j', (fields, text) => {
    expect(meaningOf(of(fields))).toBe(text);
  });

  it('is not made up where nobody can say it', () => {
    expect(meaningOf(of({ cron: 'H 2 * * *' }))).toBeNull();
    expect(meaningOf(of({ cron: `${'1,'.repeat(200)}2 * * * *` }))).toBeNull();
    expect(expressionOf(of({ cron: 'H 2 * * *' }))).toBe('H 2 * * *');
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const said = spoken(text);
        expect(said === null || typeof said === 'string').toBe(true);
        expect(typeof spelled(text)).toBe('string');
      }),
    );
  });
});
