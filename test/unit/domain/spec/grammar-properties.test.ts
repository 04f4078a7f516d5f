/** Any text of the grammar means what a naive reading of its members says; any other text is refused in short words. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CarillonError } from '../../../../src/domain/input/errors.js';
import { readCron } from '../../../../src/domain/spec/grammar.js';

const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
const DAYS = 'SUN MON TUE WED THU FRI SAT'.split(' ');

/** What one list member may contribute. */
interface Meaning {
  values?: number[];
  last?: true;
  nearest?: number | 'last';
  lastOf?: number;
  nth?: [weekday: number, n: number];
}
type Member = [text: string, meaning: Meaning];

interface Shape {
  min: number;
  max: number;
  top: number;
  names: string[];
}
const SECOND: Shape = { min: 0, max: 59, top: 59, names: [] };
const HOUR: Shape = { min: 0, max: 23, top: 23, names: [] };
const DATE: Shape = { min: 1, max: 31, top: 31, names: [] };
const MONTH: Shape = { min: 1, max: 12, top: 12, names: MONTHS };
const WEEKDAY: Shape = { min: 0, max: 7, top: 6, names: DAYS };

/** A value with one of its spellings. */
function spelt(shape: Shape): fc.Arbitrary<[string, number]> {
  return fc.tuple(fc.integer({ min: shape.min, max: shape.max }), fc.nat(3)).map(([value, style]) => {
    const name = nameOf(shape, value);
    if (style === 1) return [String(value).padStart(2, '0'), value];
    if (name === undefined || style === 0) return [String(value), value];
    // A name is the lower one of Sunday's two numbers.
    return [
      style === 2 ? name : name.slice(0, 1) + name.slice(1).toLowerCase(),
      value % (shape === WEEKDAY ? 7 : 99),
    ];
  });
}

function nameOf(shape: Shape, value: number): string | undefined {
  return shape.names[shape === WEEKDAY ? value % 7 : value - shape.min];
}

/** The end of a range from `low`: Sunday may be written as 7 or, after other days, as 0 or SUN. */
function ending(shape: Shape, low: number): fc.Arbitrary<[string, number]> {
  return fc.tuple(fc.integer({ min: low, max: shape.max }), fc.nat(2)).map(([value, style]) => {
    const sunday = shape === WEEKDAY && value === 7;
    const name = sunday && low === 0 ? undefined : nameOf(shape, value);
    if (style === 1 && name !== undefined) return [name, value];
    return [style === 2 && sunday && low > 0 ? '0' : String(value), value];
  });
}

const step = fc.option(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 10, max: 999_999_999 })), {
  nil: 0,
});

/** Every value of the field, asked one by one. */
function walk(shape: Shape, low: number, high: number, by: number): number[] {
  const found = [];
  for (let value = shape.min; value <= shape.max; value += 1) {
    if (value >= low && value <= high && (value - low) % (by || 1) === 0)
      found.push(shape === WEEKDAY ? value % 7 : value);
  }
  return found;
}

const slash = (by: number): string => (by === 0 ? '' : `/${by}`);

function plain(shape: Shape): fc.Arbitrary<Member> {
  const one = spelt(shape).map(([text, value]): Member => [text, { values: walk(shape, value, value, 1) }]);
  const star = step.map((by): Member => [`*${slash(by)}`, { values: walk(shape, shape.min, shape.top, by) }]);
  const range = spelt(shape).chain(([from, low]) =>
    fc.tuple(ending(shape, low), step).map(([[to, high], by]): Member => {
      return [`${from}-${to}${slash(by)}`, { values: walk(shape, low, high, by) }];
    }),
  );
  return fc.oneof(one, one, star, range, range);
}

