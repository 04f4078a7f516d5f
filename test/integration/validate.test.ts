/** `carillon schedules validate`: exit codes, warnings and environments, in real processes. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Processes } from '../support/processes.js';

const processes = new Processes();
let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'carillon-validate-'));
});
afterEach(async () => {
  await processes.stopAll();
  rmSync(cwd, { recursive: true, force: true });
});

const validate = (...args: string[]) => processes.run(['schedules', 'validate', '.', ...args], { cwd });

it('exits 0 with warnings, 2 with --strict, and says each warning once', async () => {
  const text = 'version: 1\nschedules: { odd: { handler: x, at: "2020-01-01T00:00:00Z" } }\n';
  writeFileSync(join(cwd, 'odd.yaml'), text);
  const plain = await validate();
  expect(plain).toMatchObject({ code: 0, stdout: '1 schedule, valid\n' });
  expect(plain.stderr).toMatch(/^\S*odd\.yaml:2:37: warning: schedules\.odd\.at: \S+ has passed: .*\n$/);
  const strict = await validate('--strict');
  expect(strict).toMatchObject({ code: 2 });
  expect(strict.stderr).toContain('[invalid_schedule_file]');
});

it('leaves out warnings that are named by their codes', async () => {
  const text = 'version: 1\nschedules: { odd: { handler: x, at: "2020-01-01T00:00:00Z" } }\n';
  writeFileSync(join(cwd, 'odd.yaml'), text);
  const ignored = await validate('--strict', '--ignore', 'herd,past');
  expect(ignored).toMatchObject({ code: 0, stdout: '1 schedule, valid\n', stderr: '' });
  const wrong = await validate('--ignore', 'pasd');
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('did you mean "past"?')]);
});

it('keeps what a module prints out of the data', async () => {
  const text = `console.log('loud'); export default { version: 1, schedules: { a: { handler: 'x', every: '1m' } } };`;
  writeFileSync(join(cwd, 'loud.ts'), text);
  const { code, stdout, stderr } = await validate('--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ valid: true, schedules: 1 });
  expect(stderr).toBe('loud\n');
});

const BROKEN = `version: 1
schedules:
  a: { hander: x, every: 5s }
  b: { handler: x, cron: "0 9 1-7 * 1" }
`;

it('tells GitHub of each, with its place from the top of the repository', async () => {
  mkdirSync(join(cwd, 'schedules, all'));
  writeFileSync(join(cwd, 'schedules, all', '50%.yaml'), BROKEN);
  const { code, stdout, stderr } = await processes.run(
    ['schedules', 'validate', 'schedules, all', '--format', 'github'],
    { cwd, env: { GITHUB_WORKSPACE: join(cwd, '..') } },
  );
  expect(code).toBe(2);
  const file = `file=${basename(cwd)}/schedules%2C all/50%25.yaml`;
  expect(stdout.trimEnd().split('\n')).toEqual([
    `::error ${file},line=3,col=3,title=invalid_schedule_file::schedules.a: handler is required`,
    `::error ${file},line=3,col=8,title=invalid_schedule_file::schedules.a.hander: is not a known key (did you mean "handler"?)`,
    expect.stringMatching(
      /^::warning file=.*,line=4,col=26,title=both_day_fields::schedules\.b\.cron: .*"MON#1"/,
    ),
  ]);
  expect(stderr).toBe(
    'error: The schedule files are not valid: 2 problems, 1 warning. [invalid_schedule_file]\n',
  );
});

it('writes SARIF with a rule for each kind, levels, regions and relative places', async () => {
  mkdirSync(join(cwd, 'my schedules'));
  writeFileSync(join(cwd, 'my schedules', 'a.yaml'), BROKEN);
  const { code, stdout } = await processes.run(
    ['schedules', 'validate', 'my schedules', '--format', 'sarif'],
    { cwd },
  );
  expect(code).toBe(2);
  const { version, runs } = JSON.parse(stdout);
  expect(version).toBe('2.1.0');
  const [{ tool, results }] = runs;
  const place = (startLine: number, startColumn: number) => ({
    physicalLocation: {
      artifactLocation: { uri: 'my%20schedules/a.yaml', uriBaseId: '%SRCROOT%' },
      region: { startLine, startColumn },
    },
  });
  expect(results).toEqual([
    expect.objectContaining({ ruleId: 'invalid_schedule_file', level: 'error', locations: [place(3, 3)] }),
    expect.objectContaining({ ruleId: 'invalid_schedule_file', level: 'error', locations: [place(3, 8)] }),
    expect.objectContaining({ ruleId: 'both_day_fields', level: 'warning', locations: [place(4, 26)] }),
  ]);
  for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex].id).toBe(ruleId);
});

describe('--handlers', () => {
  const file = `version: 1
schedules:
  good: { handler: known, every: 1m }
  bad: { handler: knwon, every: 1m }
  call: { handler: http.request, every: 1m }
`;

  it('warns of handlers that a TypeScript module does not have, and drops what it prints', async () => {
    writeFileSync(join(cwd, 'a.yaml'), file);
    mkdirSync(join(cwd, 'src'));
    writeFileSync(
      join(cwd, 'src', 'handlers.ts'),
      `console.log('loud'); export default { known: async (n: number) => n };`,
    );
    const { code, stdout } = await validate('--handlers', 'src/handlers.ts', '--json', '--strict');
    expect(code).toBe(2);
    expect(JSON.parse(stdout).warnings).toEqual([
      {
        pointer: expect.stringMatching(/a\.yaml:4:19$/),
        detail: expect.stringContaining('src/handlers.ts has no handler "knwon" (did you mean "known"?)'),
        code: 'unknown_handler',
      },
    ]);
  });

  it.each([
    ['ends its process', 'process.exit(0);', 'it ends the process on load'],
    ['throws', 'throw new Error("no database");', 'no database'],
    ['exports nothing', 'export {};', 'a record of handler name → function is needed'],
  ])('says so of a module that %s, and checks nothing', async (_what, text, words) => {
    writeFileSync(join(cwd, 'a.yaml'), file);
    mkdirSync(join(cwd, 'src'));
    writeFileSync(join(cwd, 'src', 'handlers.mjs'), text);
    const { code, stdout, stderr } = await validate('--handlers', 'src/handlers.mjs');
    expect([code, stdout]).toEqual([78, '']);
    expect(stderr).toContain(words);
  });
});

it('says where nothing is for this environment, and where nothing is declared', async () => {
  const none = await validate('--strict');
  expect(none).toMatchObject({ code: 2, stdout: '' });
  expect(none.stderr).toContain('[nothing_declared]');
  writeFileSync(
    join(cwd, 'a.yaml'),
    'version: 1\nschedules: { a: { handler: x, every: 1m, environments: [test] } }\n',
  );
  expect(await validate('--environment', 'production')).toMatchObject({
    code: 0,
    stdout: 'no schedule is for this environment; 1 is for others, valid\n',
    stderr: expect.stringContaining('[unmatched_environment]'),
  });
});

it('names a herd of schedules that start in one second', async () => {
  const lines = Array.from({ length: 51 }, (_, i) => `  s${i}: { handler: x, cron: "0 3 * * *" }`);
  writeFileSync(join(cwd, 'a.yaml'), `version: 1\nschedules:\n${lines.join('\n')}\n`);
  const { code, stderr } = await validate();
  expect(code).toBe(0);
  expect(stderr).toMatch(
    /a\.yaml:3:27: warning: schedules\.s0\.cron: 51 runs start in the second \S+T03:00:00\.000Z \(s0, s1, s10, s11, s12 and 46 more\).*jitter: 5m.*\[herd\]\n$/,
  );
});

it('counts what is for the environment named', async () => {
  const text = `version: 1
schedules:
  here: { handler: h, every: 1m, environments: [production] }
  always: { handler: h, every: 1m }
`;
  writeFileSync(join(cwd, 'a.yaml'), text);
  const said = async (...args: string[]) => JSON.parse((await validate('--json', ...args)).stdout);
  expect(await said('--environment', 'production')).toMatchObject({ schedules: 2, elsewhere: 0 });
  expect(await said('--environment', 'test')).toMatchObject({ schedules: 1, elsewhere: 1 });
  const wrong = await validate('--environment', 'no spaces');
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('--environment must be')]);
});
