/** Rollback, drift and export on real processes: a revision brought back outlives restarts of what it was gone back from. */

import { mkdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import type { TestProcess } from '../support/processes.js';
import { onScene } from '../support/scene.js';

const scene = onScene();

function write(file: string, ...lines: string[]): void {
  mkdirSync(scene.path(file, '..'), { recursive: true });
  scene.write(file, ['version: 1', ...lines, ''].join('\n'));
}

interface Node {
  url: string;
  process: TestProcess;
  carillon(...words: string[]): Promise<{ code: number | null; stdout: string; stderr: string }>;
}

async function start(...more: string[]): Promise<Node> {
  const process = scene.carillon(['start', '--port', '0', '--log-format', 'json', ...more]);
  const [, url = ''] = await process.line(/(http:\/\/127\.0\.0\.1:\d+)/);
  await eventually(
    () => fetch(`${url}/readyz`),
    ({ ok }) => ok,
    { within: 20_000 },
  );
  return { url, process, carillon: (...words) => scene.run(words, { CARILLON_URL: url, USER: 'ann' }) };
}

const every = async ({ url }: Node): Promise<Record<string, string>> => {
  const page = (await (await fetch(`${url}/v1/schedules`)).json()) as {
    items: { id: string; every: string }[];
  };
  return Object.fromEntries(page.items.map((one) => [one.id, one.every]));
};
const becomes = (node: Node, schedules: Record<string, string>) =>
  eventually(
    () => every(node),
    (now) => JSON.stringify(now) === JSON.stringify(schedules),
    { within: 20_000 },
  );

test('a rollback outlives restarts of nodes with the files it was gone back from, until a higher release comes', async () => {
  write('old/a.yaml', 'schedules:', '  a: { handler: h, every: 1h }', '  b: { handler: h, every: 1h }');
  write('new/a.yaml', 'schedules:', '  a: { handler: h, every: 9h }');
  const older = await start('--schedules', 'old', '--release', '1');
  await becomes(older, { a: '1h', b: '1h' });
  await older.process.stop();
  const newer = await start('--schedules', 'new', '--release', '2');
  await becomes(newer, { a: '9h' });
  const back = await newer.carillon('rollback', '1');
  expect([back.code, back.stdout]).toEqual([
    0,
    'set files: revision 1 is in force again, as revision 3: 1 created (b), 1 changed (a)\n',
  ]);
  await becomes(newer, { a: '1h', b: '1h' });
  expect((await newer.carillon('sets', 'revisions', 'files')).stdout).toMatch(
    /^3 \(= 1\) .* ann .*\n2 .*\n1 /m,
  );
  await newer.process.stop();
  const again = await start('--schedules', 'new', '--release', '2');
  await again.process.line(/the schedule files are held: a person went back from it/);
  expect(await every(again)).toEqual({ a: '1h', b: '1h' });
  expect((await again.carillon('sets', 'show', 'files')).stdout).toMatch(/went back {2}from \w+, release 2/);
  const third = await start('--schedules', 'new', '--release', '3');
  await becomes(third, { a: '9h' });
  expect((await third.carillon('sets', 'rollback', 'files', '99')).code).toBe(3);
  expect((await third.carillon('sets', 'rollback', 'none', '1')).code).toBe(3);
  expect((await third.carillon('rollback', 'last')).code).toBe(2);
});

test('of two releases in a rolling deployment the newer counts, and the older once it is put back', async () => {
  write('old/a.yaml', 'schedules:', '  a: { handler: h, every: 1h }');
  write('new/a.yaml', 'schedules:', '  a: { handler: h, every: 9h }');
  const one = await start('--schedules', 'old', '--release', '1.9');
  const two = await start('--schedules', 'old', '--release', '1.9');
  await becomes(one, { a: '1h' });
  await one.process.stop();
  const first = await start('--schedules', 'new', '--release', '1.10');
  await becomes(first, { a: '9h' });
  // One of the older ones starts anew in the middle of it.
  await two.process.stop();
  const late = await start('--schedules', 'old', '--release', '1.9');
  await late.process.line(/the schedule files are held: its release 1.9 is older than 1.10/);
  expect(await every(late)).toEqual({ a: '9h' });
  await first.process.stop();
  await becomes(late, { a: '1h' });
});

test('drift says what differs and what is only paused; what is exported plans to nothing', async () => {
  write(
    'repo/a.yaml',
    'source: billing',
    'calendars: { holidays: ["2026-12-25", "2026-12-31..2027-01-02"] }',
    'defaults: { retry: { maxAttempts: 5 }, labels: { team: money } }',
    'schedules:',
    '  nightly: { handler: h, cron: "30 2 * * *", timezone: Europe/Berlin, exclude: [holidays], jitter: 30s }',
    '  poll: { handler: h, every: 15m, phase: 5m, payload: { text: "$${HOME} is no variable", n: 1.5 } }',
    '  once: { handler: h, at: 2030-01-01T00:00:00Z, enabled: shadow, catchUp: { grace: 60s } }',
  );
  const node = await start();
  expect((await node.carillon('schedules', 'apply', 'repo')).code).toBe(0);
  await node.carillon('schedules', 'pause', 'poll', '--reason', 'works');
  expect(await node.carillon('schedules', 'drift', 'repo')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /poll {2}paused {2}since .* by ann {2}\(works\) {2}\(no drift\)\nset billing: what is live is/,
    ),
  });
  const put = await fetch(`${node.url}/v1/schedules/web`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ handler: 'h', every: '1h', description: 'made by\nhand: yes' }),
  });
  expect(put.status).toBe(201);
  for (const format of ['yaml', 'json']) {
    const flags = format === 'json' ? ['--json'] : [];
    const exported = await node.carillon('schedules', 'export', '--set', 'billing', ...flags);
    expect(exported).toMatchObject({ code: 0, stderr: '' });
    mkdirSync(scene.path(`as-${format}`));
    scene.write(`as-${format}/all.${format}`, exported.stdout);
    expect(await node.carillon('schedules', 'plan', `as-${format}`, '--exit-code')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^set billing, .*No changes: 3 stay as they are/s),
    });
  }
  // What the API has made goes over to files in this way.
  const own = await node.carillon('schedules', 'export', '--set', 'api');
  write('own/a.yaml');
  scene.write('own/a.yaml', own.stdout);
  expect((await node.carillon('schedules', 'apply', 'own', '--take-over', 'web')).code).toBe(0);
  expect(await node.carillon('schedules', 'drift', 'own')).toMatchObject({ code: 0 });
  expect(await (await fetch(`${node.url}/v1/schedules/web`)).json()).toMatchObject({
    ...{ source: { set: 'files', file: 'own/a.yaml' }, description: 'made by\nhand: yes' },
  });
  write(
    'repo/a.yaml',
    'source: billing',
    'schedules:',
    '  poll: { handler: h, every: 30m }',
    '  more: { handler: h, every: 1h }',
  );
  const drift = await node.carillon('schedules', 'drift', 'repo');
  expect(drift.code).toBe(8);
  expect(drift.stdout).toContain('more  (repo/a.yaml:5): declared, and not live\n');
  expect(drift.stdout).toContain('once  (repo/a.yaml:8): live, and declared no longer\n');
  expect(drift.stdout).toContain('    every: 15m live, 30m in the files\n');
  expect(drift.stdout).toContain('    payload.text differs\n');
  const json = await node.carillon('schedules', 'drift', 'repo', '--json');
  expect([json.code, JSON.parse(json.stdout)]).toMatchObject([
    8,
    { set: 'billing', drift: true, revision: 1, paused: [{ id: 'poll', by: 'ann' }] },
  ]);
});