const weekdayForm: fc.Arbitrary<Member> = fc.oneof(
  fc.integer({ min: 0, max: 7 }).map((day): Member => [`${day}L`, { lastOf: day % 7 }]),
  spelt(WEEKDAY).map(([text, day]): Member => [`${text}#L`, { lastOf: day % 7 }]),
  fc
    .tuple(spelt(WEEKDAY), fc.integer({ min: 1, max: 5 }))
    .map(([[text, day], n]): Member => [`${text}#${n}`, { nth: [day % 7, n] }]),
);

const list = (member: fc.Arbitrary<Member>): fc.Arbitrary<Member[]> =>
  fc.array(member, { minLength: 1, maxLength: 3 });

const dateField = fc.oneof(
  {
    weight: 4,
    arbitrary: list(
      fc.oneof(
        { weight: 4, arbitrary: plain(DATE) },
        { weight: 1, arbitrary: fc.constant<Member>(['L', { last: true }]) },
      ),
    ),
  },
  { weight: 1, arbitrary: spelt(DATE).map(([text, date]): Member[] => [[`${text}W`, { nearest: date }]]) },
  { weight: 1, arbitrary: fc.constant<Member[]>([['LW', { nearest: 'last' }]]) },
);
const weekdayField = list(
  fc.oneof({ weight: 2, arbitrary: plain(WEEKDAY) }, { weight: 1, arbitrary: weekdayForm }),
);

/** null: `*` or `?` */
const unless = (field: fc.Arbitrary<Member[]>): fc.Arbitrary<Member[] | '*' | '?'> =>
  fc.oneof(
    { weight: 2, arbitrary: field },
    { weight: 1, arbitrary: fc.constantFrom('*' as const, '?' as const) },
  );

const expression = fc.record({
  seconds: fc.option(list(plain(SECOND))),
  minutes: list(plain(SECOND)),
  hours: list(plain(HOUR)),
  dates: unless(dateField),
  months: list(plain(MONTH)),
  weekdays: unless(weekdayField),
  blank: fc.constantFrom(' ', '\t', '  ', ' \t'),
  around: fc.constantFrom('', ' ', '\t '),
});

type Expression = typeof expression extends fc.Arbitrary<infer T> ? T : never;

const textOf = (field: Member[] | string): string =>
  typeof field === 'string' ? field : field.map(([text]) => text).join(',');

function written({ seconds, minutes, hours, dates, months, weekdays, blank, around }: Expression): string {
  const fields = [...(seconds === null ? [] : [seconds]), minutes, hours, dates, months, weekdays];
  return around + fields.map(textOf).join(blank) + around;
}

const sorted = (values: Iterable<number>): number[] => [...new Set(values)].sort((a, b) => a - b);
const valuesOf = (field: Member[]): number[] => sorted(field.flatMap(([, { values }]) => values ?? []));

/** The longest an asked month can be. */
function longest(months: readonly number[]): number {
  return Math.max(...months.map((month) => new Date(Date.UTC(2024, month, 0)).getUTCDate()));
}

function naive({ seconds, minutes, hours, dates, months, weekdays }: Expression) {
  const asked = valuesOf(months);
  const meanings = (field: Member[]): Meaning[] => field.map(([, meaning]) => meaning);
  const unasked = (field: Member[] | string): field is string =>
    typeof field === 'string' || textOf(field) === '*';
  return {
    seconds: seconds === null ? [0] : valuesOf(seconds),
    minutes: valuesOf(minutes),
    hours: valuesOf(hours),
    months: asked,
    ofMonth: unasked(dates)
      ? null
      : {
          dates: valuesOf(dates).filter((date) => date <= longest(asked)),
          last: meanings(dates).some(({ last }) => last),
          nearestWeekday: meanings(dates)[0]?.nearest ?? null,
        },
    ofWeek: unasked(weekdays)
      ? null
      : {
          weekdays: valuesOf(weekdays),
          last: sorted(meanings(weekdays).flatMap(({ lastOf }) => lastOf ?? [])),
          nth: sorted(meanings(weekdays).flatMap(({ nth }) => (nth ? [nth[0] * 10 + nth[1]] : []))),
        },
  };
}

