/** The set-up behind npm start and npm test: what it skips, what it refuses, and that signals arrive once. */

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { Processes, type TestProcess } from '../support/processes.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const processes = new Processes();
let dir: string;

/** Stands where the built command line does: says what it was given and every signal, and ends a little later. */
const MAIN = `
let signals = 0;
const end = (signal) => {
  console.log('got', signal);
  signals += 1;
  if (signals === 1) setTimeout(() => { console.log('signals', signals); process.exit(7); }, 700);
};
process.on('SIGINT', end);
process.on('SIGTERM', end);
setInterval(() => {}, 1000);
console.log('given', JSON.stringify(process.argv.slice(2)), process.pid);
`;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'carillon-setup-'));
  cpSync(join(ROOT, 'src', 'setup'), join(dir, 'src', 'setup'), { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(dir, 'package.json'));
  cpSync(join(ROOT, 'tsconfig.json'), join(dir, 'tsconfig.json'));
  for (const folder of ['lua', 'node_modules', 'dist/cli']) mkdirSync(join(dir, folder), { recursive: true });
  writeFileSync(join(dir, 'package-lock.json'), '{}');
  writeFileSync(join(dir, 'node_modules', '.package-lock.json'), '{}');
  writeFileSync(join(dir, 'dist', 'cli', 'main.js'), MAIN);
  const later = new Date(Date.now() + 60_000);
  writeFileSync(join(dir, 'dist', '.built'), '');
  utimesSync(join(dir, 'dist', '.built'), later, later);
});

afterEach(async () => {
  await processes.stopAll();
  rmSync(dir, { recursive: true, force: true });
});

function npmStart(...args: string[]): TestProcess {
  return processes.start('npm', ['start', '--silent', '--', ...args], { cwd: dir, ownGroup: true });
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

describe('npm start', () => {
  it('becomes `carillon dev` with the arguments given, at once when nothing is to be done', async () => {
    const npm = npmStart('--port', '4781');
    await npm.line(/^given \["dev","--port","4781"\]/);
    expect(npm.stderr).toBe('');
  });

  it('lets one Ctrl-C arrive once, waits, and ends as Carillon ends', async () => {
    const npm = npmStart();
    await npm.line(/^given /);
    npm.kill('SIGINT', 'group');
    await npm.line(/^signals 1$/);
    expect(await npm.ended).toEqual({ code: 7, signal: null });
  });

  it('hands on a SIGTERM sent to npm alone', async () => {
    const npm = npmStart();
    await npm.line(/^given /);
    npm.kill('SIGTERM');
    await npm.line(/^signals 1$/);
    expect((await npm.ended).code).toBe(7);
  });

  it('ends when npm is killed with -9', async () => {
    const npm = npmStart();
    const pid = Number((await npm.line(/^given .* (\d+)$/))[1]);
    npm.kill('SIGKILL');
    await npm.line(/^got SIGTERM$/);
    await eventually(() => isGone(pid), Boolean, { what: 'Carillon gone' });
  });
});

describe('the set-up', () => {
  const startWith = (env: Record<string, string>): ReturnType<typeof spawnSync> =>
    spawnSync(process.execPath, [join(dir, 'src', 'setup', 'start.js')], { env, encoding: 'utf8' });

  it('names the three ways when there is no redis-server and no way to install one', () => {
    const { status, stderr, stdout } = startWith({ PATH: dir });
    expect(status).toBe(78);
    expect(stderr).toMatch(/apt-get install redis-server[\s\S]*package manager, or Docker[\s\S]*REDIS_URL=/);
    expect(stderr).not.toContain('    at ');
    expect(stdout).toBe('');
  });

  it('names the three ways when the browser tests find no Chromium, or not the one named', () => {
    const script = `import('${join(dir, 'src', 'setup', 'ensure-chromium.js')}').then((it) => it.ensureChromium())`;
    const ensureWith = (env: Record<string, string>): ReturnType<typeof spawnSync> =>
      spawnSync(process.execPath, ['-e', script], { env, encoding: 'utf8' });
    const none = ensureWith({ PATH: dir });
    expect(none.status).toBe(78);
    expect(none.stderr).toMatch(/apt-get install chromium[\s\S]*package manager[\s\S]*CHROME_BIN=/);
    expect(none.stderr).not.toContain('    at ');
    const wrong = ensureWith({ PATH: dir, CHROME_BIN: join(dir, 'chrome') });
    expect(wrong.status).toBe(78);
    expect(wrong.stderr).toContain(`CHROME_BIN is ${join(dir, 'chrome')}, which is no program.`);
  });

  it('wants no redis-server when REDIS_URL is set', async () => {
    const env = { PATH: dir, REDIS_URL: 'redis://127.0.0.1:6379' };
    const started = processes.start(process.execPath, [join(dir, 'src', 'setup', 'start.js')], { env });
    await started.line(/^given \["dev"\]/);
  });

  it('refuses an old Node in one sentence', () => {
    const script = `import('${join(dir, 'src', 'setup', 'ensure-node.js')}').then((it) => it.ensureNode('20.18.3'))`;
    const { status, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
    expect(status).toBe(78);
    expect(stderr).toMatch(/^carillon: Node 20\.19 or newer is needed, this is 20\.18\.3\..*\n$/);
  });
});
