/** What the grammar refuses: at which character, naming which part, and what it says to write instead. */

import { describe, expect, test } from 'vitest';
import { CarillonError } from '../../../../src/domain/input/errors.js';
import { LONGEST_CRON, readCron } from '../../../../src/domain/spec/grammar.js';

function refusal(expression: unknown, id: string | undefined = 'x'): string {
  try {
    readCron(expression, id);
  } catch (error) {
    expect(error).toBeInstanceOf(CarillonError);
    expect(error).toMatchObject({ code: 'invalid_cron' });
    const { message } = error as CarillonError;
    expect(message.length).toBeLessThanOrEqual(500);
    expect(message).toMatch(/^[\x20-\x7e…]+$/);
    return message;
  }
  throw new Error(`accepted: ${String(expression)}`);
}

/** [text, character, offending part, field, advice] */
type Row = [text: string, character: number, part: string, field: string, advice: string];

const ROWS: Record<string, Row[]> = {
  steps: [
    ['0/15 * * * *', 1, '0/15', 'minute', 'write "0-59/15" or "*/15"'],
    ['5/15 * * * *', 1, '5/15', 'minute', 'write "5-59/15"'],
    ['0 2/6 * * *', 3, '2/6', 'hour', 'write "2-23/6"'],
    ['0 0 1/2 * *', 5, '1/2', 'day of month', 'write "1-31/2" or "*/2"'],
    ['0 0 * FEB/3 *', 7, 'FEB/3', 'month', 'write "FEB-DEC/3"'],
    ['0 0 * * MON/2', 9, 'MON/2', 'day of week', 'write "MON-SAT/2"'],
    ['0 0 * * 7/2', 9, '7/2', 'day of week', 'write "7"'],
    ['0 0 * * MON/TUE', 13, 'TUE', 'day of week', 'write "MON-TUE" for a range or "MON,TUE" for a list'],
    ['*/0 * * * *', 3, '0', 'minute', 'a step is at least 1'],
    ['0 1-5/00 * * *', 7, '00', 'hour', 'a step is at least 1'],
    ['*/1234567890 * * * *', 3, '1234567890', 'minute', 'at most 9 digits'],
    ['*/ * * * *', 3, '', 'minute', 'a step is missing after "/"'],
    ['*/x * * * *', 3, 'x', 'minute', 'one whole number; write it as in "*/5"'],
    ['*/1.5 * * * *', 3, '1.5', 'minute', 'one whole number'],
    ['*/-1 * * * *', 3, '-1', 'minute', 'one whole number'],
    ['1-9/2/3 * * * *', 5, '2/3', 'minute', 'one whole number'],
    ['/5 * * * *', 1, '', 'minute', 'a value is missing here'],
  ],
  'ranges that run backwards': [
    ['* 22-2 * * *', 3, '22-2', 'hour', 'write "22-23,0-2"'],
    ['* 22-2/3 * * *', 3, '22-2', 'hour', 'write "22,1"'],
    ['50-10/20 * * * *', 1, '50-10', 'minute', 'write "50,10"'],
    ['0 0 28-3 * *', 5, '28-3', 'day of month', 'write "28-31,1-3"'],
    ['0 0 * NOV-FEB *', 7, 'NOV-FEB', 'month', 'write "NOV-DEC,JAN-FEB"'],
    ['0 0 * 12-1 *', 7, '12-1', 'month', 'write "12,1"'],
    ['0 0 * * SAT-MON', 9, 'SAT-MON', 'day of week', 'write "SAT-SUN,MON"'],
    ['0 0 * * 6-1', 9, '6-1', 'day of week', 'write "6-7,1"'],
    ['0 0 * * 7-2', 9, '7-2', 'day of week', 'write "7,1-2"'],
    ['0 0 * * THU-TUE/2', 9, 'THU-TUE', 'day of week', 'write "THU-SUN/2,MON"'],
    ['0 0 * * 1,5-3', 11, '5-3', 'day of week', 'write "5-7,1-3"'],
  ],
  values: [
    ['60 * * * *', 1, '60', 'minute', 'minute is 0 to 59'],
    ['60 0 0 * * *', 1, '60', 'second', 'second is 0 to 59'],
    ['0 24 * * *', 3, '24', 'hour', 'write "0" for midnight'],
    ['0 0 0 * *', 5, '0', 'day of month', '1 to 31'],
    ['0 0 32 * *', 5, '32', 'day of month', 'write "L" for the last day of the month'],
    ['0 0 1 0 *', 7, '0', 'month', '1 to 12 or JAN to DEC'],
    ['0 0 1 13 *', 7, '13', 'month', '1 to 12'],
    ['0 0 * * 8', 9, '8', 'day of week', '0 to 7 or SUN to SAT'],
    ['005 * * * *', 1, '005', 'minute', 'in one or two digits'],
    ['1-70 * * * *', 3, '70', 'minute', '0 to 59'],
    ['1,2,99 * * * *', 5, '99', 'minute', '0 to 59'],
    ['-5 * * * *', 1, '-5', 'minute', 'a range has both ends, such as "0-59"'],
    ['5- * * * *', 3, '', 'minute', 'a value is missing here'],
    ['1-2-3 * * * *', 1, '1-2-3', 'minute', 'two ends only'],
    [',1 * * * *', 1, '', 'minute', 'leave out the comma'],
    ['1,,2 * * * *', 3, '', 'minute', 'leave out the comma'],
    ['1, * * * *', 3, '', 'minute', 'leave out the comma'],
    ['** * * * *', 1, '**', 'minute', 'write it alone'],
    ['*5 * * * *', 1, '*5', 'minute', '"*" stands alone or before a step'],
    ['*-5 * * * *', 1, '*', 'minute', 'already means every minute'],
    ['1e1 * * * *', 1, '1e1', 'minute', '0 to 59'],
    ['+5 * * * *', 1, '+5', 'minute', '0 to 59'],
    ['0x5 * * * *', 1, '0x5', 'minute', '0 to 59'],
    ['1~5 * * * *', 1, '1~5', 'minute', 'not chosen at random; write "H(1-5)"'],
    ['~ * * * *', 1, '~', 'minute', 'not chosen at random; write "H"'],
    ['R * * * *', 1, 'R', 'minute', 'not chosen at random; write "H"'],
    ['0 R(1-5) * * *', 3, 'R(1', 'hour', 'not chosen at random; write "H"'],
    ['R/15 * * * *', 1, 'R', 'minute', 'not chosen at random; write "H"'],
    ['"0 0 * * *"', 1, '\\"0', 'minute', 'leave out the quotes'],
    ['0 0 * * @daily', 9, '@daily', 'day of week', '0 to 7'],
  ],
  names: [
    ['0 0 * JNA *', 7, 'JNA', 'month', 'did you mean "JAN"?'],
    ['0 0 * SEPT *', 7, 'SEPT', 'month', 'did you mean "SEP"?'],
    ['0 0 * JANUARY *', 7, 'JANUARY', 'month', 'did you mean "JAN"?'],
    ['0 0 * JANFEB *', 7, 'JANFEB', 'month', 'did you mean "JAN,FEB"?'],
    ['0 0 * * montue', 9, 'montue', 'day of week', 'did you mean "MON,TUE"?'],
    ['0 0 * * FRI-MO', 13, 'MO', 'day of week', 'did you mean "MON"?'],
    ['0 0 * * 1,JAN', 11, 'JAN', 'day of week', '"JAN" is a value of month'],
    ['0 0 * MON *', 7, 'MON', 'month', '"MON" is a value of day of week'],
    ['0 0 MON * *', 5, 'MON', 'day of month', '"MON" is a value of day of week'],
    ['JAN * * * *', 1, 'JAN', 'minute', '"JAN" is a value of month'],
    ['0 0 * * xyzzy', 9, 'xyzzy', 'day of week', '0 to 7 or SUN to SAT'],
    ['0 0 * * MON1', 9, 'MON1', 'day of week', '0 to 7 or SUN to SAT'],
  ],
  'the question mark': [
    ['? * * * *', 1, '?', 'minute', 'in a day field only; write "*"'],
    ['0 0 * ? *', 7, '?', 'month', 'in a day field only; write "*"'],
    ['0 0 ?,1 * *', 5, '?', 'day of month', 'stands alone'],
    ['0 0 ?/2 * *', 5, '?', 'day of month', 'stands alone'],
    ['0 0 ?? * *', 5, '??', 'day of month', 'stands alone'],
  ],
  'forms of the day of month': [
    ['0 0 l * *', 5, 'l', 'day of month', 'capitals; write "L"'],
    ['0 0 15w * *', 5, '15w', 'day of month', 'capitals; write "15W"'],
    ['0 0 lW * *', 5, 'lW', 'day of month', 'capitals; write "LW"'],
    ['0 0 WL * *', 5, 'WL', 'day of month', 'write "LW"'],
    ['0 0 W * *', 5, 'W', 'day of month', 'write "15W"'],
    ['0 0 L-3 * *', 5, 'L-3', 'day of month', 'dates such as "25-28"'],
    ['0 0 L-3W * *', 5, 'L-3W', 'day of month', 'dates such as "25-28"'],
    ['0 0 L/2 * *', 5, 'L/2', 'day of month', '"L" stands alone or as a list member'],
    ['0 0 1-L * *', 7, 'L', 'day of month', 'take no range'],
    ['0 0 32W * *', 5, '32', 'day of month', '1 to 31'],
    ['0 0 0W * *', 5, '0', 'day of month', '1 to 31'],
    ['0 0 1-5W * *', 5, '1-5W', 'day of month', 'W takes one date'],
    ['0 0 1W,15 * *', 5, '1W', 'day of month', 'may not stand in a list'],
    ['0 0 1,LW * *', 7, 'LW', 'day of month', 'may not stand in a list'],
    ['0 0 LW,LW * *', 5, 'LW', 'day of month', 'may not stand in a list'],
    ['0 0 5L * *', 5, '5L', 'day of month', 'forms of the day of week'],
    ['0 0 5#2 * *', 5, '5#2', 'day of month', 'forms of the day of week'],
    ['L * * * *', 1, 'L', 'minute', 'in day fields only'],
    ['0 15W * * *', 3, '15W', 'hour', 'in day fields'],
  ],
  'forms of the day of week': [
    ['0 0 * * L', 9, 'L', 'day of week', 'write "6" for every Saturday or "6L" for the last Saturday'],
    ['0 0 * * l', 9, 'l', 'day of week', '"6L"'],
    ['0 0 * * 1,L', 11, 'L', 'day of week', '"6L"'],
    ['0 0 * * FRIl', 9, 'FRIl', 'day of week', 'a capital; write "FRIL"'],
    ['0 0 * * fril', 9, 'fril', 'day of week', 'a capital; write "FRIL"'],
    ['0 0 * * FRIDAYL', 9, 'FRIDAYL', 'day of week', '0 to 7'],
    ['0 0 * * JANL', 9, 'JANL', 'day of week', '0 to 7'],
    ['0 0 * * 5l', 9, '5l', 'day of week', 'a capital; write "5L"'],
    ['0 0 * * FRI#l', 13, 'l', 'day of week', 'a capital; write "FRI#L"'],
    ['0 0 * * 8L', 9, '8', 'day of week', '0 to 7'],
    ['0 0 * * 1-5L', 9, '1-5L', 'day of week', 'L takes one day'],
    ['0 0 * * 5L/2', 9, '5L', 'day of week', '0 to 7'],
    ['0 0 * * 5#0', 11, '0', 'day of week', 'after "#" comes 1 to 5'],
    ['0 0 * * 5#6', 11, '6', 'day of week', 'after "#" comes 1 to 5'],
    ['0 0 * * 5#', 11, '', 'day of week', 'after "#" comes 1 to 5'],
    ['0 0 * * 5#-1', 11, '-1', 'day of week', 'after "#" comes 1 to 5'],
    ['0 0 * * 1#2#3', 11, '2#3', 'day of week', 'after "#" comes 1 to 5'],
    ['0 0 * * #2', 9, '', 'day of week', 'a value is missing here'],
    ['0 0 * * 8#2', 9, '8', 'day of week', '0 to 7'],
    ['0 0 * * *#2', 9, '*', 'day of week', 'only one day'],
    ['0 0 * * 1-5#2', 9, '1-5', 'day of week', 'only one day'],
    ['0 0 * * FRI#2/2', 13, '2/2', 'day of week', 'after "#" comes 1 to 5'],
    ['0 0 * * W', 9, 'W', 'day of week', 'write "1-5"'],
    ['0 0 * * LW', 9, 'LW', 'day of week', 'write "1-5"'],
    ['0 0 * * L-3', 9, 'L-3', 'day of week', 'counted back'],
    ['0 0 * 5L *', 7, '5L', 'month', 'day fields'],
  ],
  hashed: [
    ['h * * * *', 1, 'h', 'minute', 'H is a capital; write "H"'],
    ['h/5 * * * *', 1, 'h/5', 'minute', 'write "H/5"'],
    ['H(20-10) * * * *', 3, '20-10', 'minute', 'write "H(10-20)"'],
    ['H(5-70) * * * *', 5, '70', 'minute', '0 to 59'],
    ['0 0 H(0-5) * *', 7, '0', 'day of month', '1 to 31'],
    ['H() * * * *', 3, '', 'minute', 'such as "0-59"'],
    ['H(5) * * * *', 3, '5', 'minute', 'such as "0-59"'],
    ['H(1-2-3) * * * *', 3, '1-2-3', 'minute', 'two ends only'],
    ['H(*) * * * *', 3, '*', 'minute', 'such as "0-59"'],
    ['H(1,2) * * * *', 1, 'H(1', 'minute', 'H is written "H", "H(1-5)", "H/2" or "H(1-5)/2"'],
    ['H(0-29/10 * * * *', 1, 'H(0-29', 'minute', 'H is written'],
    ['H(0-29)10 * * * *', 1, 'H(0-29)10', 'minute', 'H is written'],
    ['H/0 * * * *', 3, '0', 'minute', 'at least 1'],
    ['H/x * * * *', 3, 'x', 'minute', 'one whole number'],
    ['HH * * * *', 1, 'HH', 'minute', 'H is written'],
    ['H-5 * * * *', 1, 'H', 'minute', 'H is written'],
    ['0 0 * * H#2', 9, 'H', 'day of week', 'H is written'],
    ['0 0 * * HL', 9, 'HL', 'day of week', 'H is written'],
    ['0 0 HW * *', 5, 'HW', 'day of month', 'H is written'],
  ],
  'days that never come': [
    ['0 0 30 2 *', 5, '30', 'day of month', 'month 2 has at most 29 days; write "L"'],
    ['0 0 31 2 *', 5, '31', 'day of month', 'for a schedule that only runs when triggered, enabled: false'],
    ['0 0 30,31 2 ?', 5, '30,31', 'day of month', 'month 2 has at most 29 days'],
    ['0 0 30-31 FEB *', 5, '30-31', 'day of month', 'month 2 has at most 29 days'],
    ['0 0 31 4,6,9,11 *', 5, '31', 'day of month', 'months 4, 6, 9, 11 have at most 30 days'],
    ['0 0 31 2,APR *', 5, '31', 'day of month', 'months 2, 4 have at most 30 days'],
    ['0 0 31W 4 *', 5, '31W', 'day of month', 'at most 30 days'],
    ['0 0 30W 2 *', 5, '30W', 'day of month', 'at most 29 days'],
    ['0 0 0 31 11 *', 7, '31', 'day of month', 'month 11 has at most 30 days'],
  ],
};

