/** A large file parsed in pieces says the same, at the same places, as parsed whole; or it is parsed whole. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineCounter, parseDocument } from 'yaml';
import type { Path } from '../../../src/domain/input/readers.js';
import { type ParsePiece, parseInPieces } from '../../../src/files/pieces.js';
import { locatorOf } from '../../../src/files/places.js';

const parse: ParsePiece = (text, lines) => {
  const document = parseDocument(text, {
    ...{ lineCounter: lines, prettyErrors: false, stringKeys: true, schema: 'core', logLevel: 'error' },
    uniqueKeys: true,
  });
  if (document.errors.length > 0 || document.warnings.length > 0) return null;
  try {
    return { document, value: document.toJS() };
  } catch {
    return null;
  }
};

/** Entries enough to be cut up, `middle` among them. */
function fileWith(middle: string, head = 'version: 1\n', tail = ''): string {
  const plain = (n: number): string =>
    `  padding-${n}:\n    handler: reports.build\n    cron: "0 5 * * *" # daily\n    payload: { customer: ${n} }\n`;
  const padding = (from: number): string => Array.from({ length: 400 }, (_, n) => plain(from + n)).join('');
  return `${head}schedules:\n${padding(0)}${middle}${padding(1_000)}${tail}`;
}

function pathsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).map(([key, one]) =>
    pathsIn(one, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return [path, ...inner.flat()];
}

/** Whether it was cut up; whatever came of it is compared with the whole. */
function compare(text: string): boolean {
  const pieces = parseInPieces('a.yaml', text, parse);
  const lines = new LineCounter();
  const whole = parse(text, lines);
  if (!pieces) return false;
  if (!whole) throw new Error('cut up, and wrong as a whole');
  expect(pieces.value).toEqual(whole.value);
  const locate = locatorOf('a.yaml', whole.document, lines);
  const missing: Path[] = [['nobody'], ['schedules', 'nobody'], ['schedules', 'padding-7', 'nobody']];
  const all = [...pathsIn(whole.value).filter((_, n, { length }) => n < 40 || n > length - 40), ...missing];
  for (const path of [
    ...all,
    ...pathsIn(whole.value).filter(([, id]) => !String(id).startsWith('padding')),
  ]) {
    for (const at of [undefined, 'key'] as const) {
      expect([path, at, pieces.locate(path, at)]).toEqual([path, at, locate(path, at)]);
    }
  }
  return true;
}

it('an ordinary file is cut up', () => {
  expect(
    compare(fileWith('', '# ours\nversion: 1\ndefaults:\n  timezone: UTC\n', '# end\nsource: a\n')),
  ).toBe(true);
});

it.each([
  ['a comment anywhere', '# at the left\n  # indented\n\n  a:\n    # inside\n    handler: x\n', true],
  [
    'texts over several lines',
    '  a:\n    description: |+\n      one\n\n        two\n\n  b:\n    owner: "x\n      y"\n',
    true,
  ],
  ['an alias within one entry', '  a:\n    payload: &p { x: 1 }\n    labels: *p\n', true],
  ['keys that are numbers', '  1:\n    handler: x\n  true:\n    handler: y\n', true],
  ['entries without a value', '  a:\n  b: ~\n  c: {}\n  d: [1, 2]\n  e: text\n', true],
  ['lists that are not indented', '  a:\n    cron:\n    - "0 5 * * *"\n    - "0 6 * * *"\n', true],
  [
    'entries at other depths',
    '  a:\n        handler: x\n        cron: "0 5 * * *"\n  b:\n   handler: y\n\n  # between\n  c:\n    payload: { a: 1 }\n',
    true,
  ],
  ['entries within entries', '  a:\n    labels:\n      b: c\n  d:\n    retry:\n      delays: [1s]\n', true],
  ['values below their keys', '  a:\n    handler:\n      x\n  b:\n    owner: x\n      y\n', true],
  ['quoted keys', '  "a":\n    handler: x\n', false],
  ['a text that looks like an entry', '  a:\n    description: "one\n  b: two"\n', false],
  [
    'an alias for another piece',
    `  a: &a\n    handler: x\n${fileWith('').split('schedules:\n')[1]?.replaceAll('padding', 'more')}  b: *a\n`,
    false,
  ],
  ['an entry twice', '  a:\n    handler: x\n  a:\n    handler: y\n', false],
  ['an entry less indented', ' a:\n    handler: x\n', false],
  ['tabs', '  a:\n\t  handler: x\n', false],
  ['returns', '  a:\r\n    handler: x\r\n', false],
  ['an error', '  a:\n    handler: [x\n', false],
  ['a key without a text behind the entries', '\n: \n', false],
  ['a merge', '  <<: { a: 1 }\n', false],
])('%s', (_, middle, isCut) => {
  expect(compare(fileWith(middle))).toBe(isCut);
});

it.each([
  ['further documents', fileWith('', 'version: 1\n', '---\nversion: 1\n')],
  ['the word within a text', fileWith('', 'description: "\n\nschedules:\n"\n')],
  ['a list at the left behind the entries', fileWith('', 'version: 1\n', '- \n')],
  ['schedules twice', fileWith('', 'version: 1\nschedules: {}\n')],
  ['no entries', `version: 1\nschedules:\n${'# nothing\n'.repeat(20_000)}`],
  ['no end of line', `${'# nothing\n'.repeat(20_000)}schedules:`],
])('%s is parsed whole', (_, text) => {
  expect(compare(text)).toBe(false);
});

describe('whatever stands in the middle', () => {
  const word = fc.constantFrom(
    'a',
    'b:',
    ' ',
    '  ',
    '    ',
    '\n',
    '"',
    "'",
    '- ',
    '{',
    '}',
    '[',
    ']',
    ',',
    '#',
    '|',
    '>',
    '&x',
    '*x',
    ': ',
    '? ',
    '!t',
    '1',
    '~',
    'handler: x',
    '---',
    '%',
    '\n  c:',
    '\n  d: 5',
  );
  it('comes to the same', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 14 }), (words) => {
        compare(fileWith(`  z:\n    handler: x\n  ${words.join('')}\n`));
      }),
      { numRuns: 60 },
    );
  });
});
