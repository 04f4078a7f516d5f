/** Phrases of fugit: what each means as cron expressions, and that nothing is guessed. */

import { describe, expect, it } from 'vitest';
import { Refusal } from '../../../../src/files/import/draft.js';
import { phraseToCrons } from '../../../../src/files/import/phrases.js';

describe('phrases', () => {
  it.each([
    ['every second', '* * * * * *'],
    ['every 1 second', '* * * * * *'],
    ['every 20 seconds', '*/20 * * * * *'],
    ['every 60 seconds', '* * * * *'],
    ['every 120s', '*/2 * * * *'],
    ['every minute', '* * * * *'],
    ['every 15 minutes', '*/15 * * * *'],
    ['every 10min', '*/10 * * * *'],
    ['every five minutes', '*/5 * * * *'],
    ['every 60 minutes', '0 * * * *'],
    ['every hour', '0 * * * *'],
    ['every 2h', '0 */2 * * *'],
    ['every 12 hours at minute 50', '50 */12 * * *'],
    ['every hour at minute 12', '12 * * * *'],
    ['every hour at minutes 0, 20 and 40', '0,20,40 * * * *'],
    ['every minute at second 30', '30 * * * * *'],
    ['every day', '0 0 * * *'],
    ['every other day', '0 0 */2 * *'],
    ['every 2 days at 17:00', '0 17 */2 * *'],
    ['every day at 5am', '0 5 * * *'],
    ['at 5am every day', '0 5 * * *'],
    ['at 5 am every day', '0 5 * * *'],
    ['at noon', '0 12 * * *'],
    ['every day at 12 noon', '0 12 * * *'],
    ['every day at 12 midnight', '0 0 * * *'],
    ['every day at midnight', '0 0 * * *'],
    ['everyday at 12am', '0 0 * * *'],
    ['every day at 12:15 pm', '15 12 * * *'],
    ['every day at five', '0 5 * * *'],
    ['every day at five pm', '0 17 * * *'],
    ['every day at 0730', '30 7 * * *'],
    ['every day at 6pm and 8pm', '0 18,20 * * *'],
    ['every day at 18:00, 18:15, 20:00 and 20:15', '0,15 18,20 * * *'],
    ['every weekday', '0 0 * * 1-5'],
    ['every business day at 9', '0 9 * * 1-5'],
    ['every weekend at 10:30', '30 10 * * 0,6'],
    ['every Thursday at 1 AM', '0 1 * * 4'],
    ['every monday 18:24', '24 18 * * 1'],
    ['on mondays at 7', '0 7 * * 1'],
    ['every wed or Monday at 5pm and 11', '0 11,17 * * 3,1'],
    ['every Mon,Tue, and Wed at 18:15', '15 18 * * 1,2,3'],
    ['every Mon to Thu, 18:20', '20 18 * * 1-4'],
    ['from Monday through Friday at 19:21', '21 19 * * 1-5'],
    ['every Fri-Sun at 18:00', '0 18 * * 5-0'],
    ['every week', '0 0 * * 0'],
    ['every week on monday at 9', '0 9 * * 1'],
    ['every month', '0 0 1 * *'],
    ['every month at 19:10', '10 19 1 * *'],
    ['every 4M', '0 0 1 */4 *'],
    ['every 3 months', '0 0 1 */3 *'],
    ['every month on day 2 and 5 at 10:00', '0 10 2,5 * *'],
    ['every month on the 1st and the last at 12:00 pm', '0 12 1,L * *'],
    ['every 15th of the month', '0 0 15 * *'],
    ['every second of the month at 10:00', '0 10 2 * *'],
    ['on the 1st at 8:00', '0 8 1 * *'],
    ['every last day of the month', '0 0 L * *'],
    ['every day from the 25th to the last', '0 0 25-31 * *'],
    ['every year', '0 0 1 1 *'],
    ['every weekday 8am to 5pm', '0 8-17 * * 1-5'],
    ['every hour, from 8am to 5pm', '0 8-17 * * *'],
    ['every hour between 8am and 5pm', '0 8-17 * * *'],
    ['every minute from 8am to 5pm', '* 8-16 * * *'],
    ['every weekday 8am to 5pm on the minute', '* 8-16 * * 1-5'],
    ['every weekday 8am to 5pm on minute 10 and 30', '10,30 8-16 * * 1-5'],
    ['every 15 minutes starting at minute 1', '1-59/15 * * * *'],
    ['every hour starting at hour 8', '0 8-23 * * *'],
    ['every second from second 10', '10-59 * * * * *'],
  ])('%s', (phrase, cron) => expect(phraseToCrons(phrase)).toEqual([cron]));

  it('times of different minutes are several crons', () => {
    expect(phraseToCrons('every day at 00:40 and 15:20')).toEqual(['40 0 * * *', '20 15 * * *']);
    expect(phraseToCrons('every monday at 8:15, 9:15 and 17:00')).toEqual(['15 8,9 * * 1', '0 17 * * 1']);
  });

  it.each([
    '',
    'nothing',
    'every',
    'every 2 weeks',
    'every 2 years',
    'every 90 seconds',
    'every 90 minutes',
    'every 100 minutes',
    'every 27 hours',
    'every 0 minutes',
    'every day at 25:00',
    'every day at 5 except sunday',
    'every day at 13pm',
    'every hour at 5pm',
    'every funday',
    'every monday to funday',
    'every blue moon',
    'at',
  ])('refused: %s', (phrase) => {
    expect(() => phraseToCrons(phrase)).toThrow(Refusal);
    expect(() => phraseToCrons(phrase)).toThrow(JSON.stringify(phrase));
  });
});
