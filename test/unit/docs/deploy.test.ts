/** docs/deploy.md: its units start what is there, with settings that are settings, and wait as long as a worker drains. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../../src/domain/defaults.js';
import { ERRORS } from '../../../src/domain/input/errors.js';
import type { Runner } from '../../../src/node/settings.js';
import { readSettings } from '../../../src/node/settings-read.js';

const PAGE = readFileSync(new URL('../../../docs/deploy.md', import.meta.url), 'utf8');
const files = new Map(
  [...PAGE.matchAll(/^```ini (\S+)\n(.*?)^```$/gms)].map(([, path = '', text = '']) => [path, text]),
);

/** Of a unit or an environment file; what stands several times is a list. */
function valuesOf(text: string): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [, key, value = ''] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (key !== undefined) values.set(key, [...(values.get(key) ?? []), value]);
  }
  return values;
}

const environment = Object.fromEntries(
  [...valuesOf(files.get('/etc/carillon/env') ?? '')].map(([key, [value = '']]) => [key, value]),
);
const units = [...files].filter(([path]) => path.endsWith('.service'));

describe.each(units)('%s', (_path, text) => {
  const values = valuesOf(text);
  const one = (key: string): string => values.get(key)?.[0] ?? '';
  const [program, script, runner = '', ...words] = one('ExecStart').split(' ');

  it('starts a command with settings of its own', () => {
    expect([program, script]).toEqual(['/usr/bin/node', 'node_modules/carillon/dist/cli/main.js']);
    const pairs = one('Environment')
      .split(' ')
      .map((pair) => pair.split('='));
    // As systemd fills them in.
    const env = Object.fromEntries(pairs.map(([key, value = '']) => [key, value.replace(/%[Hi]/g, 'x')]));
    const flags: Record<string, string> = {};
    for (const [index, word] of words.entries())
      if (word.startsWith('--')) flags[word.slice(2)] = words[index + 1] ?? '';
    const reading = readSettings({
      runner: runner as Runner,
      flags,
      env: { ...environment, ...env },
      host: 'box',
      pid: 1,
    });
    expect(reading).toMatchObject({ ok: true, warnings: [] });
  });

  it('comes back, is no root, and may do no more than it must', () => {
    expect(one('User')).toBe('carillon');
    expect(one('Restart')).toBe('always');
    expect(one('EnvironmentFile')).toBe('/etc/carillon/env');
    expect(values.has('MemoryDenyWriteExecute')).toBe(false);
    for (const key of ['NoNewPrivileges', 'PrivateTmp']) expect(one(key)).toBe('yes');
  });

  it('is started again however often it dies, but not with settings that are wrong', () => {
    expect([one('Restart'), one('StartLimitIntervalSec')]).toEqual(['always', '0']);
    expect(one('RestartPreventExitStatus')).toBe(`${ERRORS.usage.exit} ${ERRORS.configuration.exit}`);
  });

  it('has time to stop in', () => {
    const seconds = Number(one('TimeoutStopSec'));
    if (runner === 'worker') {
      expect(seconds * 1000).toBeGreaterThan(DEFAULTS.drain + 10_000);
      // Handlers and their commands are ended by the worker, not beside it.
      expect(one('KillMode')).toBe('mixed');
    } else expect(seconds).toBeGreaterThanOrEqual(10);
  });
});

/** It reads units without running any. */
const READS_UNITS = spawnSync('systemd-analyze', ['--version']).status === 0;

it.skipIf(!READS_UNITS || !existsSync('/usr/bin/node'))('systemd has nothing to say about them', () => {
  const dir = mkdtempSync(join(tmpdir(), 'carillon-units-'));
  const paths = units.map(([path, text]) => {
    const file = join(dir, basename(path));
    writeFileSync(file, text);
    return file;
  });
  const { stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', ...paths], {
    encoding: 'utf8',
  });
  rmSync(dir, { recursive: true });
  // Units of the machine's own are looked at on the way.
  expect(`${stdout}${stderr}`.split('\n').filter((line) => line.includes('carillon'))).toEqual([]);
});

it('has a unit for nodes and one for workers', () => {
  expect(units.map(([path]) => path)).toEqual([
    '/etc/systemd/system/carillon-node.service',
    '/etc/systemd/system/carillon-worker@.service',
  ]);
});