test('an expression of the grammar gives the sets of a naive reading', () => {
  fc.assert(
    fc.property(expression, (given) => {
      const text = written(given);
      const wanted = naive(given);
      const { ofMonth, ofWeek } = wanted;
      const comes =
        ofMonth === null ||
        ofWeek !== null ||
        ofMonth.dates.length > 0 ||
        ofMonth.last ||
        ofMonth.nearestWeekday === 'last' ||
        (ofMonth.nearestWeekday !== null && ofMonth.nearestWeekday <= longest(wanted.months));
      if (!comes) {
        expect(() => readCron(text, undefined)).toThrow('never comes');
        return;
      }
      const { days, ...rest } = readCron(text, undefined).pattern;
      const reachable = days.ofMonth?.dates.filter((date) => date <= longest(wanted.months));
      expect({
        ...rest,
        ofMonth: days.ofMonth && { ...days.ofMonth, dates: reachable },
        ofWeek: days.ofWeek && {
          ...days.ofWeek,
          nth: days.ofWeek.nth.map(({ weekday, n }) => weekday * 10 + n),
        },
      }).toEqual(wanted);
    }),
    { numRuns: 3_000 },
  );
});

const piece = fc.constantFrom(
  ...'* , - / # ? L W LW H H( ) h l w @ @daily TZ= SUN sun-MON JAN FRIL 0 7 31 60 99 000 */0 0/5 5#2 5L 15W'.split(
    ' ',
  ),
  ...[' ', '\t', '\n', '\u00a0', '\u2013', '\u0000', '"', '\\', '\u{1f600}', '\ud800', '\u202e'],
);

/** Cuts and foreign pieces in a text of the grammar, up to two; a third of the texts stay as they are. */
const mutated = fc
  .tuple(
    expression,
    fc.array(fc.tuple(fc.nat(), fc.nat(4), fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 3 }))), {
      maxLength: 2,
    }),
  )
  .map(([given, changes]) =>
    changes.reduce((text, [place, cut, insert]) => {
      const at = place % (text.length + 1);
      return text.slice(0, at) + insert + text.slice(at + cut);
    }, written(given)),
  );

test('any text is read or refused in at most 500 printable characters', () => {
  const texts = fc.oneof(
    { weight: 6, arbitrary: mutated },
    { weight: 2, arbitrary: fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 300 }) },
  );
  const seen = { read: 0, refused: 0 };
  fc.assert(
    fc.property(texts, fc.constantFrom('x', undefined), (text, id) => {
      try {
        const { pattern, notes } = readCron(text, id);
        seen.read += 1;
        for (const list of [pattern.seconds, pattern.minutes, pattern.hours, pattern.months]) {
          expect(list.length).toBeGreaterThan(0);
          expect(list).toEqual(sorted(list));
        }
        for (const { note } of notes()) expect(note.length).toBeLessThanOrEqual(300);
      } catch (error) {
        if (!(error instanceof CarillonError)) throw error;
        seen.refused += 1;
        expect(error.code).toBe('invalid_cron');
        expect(error.message).toMatch(/^[\x20-\x7e…]{20,500}$/);
        const place = /: character (\d+)[,: ]/.exec(error.message);
        if (text.length <= 256) expect(Number(place?.[1])).toBeLessThanOrEqual(text.length + 1);
      }
    }),
    { numRuns: 6_000 },
  );
  // Both are common whatever the seed: about a quarter is read.
  expect(seen.read).toBeGreaterThan(200);
  expect(seen.refused).toBeGreaterThan(1_000);
});

test('any value that is no text is refused', () => {
  fc.assert(
    fc.property(
      fc.anything().filter((value) => typeof value !== 'string'),
      (value) => {
        expect(() => readCron(value, 'x')).toThrow(CarillonError);
      },
    ),
  );
});
