/** What the README tells to type, run as it stands there. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Client } from '../../src/index.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { Processes } from '../support/processes.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const processes = new Processes();
let redis: TestRedis;
let cwd: string;

beforeEach(async () => {
  redis = await startTestRedis();
  cwd = mkdtempSync(join(tmpdir(), 'carillon-readme-'));
  mkdirSync(join(cwd, 'node_modules'));
  symlinkSync(ROOT, join(cwd, 'node_modules', 'carillon'));
});

afterEach(async () => {
  await processes.stopAll();
  await redis.stop();
  rmSync(cwd, { recursive: true, force: true });
});

/** The code blocks of one language, in their order, with this test's Redis in place of the usual one. */
function blocks(language: string): string[] {
  const text = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const found = [...text.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(
    (match) => match[1] ?? '',
  );
  return found.map((block) => block.replaceAll('redis://127.0.0.1:6379', redis.url));
}

function write(name: string, text: string): string {
  const path = join(cwd, name);
  writeFileSync(path, text);
  return path;
}

it('has no block that is not executed', () => {
  const text = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const found = [...text.matchAll(/^```(\w+)\n(.+)$/gm)].map(([, language, first]) => `${language} ${first}`);
  expect(found).toEqual([
    // setup.test.ts, and whoever clones it
    'sh npm start',
    // the tests below
    'sh npm install carillon',
    'yaml version: 1',
    "ts import { Worker } from 'carillon';",
    "ts import { Client } from 'carillon';",
    "sh curl -s http://127.0.0.1:4780/v1/tasks -H 'content-type: application/json' \\",
    // played in docs/schedules.md and docs/schedule-files.md, which book.test.ts holds beside the README
    'console $ carillon schedules explain sync-skip --at 2027-03-01T08:20:00Z',
    'console $ carillon schedules plan schedules --environment production --exit-code   # exit 8',
    'sh npx carillon start  --redis redis://redis.example:6379      # a scheduler node with API and dashboard; three are a cluster',
  ]);
});

it('begins as it tells', async () => {
  const [block = ''] = blocks('sh').filter((one) => one.includes('npm install'));
  const words = block
    .trim()
    .split('\n')
    .map((line) => line.replace(/ +#.*$/, '').split(/ +/));
  expect(words.map((line) => line.slice(0, 3).join(' '))).toEqual([
    'npm install carillon',
    'npx carillon init',
    'npx carillon dev',
  ]);
  const [, init = [], dev = []] = words;
  expect((await processes.run(init.slice(2), { cwd })).code).toBe(0);
  const running = processes.carillon([...dev.slice(2), '--port', '0'], { cwd });
  await running.line(/hello, world/);
  expect((await running.stop('SIGINT')).code).toBe(0);
});

it('declares a schedule, runs a worker, and creates a task that the worker completes', async () => {
  const [declared = ''] = blocks('yaml');
  mkdirSync(join(cwd, 'schedules'));
  write('schedules/readme.yaml', declared);
  const validated = await processes.run(['schedules', 'validate', 'schedules'], { cwd });
  expect(validated.code).toBe(0);

  const [worker = '', client = ''] = blocks('ts');
  processes.start(process.execPath, [write('worker.mjs', worker)], { cwd });
  const script = write('client.mjs', `${client}\nconsole.log('id', task.id);\n`);
  const created = processes.start(process.execPath, [script], { cwd });
  const [, id = ''] = await created.line(/^id (\S+)$/);
  expect((await created.exited).code).toBe(0);
  expect(created.output).toContain("state: 'scheduled'");

  const own = new Client({ redis: redis.url });
  const now = await own.enqueue('email.welcome', { to: 'a@b.c' });
  expect(await own.wait(now.id)).toMatchObject({ state: 'completed', result: 'sent to a@b.c' });
  expect(await own.get(id)).toMatchObject({ state: 'scheduled', handler: 'email.welcome' });
  await own.close();
});

it('starts a cluster, which answers what it tells to send', async () => {
  const shell = blocks('sh').map((block) => block.replaceAll('redis://redis.example:6379', redis.url));
  const [started = ''] = shell.filter((block) => block.includes('carillon start'));
  const [sent = ''] = shell.filter((block) => block.includes('curl'));
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  expect((await processes.run(['init'], { cwd })).code).toBe(0);
  const lines = started
    .trim()
    .split('\n')
    .map((line) =>
      line
        .replace(/ +#.*$/, '')
        .split(/ +/)
        .slice(2),
    );
  expect(lines.map(([command]) => command)).toEqual(['start', 'worker', 'cluster']);
  const [start = [], worker = [], cluster = []] = lines;
  processes.carillon([...start, '--port', port], { cwd });
  await processes.carillon(worker, { cwd }).line(/the worker takes tasks/);
  await eventually(async () => (await fetch(`${url}/readyz`)).ok);
  expect((await processes.run(cluster, { cwd, env: { CARILLON_URL: url } })).code).toBe(0);

  const curl = processes.start('/bin/sh', ['-c', sent.replace('4780', port)], { cwd });
  expect((await curl.ended).code).toBe(0);
  expect(JSON.parse(curl.stdout)).toMatchObject({ handler: 'email.welcome', state: 'scheduled' });
});
