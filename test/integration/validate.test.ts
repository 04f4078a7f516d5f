/** `carillon schedules validate`: exit codes, warnings and environments, in real processes. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
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