describe.each(Object.entries(ROWS))('%s', (_, rows) => {
  test.each(rows)('%s', (text, character, part, field, advice) => {
    const message = refusal(text);
    const shown = part === '' ? '' : `, "${part}"`;
    expect(message).toContain(`: character ${character}${shown} in ${field}: `);
    expect(message).toContain(advice);
  });
});

/** [text, character, advice]: before there are fields. */
test.each([
  ['', 1, 'it is empty; write five fields'],
  [' \t ', 1, 'it is empty'],
  [
    '* * * *',
    8,
    'it ends after 4 fields; write five fields (minute, hour, day of month, month, day of week), or six',
  ],
  ['  5 ', 4, 'it ends after 1 field;'],
  [
    '* * * * * * 2027',
    13,
    'it has 7 fields; write five fields (minute, hour, day of month, month, day of week), or six with the second first; there is no year field',
  ],
  ['0 0 * * * root run it', 11, 'the key handler names what is to run'],
  ['0 0 * * * 1 2 3', 13, 'it has 8 fields'],
  ['0 5 * * * /usr/bin/backup', 11, 'a command is no part of the expression'],
  ['0 5 * * 1 ./run.sh', 11, 'a command is no part of the expression'],
  ['0 5 * * * backup', 11, 'a command is no part of the expression'],
  ['0 5 * * * Europe/Berlin', 11, 'the key timezone (--tz)'],
  ['0 0 5 * * * Europe/Berlin', 13, 'the key timezone (--tz)'],
  ['0 5 * * * UTC', 11, 'the key timezone (--tz)'],
  ['0 5 * * * CET', 11, 'the key timezone (--tz)'],
  ['0 5 * * * europe/berln', 11, 'the key timezone (--tz)'],
  ['@daily Europe/Berlin', 8, 'the key timezone (--tz)'],
  ['@daily /usr/bin/backup', 8, 'a command is no part of the expression'],
  ['0 5 * * * # nightly', 11, 'a comment is no part of the expression'],
  ['0 5 * * * #nightly', 11, 'a comment is no part of the expression'],
  ['@daily # nightly', 8, 'a comment is no part of the expression'],
  ['0 0 12 ? * MON-FRI *', 20, 'there is no year field; leave out the "*" at the end'],
  ['0 0 12 * * * *', 14, 'leave out the "*" at the end'],
  ['0 12 * * ? *', 12, 'leave out the "*" at the end'],
  ['15 10 ? * 6L *', 14, 'leave out the "*" at the end'],
  ['15 10 ? * 6L 2026-2030', 14, 'use startAt and endAt'],
  ['0 9 25 12 * 2026', 13, 'there is no year field; use startAt and endAt, or the key at for a single run'],
  ['cron(0 12 * * ? *)', 1, 'leave out "cron(" and ")", and the year at its end'],
  ['cron(0 12 * * *)', 1, 'leave out "cron(" and ")"'],
  ['rate(5 minutes)', 1, 'every: 5m'],
  ['rate(1 day)', 1, 'every: 1d'],
  ['rate(x)', 1, 'such as every: 30m'],
  ['every 30 minutes', 1, 'write the key every instead of cron: every: 30m'],
  ['Every hour', 1, 'every: 1h'],
  ['every day at 5', 1, 'such as every: 30m'],
  ['30m', 1, 'every: 30m'],
  ['@DAILY', 1, 'write "@daily"'],
  ['@dayly', 1, 'write "@daily"'],
  ['@weeky', 1, 'write "@weekly"'],
  ['@', 1, 'the nicknames are @yearly @annually @monthly @weekly @daily @midnight @hourly'],
  ['@reboot', 1, 'enqueue a one-off task'],
  ['@Reboot', 1, 'enqueue a one-off task'],
  ['@every 5m', 1, 'every: 5m'],
  ['@minutely', 1, 'write "* * * * *"'],
  ['@daily 5', 8, 'nothing may follow "@daily"'],
  ['  @daily @daily', 10, 'nothing may follow "@daily"'],
  ['TZ=Europe/Berlin 0 0 * * *', 1, 'the key timezone (--tz)'],
  ['CRON_TZ=UTC 0 0 * * *', 1, 'the key timezone (--tz)'],
  [' tz=UTC', 2, 'the key timezone (--tz)'],
  ['0 0 1\u00a0* *', 6, 'only spaces and tabs may separate the fields; replace \\u{a0}'],
  ['0 0\n* * *', 4, 'replace \\n'],
  ['\n0 0 * * *', 1, 'replace \\n'],
  ['0 0 * * *\r\n', 10, 'replace \\r'],
  ['0 0 * * *\u200b', 10, 'only visible ASCII'],
  ['\ufeff0 0 * * *', 1, 'replace \\u{feff}'],
  ['0 0 * * *\u0000', 10, 'replace \\u{0}'],
  ['0\u20135 * * * *', 2, 'this is no hyphen; write "-"'],
  ['0 0 * * \u017fun', 9, 'only visible ASCII characters'],
  ['\uff10 0 * * *', 1, 'only visible ASCII characters'],
  ['0 0 * * \u{1f600}', 9, 'replace \\u{1f600}'],
  ['0 0 * * \ud800', 9, 'replace \\u{d800}'],
])('%j', (text, character, advice) => {
  const message = refusal(text);
  expect(message).toMatch(new RegExp(`: character ${character}[:,]`));
  expect(message).toContain(advice);
});

