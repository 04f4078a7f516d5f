/** `carillon init`: what it writes is valid, nothing is overwritten, and what to do next is said. */

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parse } from 'yaml';
import { initCommand } from '../../../src/cli/commands/init.js';
import { createOutput } from '../../../src/cli/output.js';
import { loadSchedules } from '../../../src/files/load.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'carillon-init-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

const put = (name: string, text: string): void => writeFileSync(join(dir, name), text);
const read = (name: string): string => readFileSync(join(dir, name), 'utf8');

async function init(...words: string[]): Promise<{ out: string; said: string }> {
  let out = '';
  let said = '';
  const output = createOutput({ write: (text) => (out += text) }, { write: (text) => (said += text) });
  const command = initCommand({ env: {}, directory: dir, output, version: '0' });
  await command.parseAsync(words, { from: 'user' });
  return { out, said };
}

interface Compose {
  services: Record<string, { command: string[]; build?: { dockerfile_inline: string } }>;
}
const composeOf = (name: string): Compose => parse(read(name), { merge: true }) as Compose;

it('writes three files, and says what to do next', async () => {
  const { out, said } = await init();
  expect(readdirSync(dir).sort()).toEqual(['compose.yaml', 'handlers.mjs', 'schedules']);
  expect(readdirSync(join(dir, 'schedules'))).toEqual(['schedules.yaml']);
  expect(out.split('\n').map((line) => line.split(' ')[0])).toEqual([
    'schedules/schedules.yaml',
    'handlers.mjs',
    'compose.yaml',
    '',
  ]);
  const next = said.split('\n').filter((line) => line.startsWith('  '));
  expect(next.map((line) => line.trim().split('    ')[0])).toEqual([
    'npm init -y && npm install carillon',
    'npx carillon dev handlers.mjs',
    'npx carillon schedules trigger nightly-report --wait',
    'CARILLON_API_KEY=$(openssl rand -hex 32) docker compose up --build',
  ]);
});

it('its schedules are valid without a warning, and each has its handler', async () => {
  await init();
  const { schedules, problems, warnings } = await loadSchedules(join(dir, 'schedules'), { env: {} });
  expect({ problems, warnings }).toEqual({ problems: [], warnings: [] });
  const { default: handlers } = (await import(join(dir, 'handlers.mjs'))) as { default: object };
  expect(schedules.map(({ definition }) => definition.handler).sort()).toEqual(Object.keys(handlers).sort());
});

it.each([
  ['handlers.mjs', ['--javascript']],
  ['handlers.ts', ['--typescript']],
  ['handlers.ts', []],
])('its containers run %s of %j', async (module, flags) => {
  if (flags.length === 0) put('tsconfig.json', '{}');
  await init(...flags);
  expect(existsSync(join(dir, module))).toBe(true);
  const { services } = composeOf('compose.yaml');
  expect(Object.keys(services)).toEqual(['redis', 'node', 'worker']);
  expect(services['worker']?.command).toEqual(['worker', module]);
  expect(services['worker']?.build?.dockerfile_inline).toContain(`COPY ${module} ./\n`);
});

it('takes JavaScript beside a tsconfig.json where it is asked for', async () => {
  put('tsconfig.json', '{}');
  await init('--javascript');
  expect(existsSync(join(dir, 'handlers.mjs'))).toBe(true);
});

it('makes the directory it is given, and says how to get there', async () => {
  const { said } = await init('services/mail');
  expect(existsSync(join(dir, 'services/mail/schedules/schedules.yaml'))).toBe(true);
  expect(said).toContain('\n  cd services/mail\n');
});

it.each(['handlers.mjs', 'schedules/schedules.yaml'])('writes nothing where %s is there', async (name) => {
  mkdirSync(join(dir, 'schedules'));
  put(name, 'mine');
  const before = readdirSync(dir, { recursive: true });
  await expect(init()).rejects.toMatchObject({
    code: 'conflict',
    exit: 4,
    errors: [{ pointer: name, detail: expect.stringContaining('another directory') }],
  });
  expect(read(name)).toBe('mine');
  expect(readdirSync(dir, { recursive: true })).toEqual(before);
});

it('called twice, it names all that is there already', async () => {
  await init();
  const names = ['schedules/schedules.yaml', 'handlers.mjs'];
  await expect(init()).rejects.toMatchObject({ errors: names.map((pointer) => ({ pointer })) });
});

it.each(['compose.yaml', 'docker-compose.yml'])('leaves %s of the project alone', async (name) => {
  put(name, 'services: {}\n');
  const { said } = await init();
  expect(read(name)).toBe('services: {}\n');
  expect(composeOf('compose.carillon.yaml').services['worker']?.command).toEqual(['worker', 'handlers.mjs']);
  expect(read('compose.carillon.yaml')).toContain('docker compose -f compose.carillon.yaml up --build');
  expect(said).toContain('docker compose -f compose.carillon.yaml up --build');
});

it('says what is missing in package.json, and only that', async () => {
  put('package.json', '{"dependencies":{"carillon":"1"}}');
  expect((await init()).said).not.toContain('npm install');
  put('package.json', '{"dependencies":{}}');
  expect((await init('other', '--json')).out).toContain('npm init -y && npm install carillon');
});

it('prints JSON', async () => {
  put('package.json', '{}');
  const { out, said } = await init('--json');
  expect(said).toBe('');
  expect(JSON.parse(out)).toMatchObject({
    directory: dir,
    files: ['schedules/schedules.yaml', 'handlers.mjs', 'compose.yaml'],
    next: [
      'npm install carillon',
      expect.stringContaining('carillon dev'),
      expect.anything(),
      expect.anything(),
    ],
  });
});

it('refuses both languages at once, and a place it cannot write to', async () => {
  await expect(init('--javascript', '--typescript')).rejects.toMatchObject({ code: 'usage' });
  put('taken', '');
  await expect(init('taken')).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining('taken'),
  });
});
