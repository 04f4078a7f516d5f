/** Files that are cut, doubled and scrambled: each is read or refused with a place, and what is made of it is valid. */

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CarillonError } from '../../../../src/domain/input/errors.js';
import { FORMATS, formatOf, importTexts } from '../../../../src/files/import/formats.js';
import { loadTexts } from '../../../../src/files/load.js';

const WILD = fileURLToPath(new URL('./wild/', import.meta.url));
const NOW = Date.parse('2026-03-01T00:00:00Z');

interface Damage {
  at: number;
  length: number;
  put: string;
}

const damage: fc.Arbitrary<Damage> = fc.record({
  at: fc.nat(10_000),
  length: fc.nat(40),
  put: fc.oneof(
    fc.constantFrom(
      '',
      '"',
      "'",
      '{',
      '}',
      '(',
      ')',
      ':',
      '\n',
      '\t',
      '\r\n',
      '#',
      '*',
      '\u0024{x}',
      '<%= 1 %>',
      '\u0000',
      '&a',
      '*a',
    ),
    fc.string({ maxLength: 12, unit: 'grapheme' }),
  ),
});

function damaged(text: string, damages: readonly Damage[]): string {
  return damages.reduce((now, { at, length, put }) => {
    const from = at % (now.length + 1);
    return now.slice(0, from) + put + now.slice(from + length);
  }, text);
}

/** What is wrong with the file that is made of it; nothing where it is refused. */
function problemsOf(format: string, name: string, text: string): unknown[] {
  try {
    const { file } = importTexts(formatOf(format), [{ path: name, text }], { now: NOW });
    return loadTexts([{ path: 'imported.yaml', text: file }], { env: {} }).problems;
  } catch (error) {
    if (error instanceof CarillonError) return [];
    throw error;
  }
}

const cases = readdirSync(WILD).flatMap((format) =>
  readdirSync(`${WILD}${format}`).map((name) => ({ format, name })),
);

describe.each(cases)('$format/$name', ({ format, name }) => {
  const whole = readFileSync(`${WILD}${format}/${name}`, 'utf8');

  it('is read or refused, and becomes a valid file', () => {
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 6 }), (damages) => {
        const text = damaged(whole, damages);
        expect(problemsOf(format, name, text)).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });
});

it.each(Object.keys(FORMATS))('%s: brackets without end are no matter', (format) => {
  for (const sign of ['[', '{', '(', '{"a":', '[{a: [', '<a>', '- ']) {
    const text = `beat_schedule = ${sign.repeat(300)}`;
    for (const one of [text, sign.repeat(300)]) {
      expect(problemsOf(format, 'deep', one)).toEqual([]);
    }
  }
});
