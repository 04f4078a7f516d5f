/** What a command prints, as lines: whole, readable, and bounded whatever comes. */

import { expect, it } from 'vitest';
import { OutputLines } from '../../../src/builtin/output-lines.js';

function printed(...pieces: ['stdout' | 'stderr', string][]) {
  const lines: string[] = [];
  const output = new OutputLines((stream, line) => lines.push(`${stream === 'stdout' ? '' : '! '}${line}`));
  for (const [stream, text] of pieces) output.add(stream, text);
  output.end();
  return { lines, last: output.last };
}

it('comes line by line, whatever pieces it comes in, each stream by itself', () => {
  const { lines, last } = printed(
    ['stdout', 'on'],
    ['stderr', 'bad\nwor'],
    ['stdout', 'e\ntwo\n\nthr'],
    ['stderr', 'se\n'],
    ['stdout', 'ee'],
  );
  expect(lines).toEqual(['! bad', 'one', 'two', '', '! worse', 'three']);
  expect(last).toBe('bad\none\ntwo\n\nworse\nthree');
});

it('is what a terminal would show, without what would steer one', () => {
  const colours = '\x1b[1;31mred\x1b[0m \x1b]0;title\x07and\x1b]8;;http://x\x1b\\ bell\x07\ttab\r\n';
  expect(
    printed(['stdout', colours], ['stdout', ' 1%\r 50%\r100%\n'], ['stdout', 'a\r'], ['stdout', '\nb']).lines,
  ).toEqual(['red and bell \ttab', '100%', 'a', 'b']);
});

it('has no line longer than what is kept', () => {
  const { lines } = printed(
    ['stdout', 'x'.repeat(5_000)],
    ['stdout', 'y'.repeat(5_000)],
    ['stdout', '\nshort\n'],
  );
  expect(lines).toEqual([`${'x'.repeat(2_000)}…`, 'short']);
});

it('of a flood keeps the latest, and says how many it left out', () => {
  const flood = Array.from({ length: 100_000 }, (_, n) => `${n}\n`).join('');
  const { lines, last } = printed(['stdout', flood]);
  expect(lines).toHaveLength(501);
  expect(lines[0]).toBe('! (99500 lines left out: more than a log keeps)');
  expect([lines[1], lines.at(-1)]).toEqual(['99500', '99999']);
  expect(last.split('\n')).toEqual(Array.from({ length: 20 }, (_, n) => `${99_980 + n}`));
});

it('has last lines that fit into an error', () => {
  const { last } = printed(['stdout', Array.from({ length: 20 }, () => `${'z'.repeat(1_999)}\n`).join('')]);
  expect(last).toHaveLength(4_000);
});
