/** What two stacks have in common. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lineDiff } from '../../../web/src/core/line-diff.js';

const drawn = (a: string, b: string): string[] =>
  lineDiff(a, b).map((line) => `${{ both: ' ', a: '-', b: '+' }[line.in]}${line.text}`);

it('keeps what both have, in order, and tells what only one has', () => {
  expect(drawn('Error: x\nat read\nat run', 'Error: y\nat write\nat run')).toEqual([
    ...['-Error: x', '-at read', '+Error: y', '+at write', ' at run'],
  ]);
  expect(drawn('same', 'same')).toEqual([' same']);
  expect(drawn('', 'new')).toEqual(['+new']);
  expect(drawn('old', '')).toEqual(['-old']);
});

it('loses no line of either', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 }).map((lines) => lines.join('\n'));
  fc.assert(
    fc.property(text, text, (a, b) => {
      const lines = lineDiff(a, b);
      const of = (one: 'a' | 'b') => lines.filter((line) => line.in === 'both' || line.in === one);
      expect(
        of('a')
          .map((line) => line.text)
          .join('\n'),
      ).toBe(a);
      expect(
        of('b')
          .map((line) => line.text)
          .join('\n'),
      ).toBe(b);
    }),
  );
});
