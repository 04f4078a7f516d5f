/** `carillon import` in a real process: from standard input to a file that `validate` takes, and what exit codes say. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Processes } from '../support/processes.js';

const processes = new Processes();
let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'carillon-import-'));
});
afterEach(async () => {
  await processes.stopAll();
  rmSync(cwd, { recursive: true, force: true });
});

it('reads a crontab that is piped in, and writes what validate takes', async () => {
  const input = '# the till\n*/10 8-18 * * 1-6 /opt/till --close\n@reboot /opt/warm\n';
  const piped = await processes.run(['import', 'crontab', '-'], { cwd, input });
  expect(piped).toMatchObject({ code: 0, stderr: expect.stringContaining('refused: warm: @reboot') });
  writeFileSync(join(cwd, 'imported.yaml'), piped.stdout);
  const validated = await processes.run(['schedules', 'validate', '.', '--strict'], { cwd });
  expect(validated).toMatchObject({ code: 0, stdout: '1 schedule, valid\n', stderr: '' });
});

it('exits 2 with the place of what cannot be read, and prints no file', async () => {
  writeFileSync(join(cwd, 'jobs.yaml'), 'kind: CronJob\nspec:\n  schedule: */5 * * * *\n');
  const broken = await processes.run(['import', 'k8s', 'jobs.yaml'], { cwd });
  expect(broken).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('jobs.yaml:3:') });
  const unknown = await processes.run(['import', 'cronjob', 'jobs.yaml'], { cwd });
  expect(unknown).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('There are crontab, k8s,'),
  });
});
