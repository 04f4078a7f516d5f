import { describe, expect, test } from 'vitest';
import type { FieldProblem } from '../../../../src/domain/input/readers.js';
import { readDefaults, readDefinition } from '../../../../src/domain/schedule/definition.js';
import { type Calendars, calendar, writtenExclusions } from '../../../../src/domain/schedule/exclusions.js';
import { define } from './definitions.js';

const holidays: Calendars = new Map([
  ['holidays', [{ from: '2026-12-25', to: '2026-12-26' }, { cron: '* * * * SUN' }]],
  ['closures', [{ from: '2026-08-01', to: '2026-08-14' }]],
]);

const read = (exclude: unknown, fields: object = {}, calendars: Calendars | undefined = holidays) =>
  readDefinition(
    'sample',
    { handler: 'x', cron: '0 9 * * *', exclude, ...fields },
    { ...(calendars && { calendars }) },
  );

function problemsOf(exclude: unknown, fields: object = {}): string[] {
  const reading = read(exclude, fields);
  return 'problems' in reading
    ? reading.problems.map(({ path, detail }) => `${path.join('.')}: ${detail}`)
    : [];
}

function exclusionsOf(exclude: unknown, fields: object = {}) {
  const reading = read(exclude, fields);
  if ('problems' in reading) throw new Error(JSON.stringify(reading.problems));
  return reading.definition.exclude;
}

test('dates, both ways to write a range, crons and calendars', () => {
  const exclude = [
    '2026-12-25',
    '2026-12-24..2027-01-01',
    { from: '2027-02-28', to: '2027-02-28' },
    { cron: '0 12 * * MON' },
    { cron: '@yearly' },
    { cron: '1-59/5 * * * * *' },
    'holidays',
  ];
  expect(exclusionsOf(exclude, { timezone: 'Europe/Berlin' })).toEqual({
    timezone: 'Europe/Berlin',
    items: [
      { from: '2026-12-25', to: '2026-12-25' },
      { from: '2026-12-24', to: '2027-01-01' },
      { from: '2027-02-28', to: '2027-02-28' },
      { cron: '0 12 * * MON' },
      { cron: '@yearly' },
      { cron: '1-59/5 * * * * *' },
      { calendar: 'holidays', items: holidays.get('holidays') },
    ],
  });
});

test('are written back as people write them', () => {
  const exclude = ['2026-12-25', '2026-12-24..2027-01-01', { cron: '0 12 * * MON' }, 'holidays'];
  const exclusions = exclusionsOf([...exclude, 'holidays']);
  expect(exclusions && writtenExclusions(exclusions)).toEqual(exclude);
});

test('every and at have them in the zone of the schedule too, and UTC when it says none', () => {
  expect(define({ every: '1h', timezone: 'Asia/Tokyo', exclude: ['2026-12-25'] }).exclude?.timezone).toBe(
    'Asia/Tokyo',
  );
  expect(
    define({ at: '2026-12-25T15:30:00Z', timezone: 'Asia/Tokyo', exclude: ['2026-12-25'] }),
  ).toBeDefined();
  expect(define({ every: '1h', exclude: ['2026-12-25'] }).exclude?.timezone).toBe('UTC');
  expect(define({ every: '1h', timezone: 'Asia/Tokyo' })).not.toHaveProperty('exclude');
});

test('H in a cron of its own is hashed by its id', () => {
  expect(exclusionsOf([{ cron: 'H H * * *' }])?.items).toEqual([{ cron: 'H H * * *' }]);
});

