/** What is read line by line is what the parser reads; whatever is not plain is left to it. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { plainEntries } from '../../../src/files/plain.js';

const PLAIN = [
  ...['plain words', 'a-b/c.d_e', '15m', '1h30m', '0', '123456', 'true', 'false', 'no', 'a b.c'],
  ...['"a: b # c"', "'x # y'", '"ä ✓"', '""', "''", '"0 5 * * *"', 'word   '],
  ...['{ a: 1 }', '{a: 1}', '{ a: 1, b: "x, y", c: z z }', '{ a: 1,b: 2 }', '{ a: true }'],
];
const OTHER = [
  ...['007', '-1', '+1', '1.5', '1e3', '0x1f', '0o7', '9007199254740993', 'True', 'null', 'Null', '~', 'NaN'],
  ...[
    '.inf',
    '.nan',
    "'it''s'",
    '"\\u0041"',
    'a b # c',
    'a #b',
    'x:y',
    'x: y',
    'a, b',
    '5m3',
    '2026-12-25',
    '12:30',
  ],
  ...[
    '{}',
    '{ a:1 }',
    '{ a: , b: 1 }',
    '{ a: {b: 1} }',
    '{ "a": 1 }',
    '{ a: 1, a: 2 }',
    '{ a: 1',
    '[a, b]',
    '!x y',
  ],
  ...[
    '@a',
    '&a b',
    '*a',
    '|',
    '>-',
    '- a',
    '? a',
    '"a" b',
    '"a',
    '{ a: 1 } b',
    '{ null: 1 }',
    '12 34',
    '1 a',
    'a\tb',
  ],
];

const read = (text: string): unknown => parse(text, { schema: 'core', stringKeys: true, logLevel: 'error' });

it.each(PLAIN)('%s', (value) => {
  const text = `  s:\n    payload: ${value}\n`;
  expect(plainEntries(text)).toEqual(read(text));
});

it.each(OTHER)('%s is left to the parser', (value) => {
  expect(plainEntries(`  s:\n    payload: ${value}\n`)).toBeNull();
});

it.each([
  ['an entry without keys', '  a:\n  b:\n    handler: x\n'],
  ['a key twice', '  a:\n    handler: x\n    handler: y\n'],
  ['a map below', '  a:\n    labels:\n      b: c\n'],
  ['a value below', '  a:\n    handler:\n      x\n'],
  ['a text that goes on', '  a:\n    owner: x\n      y\n'],
  ['other indents', '  a:\n    handler: x\n   owner: y\n'],
  ['nothing', '\n'],
])('%s is left to the parser', (_, text) => {
  const plain = plainEntries(text);
  if (plain !== null) expect(plain).toEqual(read(text));
  else expect(plain).toBeNull();
});

it('whatever it reads, the parser reads the same', () => {
  const word = fc.constantFrom(
    ...[
      '  a:',
      '  b:',
      '    ',
      '   ',
      'handler: x',
      'owner: ',
      'payload: ',
      '\n',
      '\n    ',
      '\n  c:\n    ',
      ' ',
      '"',
      "'",
    ],
    ...[
      '{',
      '}',
      '{ ',
      ' }',
      ', ',
      ',',
      ': ',
      ':',
      '1',
      '15m',
      'x',
      'x y',
      '#',
      ' #',
      '-',
      '*',
      '&',
      '~',
      'null',
      '.5',
      'é',
      '|',
    ],
  );
  let plain = 0;
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), (words) => {
      const text = `  z:\n    handler: x\n    ${words.join('')}\n`;
      const entries = plainEntries(text);
      if (entries === null) return;
      plain += 1;
      expect(entries).toEqual(read(text));
    }),
    { numRuns: 20_000 },
  );
  expect(plain).toBeGreaterThan(100);
});