test.each([
  ['null', null],
  ['undefined', undefined],
  ['number', 5],
  ['object', {}],
  ['object', { toString: () => '* * * * *' }],
  ['object', new String('* * * * *')],
  ['a list', ['* * * * *']],
  ['boolean', true],
  ['symbol', Symbol('x')],
  ['function', () => '* * * * *'],
])('not a text: %s', (kind, value) => {
  expect(refusal(value)).toBe(`cron expression must be a text such as "0 5 * * *", not ${kind}`);
});

test('an H needs an id', () => {
  expect(() => readCron('0 5,H(1-5) * * *', undefined)).toThrow(
    expect.objectContaining({
      code: 'invalid_cron',
      message: expect.stringMatching(/character 5, "H\(1-5\)" in hour: H is hashed .* \(--id\)/),
    }),
  );
});

describe('lengths', () => {
  test('256 characters are read, one more is not, whatever they are', () => {
    expect(LONGEST_CRON).toBe(256);
    expect(() => readCron(`0 0 * * *${' '.repeat(247)}`, undefined)).not.toThrow();
    expect(refusal(`0 0 * * *${' '.repeat(248)}`)).toContain('257 characters');
  });

  test('a long text is never echoed', () => {
    const message = refusal('zebra'.repeat(100_000));
    expect(message).toContain('500000 characters');
    expect(message).not.toContain('zebra');
  });

  test('a text is shown up to 80 characters, a part up to 40, escapes included', () => {
    const message = refusal(`${'x'.repeat(100)} 0 * * *`);
    expect(message).toContain(`"${'x'.repeat(79)}…"`);
    expect(message).toContain(`"${'x'.repeat(39)}…" in minute`);
    expect(refusal('\u0001'.repeat(256))).toContain(`cron expression "${'\\u{1}'.repeat(15)}…"`);
  });

  test.each(['"', '\\', '\u{1f600}', '0-', 'L', 'H(', '@', 'JAN', ',', '/', '#', '9', '* ', 'W'])(
    '%s again and again',
    (piece) => {
      for (const frame of [
        (text: string) => text,
        (text: string) => `0 0 ${text} * *`,
        (text: string) => `0 0 * * ${text}`,
      ]) {
        refusal(frame(piece.repeat(Math.floor(240 / piece.length))));
      }
    },
  );
});
