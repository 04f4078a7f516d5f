/** `carillon next`, one expression at a time: what is printed, and how everything wrong is refused in one short line. */

import { describe, expect, it } from 'vitest';
import { runNext as next } from '../../support/run-next.js';

const NEW_YORK = ['--tz', 'America/New_York'];
const from = (time: string) => ['--from', time];

describe('the instants', () => {
  it('come strictly after --from, which may have any offset', async () => {
    const at = await next('0 * * * *', ...from('2026-01-01T01:00:00+01:00'), '--count', '2');
    expect(at).toEqual({
      code: 0,
      out: ['2026-01-01T01:00:00.000Z', '2026-01-01T02:00:00.000Z'],
      said: [],
    });
    const before = await next('0 * * * *', ...from('2025-12-31T23:59:59.999Z'), '--count', '1');
    expect(before.out).toEqual(['2026-01-01T00:00:00.000Z']);
  });

  it('are five, from now on, unless asked otherwise', async () => {
    const { out } = await next('* * * * *');
    expect(out.length).toBe(5);
    expect(out.every((text) => Date.parse(text) > Date.now())).toBe(true);
  });

  it('come with the local time for a person at a terminal, and alone for a program', async () => {
    const asked = ['30 2 * * *', ...NEW_YORK, ...from('2026-03-08T00:00:00Z'), '--count', '2'];
    const before = Object.getOwnPropertyDescriptor(process.stdout, 'isTTY');
    const seenBy = async (isTTY: boolean, ...words: string[]): Promise<string[]> => {
      Object.defineProperty(process.stdout, 'isTTY', { value: isTTY, configurable: true });
      return (await next(...words)).out;
    };
    try {
      expect(await seenBy(true, ...asked)).toEqual([
        '2026-03-08T07:30:00.000Z  2026-03-08T03:30:00-04:00',
        '2026-03-09T06:30:00.000Z  2026-03-09T02:30:00-04:00',
      ]);
      expect(await seenBy(true, ...asked, '--json')).toEqual([
        '["2026-03-08T07:30:00.000Z","2026-03-09T06:30:00.000Z"]',
      ]);
      expect(await seenBy(false, ...asked)).toEqual(['2026-03-08T07:30:00.000Z', '2026-03-09T06:30:00.000Z']);
      expect(await seenBy(true, '0 0 1 1 *', ...from('2026-03-08T00:00:00Z'), '--count', '1')).toEqual([
        '2027-01-01T00:00:00.000Z',
      ]);
    } finally {
      if (before) Object.defineProperty(process.stdout, 'isTTY', before);
      else Reflect.deleteProperty(process.stdout, 'isTTY');
    }
  });

  it('come as a JSON array on one line with --json', async () => {
    const { out } = await next('0 9 * * MON', ...from('2026-01-01T00:00:00Z'), '--count', '2', '--json');
    expect(out).toEqual(['["2026-01-05T09:00:00.000Z","2026-01-12T09:00:00.000Z"]']);
  });

  it('keep the rules for gaps and folds that are asked for', async () => {
    const gap = [...NEW_YORK, ...from('2026-03-08T00:00:00Z'), '--count', '1'];
    expect((await next('30 2 * * *', ...gap)).out).toEqual(['2026-03-08T07:30:00.000Z']);
    expect((await next('30 2 * * *', ...gap, '--gap', 'shift')).out).toEqual(['2026-03-08T07:30:00.000Z']);
    expect((await next('30 2 * * *', ...gap, '--gap', 'skip')).out).toEqual(['2026-03-09T06:30:00.000Z']);
    const fold = [...NEW_YORK, ...from('2026-11-01T00:00:00Z'), '--count', '2'];
    const [first, second, day] = ['2026-11-01T05:30', '2026-11-01T06:30', '2026-11-02T06:30'].map(
      (text) => `${text}:00.000Z`,
    );
    expect((await next('30 1 * * *', ...fold)).out).toEqual([first, day]);
    expect((await next('30 1 * * *', ...fold, '--fold', 'first')).out).toEqual([first, day]);
    expect((await next('30 1 * * *', ...fold, '--fold', 'second')).out).toEqual([second, day]);
    expect((await next('30 1 * * *', ...fold, '--fold', 'both')).out).toEqual([first, second]);
  });

  it('of an expression with H depend on --id alone', async () => {
    const ask = (id: string) =>
      next('H H * * *', ...from('2026-01-01T00:00:00Z'), '--count', '3', '--id', id);
    const [one, again, other] = await Promise.all([ask('invoices'), ask('invoices'), ask('reports')]);
    expect(one.code).toBe(0);
    expect(again).toEqual(one);
    expect(other.out).not.toEqual(one.out);
  });

  it('are those that exist when fewer exist than asked', async () => {
    const last = await next('0 0 1 1 *', ...from('9997-06-01T00:00:00Z'));
    expect(last).toEqual({
      code: 0,
      out: ['9998-01-01T00:00:00.000Z', '9999-01-01T00:00:00.000Z'],
      said: [],
    });
  });

  it('are an error when there are none at all', async () => {
    const { code, out, said } = await next('0 0 1 1 *', ...from('9999-06-01T00:00:00Z'));
    expect([code, out, said.length]).toEqual([2, [], 1]);
    expect(said[0]).toContain('9999-06-01T00:00:00.000Z');
  });

  it('come with a note on stderr when the expression is probably not meant', async () => {
    const { code, out, said } = await next('*/90 * * * *', ...from('2026-01-01T00:00:00Z'), '--count', '1');
    expect([code, out]).toEqual([0, ['2026-01-01T01:00:00.000Z']]);
    expect(said.join()).toMatch(/^note: /);
  });
});

