/** File sets on real processes: which files count, what is held and why, reload on change and on SIGHUP, the command line. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import { Processes, type TestProcess } from '../support/processes.js';
import { startTestRedis, type TestRedis, uniqueNamespace } from '../support/redis.js';

const processes = new Processes();
let redis: TestRedis;
let cwd: string;
let namespace: string;

beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.stop());
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'carillon-sets-'));
  namespace = uniqueNamespace();
});
afterEach(async () => {
  await processes.stopAll();
  rmSync(cwd, { recursive: true, force: true });
});

/** A directory with one file that declares these, each with its `every`. */
function declare(directory: string, schedules: Record<string, string>, more = ''): void {
  mkdirSync(join(cwd, directory), { recursive: true });
  const lines = Object.entries(schedules).map(([id, every]) => `  ${id}: { handler: h, every: ${every} }`);
  write(directory, ['version: 1', more, 'schedules:', ...lines, ''].join('\n'));
}

const write = (directory: string, text: string): void => writeFileSync(join(cwd, directory, 'a.yaml'), text);

interface Node {
  url: string;
  process: TestProcess;
}

async function start(directory: string, ...more: string[]): Promise<Node> {
  const args = [
    'start',
    '--redis',
    redis.url,
    '--namespace',
    namespace,
    '--port',
    '0',
    '--schedules',
    directory,
  ];
  const process = processes.carillon([...args, '--log-format', 'json', ...more], { cwd });
  const [, url = ''] = await process.line(/(http:\/\/127\.0\.0\.1:\d+)/);
  return { url, process };
}

const ask = async (url: string) => (await fetch(url)).json() as Promise<Record<string, never>>;
const stored = async ({ url }: Node): Promise<Record<string, string>> => {
  const { items } = (await ask(`${url}/v1/schedules`)) as unknown as {
    items: { id: string; every: string }[];
  };
  return Object.fromEntries(items.map(({ id, every }) => [id, every]));
};
const becomes = (node: Node, schedules: Record<string, string>) =>
  eventually(
    () => stored(node),
    (now) => JSON.stringify(now) === JSON.stringify(schedules),
    { within: 20_000 },
  );
const setOf = ({ url }: Node, set = 'files') => ask(`${url}/v1/sets/${set}`);
const held = (node: Node, reason: string) =>
  eventually(
    async () => ((await setOf(node)) as { held?: { reason: string; because: string } })['held'],
    (now) => now?.reason === reason,
    { within: 20_000 },
  );
const carillon = (node: Node, ...args: string[]) =>
  processes.run(args, { cwd, env: { CARILLON_URL: node.url } });

test('A, B, A ends in A, by edits and by restarts', async () => {
  declare('one', { a: '5m', b: '5m' });
  const node = await start('one');
  await becomes(node, { a: '5m', b: '5m' });
  declare('one', { a: '9m' });
  await becomes(node, { a: '9m' });
  declare('one', { a: '5m', b: '5m' });
  await becomes(node, { a: '5m', b: '5m' });
  await node.process.stop();
  declare('one', { a: '9m' });
  const second = await start('one');
  await becomes(second, { a: '9m' });
  await second.process.stop();
  declare('one', { a: '5m', b: '5m' });
  const third = await start('one');
  await becomes(third, { a: '5m', b: '5m' });
  const revisions = (await ask(`${third.url}/v1/sets/files/revisions`)) as unknown as { items: unknown[] };
  expect(revisions.items).toHaveLength(5);
});