describe('problems', () => {
  test.each<[unknown, RegExp]>([
    ['2026-12-25', /^exclude: must be a list/],
    [['2026-02-30'], /^exclude\.0: 2026-02-30 does not exist/],
    [['2026-12-25', '2026-13-01'], /^exclude\.1: 2026-13-01 does not exist/],
    [['2026-1-5'], /^exclude\.0: "2026-1-5" is no date such as "2026-12-25"; write "2026-01-05"$/],
    [['2026/12/25'], /write "2026-12-25"$/],
    [['12/25/2026'], /write "2026-12-25"$/],
    [['5/6/2026'], /write "2026-06-05" or "2026-05-06"$/],
    [['24.12.2026..2026-12-26'], /"24\.12\.2026" is no date .*; write "2026-12-24"$/],
    [[20261225], /"20261225" is no date .*; write "2026-12-25"$/],
    [['31.2.2026'], /"31\.2\.2026" is no date and no calendar/],
    [['2026-12-25T00:00:00Z'], /^exclude\.0: "2026-12-25T00:00:00Z" is no date such as/],
    [['2026-12-25..'], /^exclude\.0: "" is no date such as/],
    [['2026-12-25..holidays'], /^exclude\.0: "holidays" is no date such as/],
    [['2026-12-25..2026-12-26..2026-12-27'], /^exclude\.0: .*is no range such as/],
    [['2027-01-01..2026-12-24'], /^exclude\.0: the range ends before .* "2026-12-24\.\.2027-01-01"/],
    [[{ from: '2027-01-01', to: '2026-12-24' }], /^exclude\.0\.to: the range ends before/],
    [[{ from: '2026-02-29', to: '2026-12-24' }], /^exclude\.0\.from: 2026-02-29 does not exist/],
    [[{ from: '2026-02-01', to: 5 }], /^exclude\.0\.to: this is no date/],
    [[{ from: '2026-02-01' }], /^exclude\.0: a range needs both from and to/],
    [[{ to: '2026-02-01' }], /^exclude\.0: a range needs both from and to/],
    [[{ from: '2026-02-01', to: '2026-02-02', by: 1 }], /^exclude\.0\.by: is not a known key/],
    [[{ cron: '* * * *' }], /^exclude\.0\.cron: cron expression/],
    [[{ cron: '0 0 30 2 *' }], /^exclude\.0\.cron: cron expression/],
    [[{ cron: 5 }], /^exclude\.0\.cron: must be a cron expression/],
    [[{ cron: '@daily', timezone: 'UTC' }], /^exclude\.0\.timezone: is not a known key/],
    [[{}], /^exclude\.0: must be a date such as/],
    [[null], /^exclude\.0: must be a date such as/],
    [[new Date(0)], /^exclude\.0: must be a date such as/],
    [['Holidays'], /^exclude\.0: must be .* or the name of a calendar/],
    [['25.12.2026'], /^exclude\.0: "25\.12\.2026" is no date such as .*; write "2026-12-25"$/],
    [['holiday'], /^exclude\.0: "holiday" is no date and no calendar .*did you mean "holidays"\?/],
    [['inventory'], /^exclude\.0: .*the calendars are: holidays, closures/],
    [[{ cron: '* * * * *' }], /^exclude: leaves out every run: this schedule never happens/],
    [[{ cron: '* 9 * * *' }], /^exclude: leaves out every run/],
    [['1990-01-01..2200-01-01'], /^exclude: leaves out every run/],
    [Array.from({ length: 33 }, () => ({ cron: '0 0 1 1 *' })), /^exclude: lists more than .* 32 crons/],
    [Array.from({ length: 1_000 }, () => '2026-12-25').concat('x'), /^exclude: must be a list of 0 to 1000/],
    [
      Array.from({ length: 999 }, () => '2026-12-25').concat('holidays'),
      /^exclude: lists more than 1000 items/,
    ],
  ])('%j', (exclude, reason) => {
    expect(problemsOf(exclude)).toEqual([expect.stringMatching(reason)]);
  });

  test('name the place in the list although what stands before it is wrong, too', () => {
    expect(problemsOf(['2026-02-30', 'inventory'])).toEqual([
      expect.stringMatching(/^exclude\.0: /),
      expect.stringMatching(/^exclude\.1: "inventory"/),
    ]);
  });

  test('a point in time that is left out, and bounds that leave nothing of it', () => {
    expect(problemsOf(['2026-12-25'], { cron: undefined, at: '2026-12-25T23:00:00Z' })).toEqual([
      expect.stringMatching(/^exclude: leaves out every run/),
    ]);
    const bounds = { startAt: '2026-12-24T00:00:00Z', endAt: '2026-12-26T00:00:00Z' };
    expect(problemsOf(['2026-12-24..2026-12-25'], bounds)).toEqual([
      expect.stringMatching(/^endAt: leaves no run \(the first would be 2026-12-26T09:00/),
    ]);
    expect(problemsOf(['2026-12-24'], bounds)).toEqual([]);
  });

  test('a calendar where there are none: the API says what to do instead', () => {
    const reading = readDefinition('sample', { handler: 'x', cron: '@daily', exclude: ['holidays'] });
    expect(reading).toMatchObject({
      problems: [
        { path: ['exclude', 0], detail: expect.stringMatching(/list the dates here, or declare .* file/) },
      ],
    });
  });
});

describe('defaults', () => {
  const read = (exclude: unknown, own: object = {}) => {
    const { defaults, problems } = readDefaults({ exclude }, holidays);
    const options = { defaults, calendars: holidays };
    return { problems, reading: readDefinition('sample', { handler: 'x', every: '1h', ...own }, options) };
  };

  test('may name calendars', () => {
    expect(read(['holidays'])).toMatchObject({
      problems: [],
      reading: { definition: { exclude: { items: [{ calendar: 'holidays' }] } } },
    });
  });

  test('are taken back by an empty list', () => {
    expect(read(['holidays'], { exclude: [] }).reading).not.toHaveProperty('definition.exclude');
  });

  test.each<[unknown, RegExp]>([
    [['holidays', 'inventory'], /inventory/],
    [Array.from({ length: 33 }, () => ({ cron: '0 0 1 1 *' })), /32 crons/],
  ])('that are wrong are wrong once, not for every schedule', (exclude, reason) => {
    const { problems, reading } = read(exclude);
    expect(problems).toMatchObject([{ detail: expect.stringMatching(reason) }]);
    expect(reading).not.toHaveProperty('problems');
  });
});

test('a calendar may hold nothing', () => {
  expect(calendar([], [], [])).toEqual([]);
});

test.each<[unknown, RegExp]>([
  [['holidays'], /^0: "holidays" is no date .* and a calendar names no other calendar/],
  [[{ cron: 'H 3 * * *' }], /^0\.cron: H is hashed from a schedule's id, and a calendar is shared/],
  [[{ cron: 'H(3-1) 3 * * *' }], /^0\.cron: /],
  [[{ cron: '* * *' }], /^0\.cron: cron expression/],
  [['2026-12-25', '2026-02-30'], /^1: 2026-02-30 does not exist/],
  [[{ any: 1 }], /^0: must be a date such as/],
])('a calendar of %j is refused', (items, reason) => {
  const problems: FieldProblem[] = [];
  calendar(items, [], problems);
  expect(problems.map(({ path, detail }) => `${path.join('.')}: ${detail}`)).toEqual([
    expect.stringMatching(reason),
  ]);
});
