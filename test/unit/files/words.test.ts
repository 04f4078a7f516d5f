/** What is said of schedule files that are not valid: in our words, once, with the place, and without secrets. */

import { describe, expect, it } from 'vitest';
import { loadTexts } from '../../../src/files/load.js';
import { numberSurvives } from '../../../src/files/numbers.js';
import { parseText } from '../../../src/files/parse.js';

const variable = (inner: string): string => `\${${inner}}`;

function load(lines: string[], env: Record<string, string> = {}, environment?: string) {
  return loadTexts([{ path: 'f.yaml', text: lines.join('\n') }], { env, environment });
}
const said = (lines: string[], env?: Record<string, string>): string[] =>
  load(lines, env).problems.map(({ pointer, detail }) => `${pointer} ${detail}`);

const HEAD = ['version: 1', 'schedules:'];

describe('YAML that does not parse', () => {
  it('says to quote a star, once a line', () => {
    expect(
      said([...HEAD, '  a: { handler: x, every: 5s }', '  b:', '    handler: x', '    cron: */15 * * * *']),
    ).toEqual(['f.yaml:6:11 a value that begins with * must be quoted: "*/15 * * * *"']);
    expect(said([...HEAD, '  b: { handler: x, cron: * * * * * }'])).toEqual([
      expect.stringContaining('f.yaml:3:26 a value that begins with * must be quoted: "* * * * *"'),
    ]);
  });

  it('names tabs', () => {
    expect(said([...HEAD, '\ta: { handler: x, every: 5s }'])[0]).toMatch(
      /^f\.yaml:3:\d+ a tab indents this line/,
    );
  });
});

describe('what YAML would pass over', () => {
  it('is a key that stands twice, told with both places', () => {
    const twice = [
      '  a: { handler: x, every: 5s }',
      '  b: { handler: x, every: 5s, handler: y }',
      '  a: { handler: x, at: 1 }',
    ];
    expect(said([...HEAD, ...twice])).toEqual([
      'f.yaml:4:31 schedules.b.handler: stands twice, first at f.yaml:4:8',
      'f.yaml:5:3 schedules.a: stands twice, first at f.yaml:3:3',
      expect.stringMatching(/^f\.yaml:5:24 schedules\.a\.at: must be an RFC 3339 time/),
    ]);
  });

  it('is a number that would become another', () => {
    const payload =
      '  a: { handler: x, every: 5s, payload: { id: 9007199254740993, much: 1e400, fine: 0.10, hex: 0x1F } }';
    expect(said([...HEAD, payload])).toEqual([
      expect.stringMatching(
        /^f\.yaml:3:46 schedules\.a\.payload\.id: 9007199254740993 would become 9007199254740992/,
      ),
      expect.stringMatching(/schedules\.a\.payload\.much: 1e400 would become Infinity/),
    ]);
  });

  it.each([
    ['1.50', 1.5, true],
    ['-0.0', -0, true],
    ['1e3', 1000, true],
    ['100', 100, true],
    ['1.0000000000000000001', 1, false],
    ['12345678901234567890', Number('12345678901234567890'), false],
    ['123e-5', 0.00123, true],
    ['1e21', 1e21, true],
  ])('numbers: %s', (source, value, survives) => {
    expect(numberSurvives(source, value)).toBe(survives);
  });
});

describe('all problems of a file at once', () => {
  it('are those of its values beside keys that stand twice, numbers that change and variables that are not set', () => {
    const lines = [
      '  a: { handler: x, every: 5s, payload: { id: 9007199254740993 } }',
      '  a: { handlr: x, every: 5s }',
      `  b: { handler: x, cron: "${variable('WHEN')}", overlap: skipp }`,
      '  c: { handler: x, cron: "61 * * * *" }',
    ];
    expect(said([...HEAD, ...lines])).toEqual([
      expect.stringMatching(/^f\.yaml:3:46 schedules\.a\.payload\.id: 9007199254740993 would become/),
      'f.yaml:4:3 schedules.a: stands twice, first at f.yaml:3:3',
      expect.stringContaining('f.yaml:4:8 schedules.a.handlr: is not a known key'),
      expect.stringContaining('f.yaml:5:26 WHEN is not set'),
      expect.stringMatching(/^f\.yaml:5:46 schedules\.b\.overlap: must be one of/),
      expect.stringContaining('f.yaml:6:26 schedules.c.cron: '),
    ]);
  });
});

describe('variables', () => {
  it('are literal behind two dollar signs', () => {
    const text = [
      ...HEAD,
      `  a: { handler: x, every: 5s, payload: "$${variable('HOME')} ${variable('X')}" }`,
    ].join('\n');
    const parsed = parseText('f.yaml', text, { X: '1' });
    expect(JSON.stringify(parsed)).toContain(`"payload":"${variable('HOME')} 1"`);
  });

  it('are named, and what they hold is never quoted', () => {
    const lines = [
      ...HEAD,
      `  a: { handler: x, cron: "${variable('WHEN')}", timezone: "${variable('ZONE')}" }`,
    ];
    const problems = said(lines, { WHEN: 'hunter2 61 * * *', ZONE: 'S3cret/Place' });
    expect(problems.join('\n')).toContain(`what ${variable('WHEN')} holds is not valid here`);
    expect(problems.join('\n')).not.toMatch(/hunter2|S3cret|61/i);
    expect(said([...HEAD, '  a: { handler: x, cron: "61 * * * *" }'])[0]).toContain('61');
  });
});

describe('environments', () => {
  const lines = [
    ...HEAD,
    '  a: { handler: x, every: 5s, environments: [production] }',
    '  b: { handler: x, every: 5s }',
  ];
  const warned = (environment?: string) => load(lines, {}, environment).warnings.map(({ detail }) => detail);

  it('that match nothing, and none at all, are warned of', () => {
    expect(warned('production')).toEqual([]);
    expect(warned('prodction')).toEqual([expect.stringContaining('they list production: left out are a')]);
    expect(warned()).toEqual([
      expect.stringContaining('no environment is set (CARILLON_ENVIRONMENT): left out are the 1'),
    ]);
    expect(load(lines)).toMatchObject({ elsewhere: 1, schedules: [{ definition: { id: 'b' } }] });
  });
});