test('what would wipe the live set is held, told in log, API, readiness and command line, and let through', async () => {
  declare('one', { a: '5m', b: '5m' });
  mkdirSync(join(cwd, 'empty'));
  const first = await start('one');
  await becomes(first, { a: '5m', b: '5m' });
  const second = await start('empty');
  await held(second, 'empty');
  await second.process.line(
    /"message":"the schedule files are held: it declares no schedule.*2 removed \(a, b\)/,
  );
  const ready = await eventually(
    () => fetch(`${second.url}/readyz`),
    (reply) => reply.ok,
  );
  expect(JSON.stringify(await ready.json())).toContain('the schedule files are held');
  expect((await carillon(second, 'sets', 'list')).stdout).toMatch(/files\s+applied\s+2 .* empty \(/);
  expect((await carillon(second, 'sets', 'show', 'files')).stdout).toMatch(/it would\s+2 removed \(a, b\)/);
  expect(await stored(second)).toEqual({ a: '5m', b: '5m' });
  expect((await carillon(second, 'sets', 'apply', 'files', '--digest', 'other')).code).toBe(4);
  expect((await carillon(second, 'sets', 'apply', 'files')).code).toBe(0);
  await becomes(second, {});
});

test('another application without a source, and another environment, are held', async () => {
  declare('one', { a: '5m' });
  declare('two', { x: '5m' });
  const node = await start('one', '--environment', 'production');
  await becomes(node, { a: '5m' });
  await start('two', '--environment', 'production');
  await held(node, 'foreign');
  declare('three', { a: '6m' });
  await start('three', '--environment', 'staging');
  await held(node, 'environment');
  // Nor does it count at a hand-over.
  await node.process.stop();
  const other = await start('two', '--source', 'second');
  await becomes(other, { a: '5m', x: '5m' });
});

test('of two releases the older waits until the newer has left', async () => {
  declare('new', { a: '5m', b: '5m' });
  declare('old', { a: '9m' });
  const newer = await start('new', '--release', '1.10.0');
  await becomes(newer, { a: '5m', b: '5m' });
  const older = await start('old', '--release', '1.9.0');
  await held(older, 'releaseOlder');
  expect(await stored(older)).toEqual({ a: '5m', b: '5m' });
  await newer.process.stop();
  await becomes(older, { a: '9m' });
});

test('SIGHUP proposes the files again, and does not end the process', async () => {
  declare('one', { a: '5m' });
  declare('two', { a: '9m' });
  const one = await start('one');
  await becomes(one, { a: '5m' });
  const two = await start('two');
  await becomes(two, { a: '9m' });
  one.process.kill('SIGHUP');
  await one.process.line(/"message":"reloading"/);
  await becomes(one, { a: '5m' });
});

test('a set that is not valid is a problem, not an outage, and what was applied stays live', async () => {
  declare('one', { a: '5m' });
  const node = await start('one');
  await becomes(node, { a: '5m' });
  write('one', 'version: 1\nschedules:\n  a: { handler: h, every: never }\n');
  const view = await eventually(
    () => setOf(node),
    ({ problems }) => JSON.stringify(problems) !== '[]',
  );
  expect(view).toMatchObject({
    state: 'applied',
    schedules: 1,
    problems: [{ pointer: expect.stringMatching(/a\.yaml:3:/) }],
  });
  const ready = await fetch(`${node.url}/readyz`);
  expect([ready.status, JSON.stringify(await ready.json())]).toEqual([
    200,
    expect.stringContaining('a.yaml:3:'),
  ]);
  expect((await carillon(node, 'sets', 'list')).stdout).toMatch(/files .* 1$/m);
  expect(await stored(node)).toEqual({ a: '5m' });
});

test('the command line proposes files, says what they do and waits for it; a set is removed with its schedules', async () => {
  mkdirSync(join(cwd, 'none'));
  const node = await start('missing');
  declare('one', { a: '5m', b: '5m' }, 'source: billing');
  const applied = await carillon(node, 'schedules', 'apply', 'one', '--release', '7');
  expect([applied.code, applied.stdout]).toEqual([0, 'set billing: 2 created (a, b)\n']);
  expect(await stored(node)).toEqual({ a: '5m', b: '5m' });
  expect((await carillon(node, 'schedules', 'apply', 'one', '--release', '7')).stdout).toBe(
    'set billing: in force already\n',
  );
  declare('one', { a: '5m' }, 'source: billing');
  expect(await carillon(node, 'schedules', 'apply', 'one')).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('no release'),
  });
  const forced = await carillon(node, 'schedules', 'apply', 'one', '--force', '--json');
  expect([forced.code, JSON.parse(forced.stdout)]).toEqual([
    0,
    expect.objectContaining({ verdict: 'accepted', state: 'applied' }),
  ]);
  write('one', 'version: 1\nschedules: { a: { handler: h, every: never } }\n');
  expect(await carillon(node, 'schedules', 'apply', 'one')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('a.yaml:2:'),
  });
  expect((await carillon(node, 'sets', 'revisions', 'billing')).stdout).toMatch(/^3 .*\n1 .* 7 /m);
  expect((await carillon(node, 'sets', 'remove', 'none')).code).toBe(3);
  expect((await carillon(node, 'sets', 'remove', 'billing')).code).toBe(0);
  await becomes(node, {});
  await eventually(
    () => fetch(`${node.url}/v1/sets/billing`),
    ({ status }) => status === 404,
  );
});

test('a set that present nodes carry is removed by force only', async () => {
  declare('one', { a: '5m' });
  const node = await start('one', '--name', 'carrier');
  await becomes(node, { a: '5m' });
  const refused = await carillon(node, 'sets', 'remove', 'files');
  expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining('carrier')]);
  expect((await carillon(node, 'sets', 'remove', 'files', '--force')).code).toBe(0);
  await becomes(node, {});
});

test('what is no file, or never ends, is a problem, and the node leads, answers and stops meanwhile', async () => {
  mkdirSync(join(cwd, 'odd'));
  execFileSync('mkfifo', [join(cwd, 'odd', 'a.yaml')]);
  symlinkSync('/dev/zero', join(cwd, 'odd', 'b.yaml'));
  writeFileSync(join(cwd, 'odd', 'c.ts'), 'process.exit(0);\nexport default { version: 1 };\n');
  const node = await start('odd');
  await node.process.line(/odd\/c\.ts:1:1: ends the process on load, with code 0/);
  rmSync(join(cwd, 'odd', 'c.ts'));
  await node.process.line(/odd\/a\.yaml:1:1: is no regular file/);
  await node.process.line(/odd\/b\.yaml:1:1: is no regular file/);
  expect((await fetch(`${node.url}/readyz`)).status).toBe(200);
  const checked = await processes.run(['schedules', 'validate', 'odd'], { cwd });
  expect([checked.code, checked.stderr]).toEqual([2, expect.stringContaining('is no regular file')]);
  expect((await node.process.stop()).code).toBe(0);
});

test('a module that waits for ever is given up; until then the node is not ready, and SIGTERM is heeded', async () => {
  mkdirSync(join(cwd, 'slow'));
  writeFileSync(
    join(cwd, 'slow', 'a.ts'),
    'await new Promise(() => setInterval(() => {}, 1000));\nexport default {};\n',
  );
  const node = await start('slow');
  expect((await fetch(`${node.url}/readyz`)).status).toBe(503);
  await node.process.line(/elected leader/);
  const other = await start('slow');
  await other.process.line(/a\.ts:1:1: has not loaded within 10s/);
  expect((await node.process.stop()).code).toBe(0);
  expect((await fetch(`${other.url}/readyz`)).status).toBe(200);
});
