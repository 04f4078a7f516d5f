/** `carillon next --stdin`: an answer for every line, in order, whatever the lines are and however they arrive. */

import { describe, expect, it } from 'vitest';
import type { Compile } from '../../../src/cli/commands/next-question.js';
import { USUAL } from '../../../src/cli/commands/next-question.js';
import { answerRequests } from '../../../src/cli/commands/next-requests.js';
import { compileSpec } from '../../../src/domain/spec/compile.js';

const NOW = Date.UTC(2026, 0, 1);

const compile: Compile = (expr, { tz, gap, fold, id }) =>
  compileSpec({ kind: 'cron', expressions: [expr], timezone: tz, gap, fold }, id);

interface Answers {
  lines: { next?: string[]; error?: string }[];
  /** What was written together. */
  writes: string[];
}

async function answers(chunks: (string | Uint8Array)[], usual = USUAL): Promise<Answers> {
  const writes: string[] = [];
  async function* input() {
    for (const chunk of chunks) yield Buffer.from(chunk as string);
  }
  const write = async (text: string) => {
    writes.push(text);
  };
  await answerRequests({ input: input(), write, compile, usual, now: () => NOW });
  const lines = writes.join('').split('\n');
  expect(lines.pop()).toBe('');
  return { lines: lines.map((line) => JSON.parse(line)), writes };
}

const answerTo = async (line: string | Uint8Array, usual = USUAL) => {
  const { lines } = await answers([line, '\n'], usual);
  expect(lines.length).toBe(1);
  return lines[0];
};