describe('what is wrong', () => {
  const long = 'x'.repeat(5000);

  it.each([
    ['no expression', [], /expression is missing/],
    ['a bad expression', ['61 * * * *'], /61/],
    ['an empty one', [''], /./],
    ['one with line breaks', ['* * *\n* *'], /./],
    ['a long one', [long], /256/],
    ['a date that never comes', ['0 0 30 2 *'], /./],
    ['H without an id', ['H * * * *'], /--id/],
    ['a word too many', ['* * * * *', '*'], /too many/],
    ['an unknown flag', ['* * * * *', '--zone', 'UTC'], /--zone/],
    ['a long unknown flag', ['* * * * *', `--${long}`], /unknown option/],
    ['a misspelt flag', ['* * * * *', '--coun', '3'], /--count/],
    ['a zone that is none', ['* * * * *', '--tz', 'Europe/Berln'], /Europe\/Berlin/],
    ['an abbreviation', ['* * * * *', '--tz', 'EST'], /--tz|timezone|time zone/],
    ['an offset', ['* * * * *', '--tz', '+02:00'], /time ?zone/],
    ['a long zone', ['* * * * *', '--tz', long], /--tz.*time zone/],
    ['a date for --from', ['* * * * *', '--from', '2026-01-01'], /--from.*2026-01-01T00:00:00Z/],
    ['a local time', ['* * * * *', '--from', '2026-01-01T09:00:00'], /--from.*offset.*2026-01-01T09:00:00Z/],
    ['a word for --from', ['* * * * *', '--from', 'yesterday'], /--from.*RFC 3339.*"yesterday"/],
    ['a day that is none', ['* * * * *', '--from', '2026-02-30T00:00:00Z'], /--from/],
    ['a long --from', ['* * * * *', '--from', long], /--from/],
    ['no count', ['* * * * *', '--count', '0'], /--count.*whole number/],
    ['a negative count', ['* * * * *', '--count=-1'], /--count/],
    ['half a count', ['* * * * *', '--count', '1.5'], /--count/],
    ['a count in words', ['* * * * *', '--count', 'ten'], /--count.*"ten"/],
    ['a large count', ['* * * * *', '--count', '100001'], /--count.*100000/],
    ['a long count', ['* * * * *', '--count', '9'.repeat(5000)], /--count/],
    ['an unknown gap', ['* * * * *', '--gap', 'skp'], /--gap.*shift or skip.*"skp".*did you mean "skip"/],
    ['an unknown fold', ['* * * * *', '--fold', long], /--fold.*first, second or both/],
    ['an id that is none', ['H * * * *', '--id', 'Invoices!'], /--id.*a-z/],
    ['a long id', ['H * * * *', '--id', long], /--id/],
    ['an expression beside --stdin', ['* * * * *', '--stdin'], /--stdin/],
    ['a bad default beside --stdin', ['--stdin', '--count', 'x'], /--count/],
  ] as [string, string[], RegExp][])('%s: exit 2 and one short line', async (_what, words, why) => {
    const { code, out, said } = await next(...words);
    expect([code, out, said.length]).toEqual([2, [], 1]);
    const [line = ''] = said;
    expect(line).toMatch(why);
    expect(line).not.toMatch(/[\n\r]/);
    expect(line.length).toBeLessThanOrEqual(500);
    expect(line).not.toContain('x'.repeat(500));
  });
});
