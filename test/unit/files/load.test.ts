import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readFileSet } from '../../../src/files/file-set.js';
import { type LoadOptions, loadSchedules } from '../../../src/files/load.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'carillon-files-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

/** The text that asks for a variable. */
const variable = (inner: string): string => `\${${inner}}`;
const put = (name: string, ...lines: string[]): void =>
  writeFileSync(join(dir, name), `${lines.join('\n')}\n`);
const load = (options: Partial<LoadOptions> = {}) => loadSchedules(dir, { env: {}, ...options });
const digestNow = async () => (await readFileSet(dir, { env: {} })).packed?.digest;
const ids = async (options: Partial<LoadOptions> = {}) =>
  (await load(options)).schedules.map(({ definition }) => definition.id);

/** Problems as `<file>:<line>:<column> <detail>`, without the directory. */
const problems = async () =>
  (await load()).problems.map(({ pointer, detail }) => `${pointer.replace(`${dir}/`, '')} ${detail}`);

test('YAML, JSON and TypeScript make one set, sorted by id, each with its place', async () => {
  put('a.yaml', 'version: 1', 'schedules:', '  zeta: { handler: x, every: 5s }');
  put(
    'b.json',
    '{',
    '\t"version": 1,',
    '\t"schedules": { "beta": { "handler": "x", "cron": "@daily" } }',
    '}',
  );
  put(
    'c.ts',
    `export default { version: 1, schedules: { gamma: { handler: 'x' as string, at: new Date(0) } } };`,
  );
  put('d.yml', 'version: 1');
  const { schedules, problems, found } = await load();
  expect({ found, problems }).toEqual({ found: true, problems: [] });
  expect(schedules.map(({ definition, place }) => [definition.id, place.line, place.column])).toEqual([
    ['beta', 3, 17],
    ['gamma', 1, 1],
    ['zeta', 3, 3],
  ]);
});

test('other files are passed over; a missing directory is known from an empty one', async () => {
  for (const name of ['schema.json', 'notes.md', '.hidden.yaml', 'types.d.ts']) put(name, 'nonsense: [');
  expect(await load()).toMatchObject({ found: true, schedules: [], problems: [] });
  expect(await loadSchedules(join(dir, 'none'), { env: {} })).toMatchObject({ found: false, problems: [] });
});

test('what is no directory is a problem', async () => {
  put('file', '');
  const { problems } = await loadSchedules(join(dir, 'file'), { env: {} });
  expect(problems).toEqual([
    expect.objectContaining({ detail: 'cannot be read: it is a file; name the directory it stands in' }),
  ]);
});

