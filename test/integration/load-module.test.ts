/** What a handler module can do wrong while it loads, in real processes: one line with a code, and an exit code. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Processes } from '../support/processes.js';

const processes = new Processes();
let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'carillon-load-'));
});
afterEach(async () => {
  await processes.stopAll();
  rmSync(cwd, { recursive: true, force: true });
});

const NOWHERE = 'redis://127.0.0.1:9';
const GOOD = 'export default { a: () => 1 };';

describe.each([['worker'], ['dev']])('carillon %s', (command) => {
  it.each([
    ['bad.ts', 'type X = 1;\n\nexport default { a: (x: X => 1 };\n', 'expected "," (bad.ts:3:26)'],
    ['bad.mjs', 'const a = 1;\nexport default { a: (x => 1,\n};\n', "Unexpected token '}' (bad.mjs:3:1)"],
    ['throws.ts', `const a: number = 1;\nthrow new Error('boom');\n${GOOD}`, 'boom (throws.ts:2)'],
    ['throws.mjs', `const a = 1;\nthrow new Error('boom');\n${GOOD}`, 'boom (throws.mjs:2)'],
    ['export.mjs', `import { nope } from 'node:fs';\n${GOOD}`, "named 'nope' (export.mjs:1)"],
    ['floats.mjs', `Promise.reject(new Error('lost'));\n${GOOD}`, 'nothing awaits: lost (floats.mjs:1)'],
    ['floats.ts', `Promise.reject('lost');\n${GOOD}`, 'nothing awaits: lost'],
    [
      'late.mjs',
      `setTimeout(() => { throw new Error('x'); });\nawait new Promise(() => {});`,
      'x (late.mjs:1)',
    ],
    ['ends.mjs', `process.exit(0);\n${GOOD}`, 'ends the process on load, with code 0'],
    ['ends.ts', `process.exit(3);\n${GOOD}`, 'ends the process on load, with code 3'],
  ])('refuses %s: exit 78 and one line', async (name, text, words) => {
    writeFileSync(join(cwd, name), text);
    const { code, stdout, stderr } = await processes.run([command, name, '--redis', NOWHERE], { cwd });
    expect([code, stdout]).toEqual([78, '']);
    expect(stderr).toContain(words);
    expect(stderr).toMatch(/^error: The handler module .* cannot be used: [^\n]* \[handler_module\]\n$/);
  });
});

it.each([
  ['throw new Error("boom");', 'it throws on load: boom (carillon.config.ts:1)'],
  ['process.exit(0);', 'it ends the process on load, with code 0'],
])('a configuration file with %s: exit 78 and where', async (text, words) => {
  writeFileSync(join(cwd, 'carillon.config.ts'), text);
  writeFileSync(join(cwd, 'good.mjs'), GOOD);
  const { code, stderr } = await processes.run(['worker', 'good.mjs', '--redis', NOWHERE], { cwd });
  expect([code, stderr]).toEqual([78, expect.stringContaining(words)]);
  expect(stderr).toContain('[configuration]');
  expect(stderr).not.toMatch(/\n\s+at /);
});

it('dev on the examples says that schedules of your own need a start, and when they appear', async () => {
  const started = processes.carillon(['dev', '--port', '0'], { cwd });
  await started.line(/^Schedules: the examples; for your own, make schedules\/ and start again/);
  mkdirSync(join(cwd, 'schedules'));
  await started.line(/schedules\/ is there now; start again/);
  expect((await started.stop('SIGINT')).code).toBe(0);
});

it('dev with handlers of your own takes up a directory of schedules made later', async () => {
  writeFileSync(join(cwd, 'good.mjs'), GOOD);
  const started = processes.carillon(['dev', 'good.mjs', '--port', '0'], { cwd });
  await started.line(/^Schedules: schedules$/);
  mkdirSync(join(cwd, 'schedules'));
  writeFileSync(
    join(cwd, 'schedules', 's.yaml'),
    'version: 1\nschedules: { s: { handler: a, every: 1s } }\n',
  );
  await started.line(/\ba +completed/);
});