describe('a request', () => {
  it('of an expression alone means UTC, now and five', async () => {
    expect(await answerTo('{"expr":"0 9 1 1 *"}')).toEqual({
      next: [2026, 2027, 2028, 2029, 2030].map((year) => `${year}-01-01T09:00:00.000Z`),
    });
  });

  it('may set every field', async () => {
    const request = {
      expr: 'H(30-30) 1 * * *',
      tz: 'America/New_York',
      from: '2026-11-01T00:00:00-04:00',
      count: 2,
      gap: 'skip',
      fold: 'both',
      id: 'invoices',
    };
    expect(await answerTo(JSON.stringify(request))).toEqual({
      next: ['2026-11-01T05:30:00.000Z', '2026-11-01T06:30:00.000Z'],
    });
  });

  it('takes from the flags what it leaves out or sets to null, and nothing else', async () => {
    const usual = { ...USUAL, tz: 'Asia/Tokyo', from: Date.UTC(2030, 0, 1), count: 1 };
    expect(await answerTo('{"expr":"0 9 * * *","tz":null}', usual)).toEqual({
      next: ['2030-01-02T00:00:00.000Z'],
    });
    expect(await answerTo('{"expr":"0 9 * * *","tz":"UTC","count":2}', usual)).toEqual({
      next: ['2030-01-01T09:00:00.000Z', '2030-01-02T09:00:00.000Z'],
    });
  });

  const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;

  it.each([
    ['nothing', '', /empty/],
    ['spaces', '  \r', /empty/],
    ['no JSON', 'no json', /JSON/],
    ['half a JSON', '{"expr":"* * * * *"', /JSON/],
    ['a list', '["* * * * *"]', /object/],
    ['null', 'null', /object/],
    ['a text', '"* * * * *"', /object/],
    ['deep nesting', deep, /./],
    ['deep nesting in a field', `{"expr":"* * * * *","from":${deep.slice(1, -1)}}`, /./],
    ['no expression', '{}', /expr/],
    ['a null expression', '{"expr":null}', /expr/],
    ['a number for an expression', '{"expr":5}', /expr/],
    ['a bad expression', '{"expr":"61 * * * *"}', /61/],
    ['a line break in an expression', '{"expr":"* * *\\n* *\\u2028"}', /./],
    ['a lone surrogate', '{"expr":"* * * * \\ud800"}', /./],
    ['a long expression', JSON.stringify({ expr: 'x'.repeat(60_000) }), /256/],
    ['an unknown field', '{"expr":"* * * * *","zone":"UTC"}', /zone.*no field/],
    ['a misspelt field', '{"expr":"* * * * *","form":"x"}', /did you mean "from"/],
    ['a long unknown field', JSON.stringify({ expr: '* * * * *', ['y'.repeat(60_000)]: 1 }), /no field/],
    ['a prototype', '{"expr":"* * * * *","__proto__":{"tz":"Asia/Tokyo"}}', /__proto__.*no field/],
    ['a zone that is none', '{"expr":"* * * * *","tz":"Berlin"}', /Europe\/Berlin/],
    ['a number for a zone', '{"expr":"* * * * *","tz":0}', /tz must be an IANA/],
    ['a long zone', JSON.stringify({ expr: '* * * * *', tz: 'z'.repeat(60_000) }), /tz must be an IANA/],
    ['a date', '{"expr":"* * * * *","from":"2026-01-01"}', /from must be.*2026-01-01T00:00:00Z/],
    ['milliseconds', '{"expr":"* * * * *","from":1767225600000}', /from must be/],
    ['a count in quotes', '{"expr":"* * * * *","count":"5"}', /count must be a whole number/],
    ['a count of 0', '{"expr":"* * * * *","count":0}', /count/],
    ['an endless count', '{"expr":"* * * * *","count":1e300}', /count/],
    ['an unknown gap', '{"expr":"* * * * *","gap":"first"}', /gap must be shift or skip/],
    ['an unknown fold', '{"expr":"* * * * *","fold":"skip"}', /fold must be first, second or both/],
    ['an id that is none', '{"expr":"H * * * *","id":"A"}', /id must be/],
    ['H without an id', '{"expr":"H * * * *"}', /id/],
    ['a date that never comes', '{"expr":"0 0 30 2 *"}', /./],
    ['nothing left', '{"expr":"0 0 1 1 *","from":"9999-12-31T23:59:59Z"}', /9999/],
  ])('that is %s is answered with a short error', async (_what, line, why) => {
    const answer = await answerTo(line);
    expect(Object.keys(answer ?? {})).toEqual(['error']);
    expect(answer?.error).toMatch(why);
    expect(answer?.error).not.toMatch(/[\n\r\u2028\u2029]/);
    expect(answer?.error?.length).toBeLessThanOrEqual(500);
  });

  it('that is no UTF-8 is answered with an error', async () => {
    const line = Buffer.concat([
      Buffer.from('{"expr":"* * * *'),
      Buffer.of(0x20, 0xff, 0xfe),
      Buffer.from('"}'),
    ]);
    expect(Object.keys((await answerTo(line)) ?? {})).toEqual(['error']);
  });

  it('that is longer than 64 KiB is answered with an error, and the next one as usual', async () => {
    const { lines } = await answers([
      `{"expr":"${'x'.repeat(70_000)}`,
      `${'x'.repeat(70_000)}"}\n{"expr":"0 0 1 1 *","count":1}\n`,
    ]);
    expect(lines[0]?.error).toMatch(/65536 bytes/);
    expect(lines[1]).toEqual({ next: ['2027-01-01T00:00:00.000Z'] });
  });
});

describe('the stream', () => {
  const request = (year: number) => `{"expr":"0 0 1 1 *","from":"${year}-01-01T00:00:00Z","count":1}`;
  const answer = (year: number) => ({ next: [`${year + 1}-01-01T00:00:00.000Z`] });

  it('is answered line by line in order, errors among the answers, the last line without its newline too', async () => {
    const { lines } = await answers([`${request(2001)}\r\n{\n\n${request(2002)}\n${request(2003)}`]);
    expect(lines.map((line) => (line.error === undefined ? line : 'error'))).toEqual([
      answer(2001),
      'error',
      'error',
      answer(2002),
      answer(2003),
    ]);
  });

  it('is answered as soon as a line is whole, and what came together is written together', async () => {
    const { writes } = await answers([
      `${request(2001)}\n${request(2002)}\n${request(2003).slice(0, 10)}`,
      request(2003).slice(10),
      `\n${request(2004)}\n`,
    ]);
    expect(writes.map((text) => text.split('\n').length - 1)).toEqual([2, 2]);
  });

  it('does not pile up answers nobody takes', async () => {
    const large = `{"expr":"* * * * *","from":"2026-01-01T00:00:00Z","count":5000}\n`.repeat(20);
    const { writes, lines } = await answers([large]);
    expect(lines.length).toBe(20);
    expect(Math.max(...writes.map((text) => text.length))).toBeLessThan(300_000);
  });

  it('of nothing has no answers', async () => {
    expect((await answers([])).writes).toEqual([]);
  });
});