test('every problem of every file is named with its line and column', async () => {
  put(
    'a.yaml',
    'version: 1',
    'defaults: { qeue: x }',
    'schedules:',
    '  one:',
    '    hander: x',
    '    cron: "61 * * * *"',
    '    retry:',
    '      maxAttempts: 0',
  );
  put('b.yaml', 'schedules: []', 'other: 1');
  expect(await problems()).toEqual([
    'a.yaml:2:13 defaults.qeue: is not a known key (did you mean "queue"?)',
    'a.yaml:4:3 schedules.one: handler is required',
    'a.yaml:5:5 schedules.one.hander: is not a known key (did you mean "handler"?)',
    expect.stringMatching(/^a\.yaml:6:11 schedules\.one\.cron: cron expression "61/),
    expect.stringMatching(/^a\.yaml:8:20 schedules\.one\.retry\.maxAttempts: must be/),
    'b.yaml:1:1 version: 1 is required',
    'b.yaml:1:12 schedules: must be a mapping of names',
    'b.yaml:2:1 other: is not a known key',
  ]);
});

test('an id declared twice names both places, within a file and across files', async () => {
  put('a.yaml', 'version: 1', 'schedules:', '  one: { handler: x, every: 5s }');
  put('b.yaml', 'version: 1', 'schedules:', '', '  one: { handler: y, every: 5s, environments: [other] }');
  put(
    'c.yaml',
    'version: 1',
    'schedules:',
    '  two: { handler: x, every: 5s }',
    '  two: { handler: x, every: 5s }',
  );
  const found = await problems();
  expect(found).toEqual([
    `c.yaml:4:3 schedules.two: stands twice, first at ${dir}/c.yaml:3:3`,
    `b.yaml:4:3 schedules.one: is declared at ${dir}/a.yaml:3:3 already`,
  ]);
});

test('a former id is told where it is declared still, or is taken twice', async () => {
  put(
    'a.yaml',
    'version: 1',
    'schedules:',
    '  one: { handler: x, every: 5s }',
    '  two: { handler: x, every: 5s, formerly: one }',
    '  three: { handler: x, every: 5s, formerly: gone }',
  );
  put('b.yaml', 'version: 1', 'schedules:', '  four: { handler: x, every: 5s, formerly: gone }');
  expect(await problems()).toEqual([
    `a.yaml:4:43 schedules.two.formerly: one is declared at ${dir}/a.yaml:3:3 still; remove it there, or leave this out`,
    `b.yaml:3:44 schedules.four.formerly: three at ${dir}/a.yaml:5:3 was gone already; only one can be`,
  ]);
});

test('a former id may be declared still for another environment', async () => {
  put(
    'a.yaml',
    'version: 1',
    'schedules:',
    '  one: { handler: x, every: 5s, environments: [production] }',
    '  two: { handler: x, every: 5s, environments: [staging], formerly: one }',
  );
  expect((await load({ environment: 'staging' })).problems).toEqual([]);
});

describe('YAML traps', () => {
  test.each([
    ['a syntax error', 'a: [1', /^t\.yaml:\d+:\d+ /],
    ['a tab', 'a:\n\tb: 1', /^t\.yaml:2:1 /],
    ['two documents', 'version: 1\n---\nversion: 1', /^t\.yaml:2:1 .*one file is one document/],
    ['a tag', 'version: !!binary aGk=', /^t\.yaml:1:10 tags \(words that begin with !\) are not read/],
    ['a key that is no text', '? [a]\n: 1', /^t\.yaml:1:3 a key must be a text/],
    [
      'a merge key',
      'version: 1\n<<: { source: x }',
      /^t\.yaml:2:1 <<: merge keys are not read; .* under defaults/,
    ],
    ['__proto__', 'version: 1\n__proto__: { source: x }', /^t\.yaml:2:1 __proto__: is not a known key/],
    ['an empty file', '', /^t\.yaml:1:1 a schedule file is a mapping/],
    ['a version of the future', 'version: 2', /^t\.yaml:1:10 version: must be 1/],
  ])('%s', async (_name, text, expected) => {
    put('t.yaml', text);
    expect((await problems())[0]).toMatch(expected);
  });

  test('an alias bomb goes off nowhere', async () => {
    const levels = 'abcdefgh'.split('');
    const lines = levels.map((name, index) => {
      const inner = index === 0 ? 'x' : `*${levels[index - 1]}`;
      return `${name}: &${name} [${Array(10).fill(inner).join(', ')}]`;
    });
    put('t.yaml', ...lines);
    expect(await problems()).toEqual([expect.stringMatching(/alias/)]);
  });

  test('a %YAML 1.1 line turns yes into no boolean', async () => {
    put(
      't.yaml',
      '%YAML 1.1',
      '---',
      'version: 1',
      'schedules: { one: { handler: x, every: 5s, enabled: yes } }',
    );
    expect(await problems()).toEqual([expect.stringMatching(/schedules\.one\.enabled: must be one of/)]);
  });

  test('bytes that are no UTF-8', async () => {
    writeFileSync(join(dir, 't.yaml'), Buffer.from([0x76, 0xff, 0xfe]));
    expect(await problems()).toEqual([
      expect.stringMatching(/^t\.yaml:1:1 cannot be read: it is no UTF-8 text$/),
    ]);
  });
});

describe('variables', () => {
  const one = async (env: Record<string, string>) => (await load({ env })).schedules[0]?.definition;

  test('stand in string values only, with defaults', async () => {
    put(
      't.yaml',
      'version: 1',
      'schedules:',
      '  one:',
      `    handler: "${variable('PREFIX:-demo')}.report"`,
      `    every: ${variable('EVERY')}`,
      `    payload: { "${variable('KEY')}": ["a-${variable('A')}${variable('A')}", "${variable('B:-')}", "${variable('no name')}", 5] }`,
    );
    expect(await one({ EVERY: '15m', A: 'x', PREFIX: '' })).toMatchObject({
      handler: 'demo.report',
      spec: { every: 900_000 },
      payload: { [variable('KEY')]: ['a-xx', '', variable('no name'), 5] },
    });
  });

  test('one that is not set is a problem at its place', async () => {
    put('t.yaml', 'version: 1', 'schedules:', `  one: { handler: "${variable('NOPE')}", every: 5s }`);
    expect(await problems()).toEqual([expect.stringMatching(/^t\.yaml:3:19 NOPE is not set/)]);
  });
});

const holidays = 'calendars: { holidays: [2026-12-25, "2026-12-31..2027-01-01", { cron: "* * * * SUN" }] }';

test('a calendar serves the schedules of all files, whichever comes first', async () => {
  put('a.yaml', 'version: 1', 'schedules: { one: { handler: x, cron: "0 9 * * *", exclude: [holidays] } }');
  put('b.yaml', 'version: 1', holidays);
  put('c.yaml', 'version: 1', 'calendars:', '  closures:', '    - { from: 2026-08-01, to: 2026-08-14 }');
  const { schedules, problems, warnings } = await load();
  expect({ problems, warnings }).toEqual({ problems: [], warnings: [] });
  expect(schedules[0]?.definition.exclude).toEqual({
    timezone: 'UTC',
    items: [
      {
        calendar: 'holidays',
        items: [
          { from: '2026-12-25', to: '2026-12-25' },
          { from: '2026-12-31', to: '2027-01-01' },
          { cron: '* * * * SUN' },
        ],
      },
    ],
  });
});

test('a change of a calendar changes the schedules that use it, and only those', async () => {
  put('a.yaml', 'version: 1', 'schedules: { one: { handler: x, every: 1h, exclude: [holidays] } }');
  put('b.yaml', 'version: 1', holidays);
  const digest = await digestNow();
  put('b.yaml', 'version: 1', holidays.replace('2026-12-25', '2026-12-26'));
  expect(await digestNow()).not.toBe(digest);
  put('b.yaml', 'version: 1', holidays, '  # and one that nobody uses', '');
  put('c.yaml', 'version: 1', 'calendars: { spare: [2026-01-01] }');
  expect(await digestNow()).toBe(digest);
});

test('a calendar declared twice names both places, an unknown one what is near', async () => {
  put('a.yaml', 'version: 1', holidays);
  put('b.yaml', 'version: 1', 'calendars:', '  holidays: [2026-12-26]', 'defaults: { exclude: [holiday] }');
  put(
    'c.yaml',
    'version: 1',
    'schedules: { one: { handler: x, every: 1h, exclude: [2026-01-01, holidys] } }',
  );
  expect(await problems()).toEqual([
    expect.stringMatching(/^b\.yaml:4:23 defaults\.exclude\.0: "holiday" .*did you mean "holidays"/),
    expect.stringMatching(/^c\.yaml:2:66 schedules\.one\.exclude\.1: "holidys" .*did you mean "holidays"/),
    `b.yaml:3:3 calendars.holidays: is declared at ${dir}/a.yaml:2:14 already`,
  ]);
});

test('calendars: their names, what they hold, and H', async () => {
  put(
    'a.yaml',
    'version: 1',
    'calendars:',
    '  2026-01-01: [2026-12-26]',
    '  Holidays: [2026-12-26]',
    '  fine-2026: [2026-12-26]',
    '  hashed: [{ cron: "H 3 * * *" }]',
    '  backwards: [2026-12-26..2026-12-25]',
    '  none: []',
  );
  expect(await problems()).toEqual([
    expect.stringMatching(/^a\.yaml:3:3 calendars\.2026-01-01: the name would be read as a date/),
    expect.stringMatching(/^a\.yaml:4:3 calendars\.Holidays: the name must be/),
    expect.stringMatching(/^a\.yaml:6:20 calendars\.hashed\.0\.cron: H is hashed/),
    expect.stringMatching(/^a\.yaml:7:15 calendars\.backwards\.0: the range ends before it begins/),
  ]);
});

test('environments choose; calendars and source are read', async () => {
  put(
    't.yaml',
    'version: 1',
    'source: billing',
    'calendars: { holidays: ["2026-12-25", { cron: "* * * * SUN" }] }',
    'schedules:',
    '  one: { handler: x, every: 5s, environments: [production], exclude: [holidays] }',
    '  two: { handler: x, every: 5s }',
  );
  expect(await ids()).toEqual(['two']);
  expect(await ids({ environment: 'production' })).toEqual(['one', 'two']);
  const { source, warnings } = await load({ environment: 'production' });
  expect(source).toBe('billing');
  expect(warnings).toEqual([]);
});

test('crons that are left out are warned of like those of schedules, each where it is written', async () => {
  put(
    'a.yaml',
    'version: 1',
    'defaults: { exclude: [{ cron: "*/90 * * * *" }] }',
    'calendars: { quiet: ["2026-12-25", { cron: "0 0 31 * *" }] }',
    'schedules:',
    '  one: { handler: x, every: 5s, exclude: [quiet, { cron: "*/45 * * * *" }, { cron: "0 0 * * SUN" }] }',
    '  two: { handler: x, every: 5s }',
  );
  const { problems, warnings } = await load();
  expect(problems).toEqual([]);
  expect(warnings.map(({ pointer, detail }) => `${pointer} ${detail}`)).toEqual([
    expect.stringMatching(/a\.yaml:2:31 defaults\.exclude\.0\.cron: .*step is as long/),
    expect.stringMatching(/a\.yaml:3:44 calendars\.quiet\.1\.cron: /),
    expect.stringMatching(/a\.yaml:5:58 schedules\.one\.exclude\.1\.cron: .*begins again at 0/),
  ]);
});

test('an environment that looks like this one and is not is warned of', async () => {
  put(
    'a.yaml',
    'version: 1',
    'schedules:',
    '  one: { handler: x, every: 5s, environments: [production] }',
    '  two: { handler: x, every: 5s, environments: [prodution, test] }',
    '  three: { handler: x, every: 5s, environments: [staging] }',
  );
  const { warnings } = await load({ environment: 'production' });
  expect(warnings.map(({ detail }) => detail)).toEqual([
    expect.stringMatching(/^schedules\.two\.environments: lists prodution, .*did you mean "production"/),
  ]);
});

test('unknown calendars, calendars of calendars and two sources are problems', async () => {
  put('a.yaml', 'version: 1', 'source: one', 'calendars: { a: [b], b: ["2026-13-01"] }');
  put('b.yaml', 'version: 1', 'source: two', 'schedules: { x: { handler: x, every: 5s, exclude: [c] } }');
  expect(await problems()).toEqual([
    expect.stringMatching(/^a\.yaml:3:18 calendars\.a\.0: "b" is no date/),
    expect.stringMatching(/^a\.yaml:3:26 calendars\.b\.0: 2026-13-01 does not exist/),
    expect.stringMatching(/^b\.yaml:3:52 schedules\.x\.exclude\.0: "c" is no date and no calendar/),
    expect.stringMatching(/^b\.yaml:2:9 source: "two" differs from "one" at/),
  ]);
});

test('the digest knows the definitions, not their order, place or wording', async () => {
  put(
    'a.yaml',
    'version: 1',
    'schedules:',
    '  one: { handler: x, every: 60s }',
    '  two: { handler: x, every: 5s }',
  );
  const digest = await digestNow();
  rmSync(join(dir, 'a.yaml'));
  put('b.yaml', 'version: 1', '# moved', 'schedules: { two: { every: 5s, handler: x } }');
  put('c.json', '{ "version": 1, "schedules": { "one": { "handler": "x", "every": "1m" } } }');
  expect(await digestNow()).toBe(digest);
  put('c.json', '{ "version": 1, "schedules": { "one": { "handler": "x", "every": "2m" } } }');
  expect(await digestNow()).not.toBe(digest);
});

test('a TypeScript file is read anew, and one that throws is a problem', async () => {
  put('t.ts', `export default { version: 1, schedules: { one: { handler: 'x', every: '5s' } } };`);
  expect(await ids()).toEqual(['one']);
  put('t.ts', `export default { version: 1, schedules: { two: { handler: 'x', every: '5s' } } };`);
  expect(await ids()).toEqual(['two']);
  put('t.ts', `throw new Error('broken');`);
  expect(await problems()).toEqual(['t.ts:1:1 cannot be loaded: broken']);
});
