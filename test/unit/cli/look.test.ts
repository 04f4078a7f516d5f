/** How answers look: every field told, exact in pipes, local and coloured on a terminal, never steered by data. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { restOf } from '../../../src/cli/facts.js';
import { plainLook, terminalLook, widthOf } from '../../../src/cli/look.js';
import { createOutput } from '../../../src/cli/output.js';

const zone = process.env['TZ'];
beforeAll(() => {
  process.env['TZ'] = 'America/New_York';
});
afterAll(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

const NOON = '2026-03-08T12:00:00.000Z';
const at = (now: string, colour = false) => terminalLook(() => Date.parse(now), colour);

describe('times', () => {
  it('are UTC in pipes', () => {
    expect(plainLook.text({ time: NOON })).toBe(NOON);
  });

  it.each([
    ['2026-03-08T11:59:00.000Z', 'in 60s'],
    ['2026-03-08T11:55:00.000Z', 'in 5m'],
    ['2026-03-08T12:00:00.000Z', '0s ago'],
    ['2026-03-08T13:59:00.000Z', '119m ago'],
    ['2026-03-10T11:00:00.000Z', '47h ago'],
    ['2026-03-11T11:00:00.000Z', '2d ago'],
  ])('are local, with zone and distance, on a terminal: at %s', (now, distance) => {
    expect(at(now).text({ time: NOON })).toBe(`2026-03-08 08:00:00 -04:00 (${distance})`);
  });

  it('that are none stay what they are', () => {
    expect(at(NOON).text({ time: '-' })).toBe('-');
    expect(at(NOON).text({ time: '' })).toBe('');
  });
});

describe('states', () => {
  it('have a colour where there are colours, which takes no room', () => {
    const text = at(NOON, true).text({ state: 'dead', note: 'why' });
    expect(text).toBe('\x1b[31mdead\x1b[39m (why)');
    expect(widthOf(text)).toBe('dead (why)'.length);
    expect(at(NOON).text({ state: 'dead' })).toBe('dead');
    expect(plainLook.text({ state: 'dead' })).toBe('dead');
  });

  it('cannot bring colours of their own', () => {
    for (const look of [plainLook, at(NOON, true)]) {
      expect(look.text([{ state: '\x1b[2J' }, { time: '\x1b[2J' }, '\x1b[2J'])).not.toContain('\x1b');
    }
  });
});

describe('output', () => {
  const printed = (isTTY: boolean, env: Record<string, string> = {}): string => {
    let text = '';
    const stream = { isTTY, write: (more: string) => (text += more) };
    createOutput(stream, stream, env).table(['A', 'B'], [[{ state: 'dead' }, 'x']], 'none');
    return text;
  };

  it('is coloured on a terminal only, and not when NO_COLOR is set', () => {
    expect(printed(true)).toBe('A     B\n\x1b[31mdead\x1b[39m  x\n');
    expect(printed(false)).toBe('A     B\ndead  x\n');
    expect(printed(true, { NO_COLOR: '1' })).toBe('A     B\ndead  x\n');
  });
});

describe('the rest of an answer', () => {
  it('is every field that was not told, and none that is empty', () => {
    const answer = {
      id: 'a',
      finishedAt: NOON,
      catchUp: { max: 3 },
      tags: ['x', 'y'],
      labels: {},
      gone: null,
    };
    expect(restOf(answer, ['id']).filter(([, cell]) => cell !== undefined)).toEqual([
      ['finished', { time: NOON }],
      ['catch up', '{"max":3}'],
      ['tags', 'x, y'],
    ]);
  });
});
