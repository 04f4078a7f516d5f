/** Plans on real processes: what a change would do, saved plans, two repositories on one cluster, files over HTTP alone. */

import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import { onScene } from '../support/scene.js';

const scene = onScene();

/** A file of a directory that declares these, each with its `every`. */
function declare(directory: string, schedules: Record<string, string>, more = ''): void {
  mkdirSync(scene.path(directory), { recursive: true });
  const lines = Object.entries(schedules).map(([id, every]) => `  ${id}: { handler: h, every: ${every} }`);
  scene.write(`${directory}/a.yaml`, ['version: 1', more, 'schedules:', ...lines, ''].join('\n'));
}

interface Node {
  url: string;
  carillon(...words: string[]): Promise<{ code: number | null; stdout: string; stderr: string }>;
}

async function start(...more: string[]): Promise<Node> {
  const node = scene.carillon(['start', '--port', '0', ...more]);
  const [, url = ''] = await node.line(/(http:\/\/127\.0\.0\.1:\d+)/);
  await eventually(
    () => fetch(`${url}/readyz`),
    ({ ok }) => ok,
  );
  return { url, carillon: (...words) => scene.run(words, { CARILLON_URL: url, USER: 'ann' }) };
}

async function post(url: string, body: object, headers: Record<string, string> = {}) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

const ids = async ({ url }: Node): Promise<string[]> => {
  const page = (await (await fetch(`${url}/v1/schedules`)).json()) as { items: { id: string }[] };
  return page.items.map(({ id }) => id);
};

test('a plan says what apply does, changes nothing, and has nothing to say afterwards', async () => {
  const node = await start();
  declare('repo', { a: '1h', b: '30m' });
  const planned = await node.carillon('schedules', 'plan', 'repo', '--exit-code');
  expect([planned.code, planned.stdout]).toEqual([8, expect.stringContaining('Plan: 2 to create; 0 stay.')]);
  expect(await ids(node)).toEqual([]);
  expect((await node.carillon('schedules', 'apply', 'repo')).code).toBe(0);
  expect(await node.carillon('schedules', 'plan', 'repo', '--exit-code')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('No changes: 2 stay as they are.'),
  });
  declare('repo', { a: '2h' });
  const json = await node.carillon('schedules', 'plan', 'repo', '--json');
  expect([json.code, JSON.parse(json.stdout)]).toEqual([
    0,
    expect.objectContaining({
      ...{ set: 'files', verdict: 'accepted' },
      against: { revision: 1, digest: expect.any(String), owners: [] },
      counts: { create: 0, change: 1, rename: 0, takeOver: 0, remove: 1, unchanged: 0, conflict: 0 },
    }),
  ]);
  scene.write('repo/a.yaml', 'version: 1\nschedules:\n  a: { handler: h, cron: "*/90 * * * *" }\n');
  for (const verb of ['plan', 'apply']) {
    const { stderr } = await node.carillon('schedules', verb, 'repo', '--force');
    expect(stderr.match(/warning: .*\[long_step\]/g)).toHaveLength(1);
  }
  scene.write('repo/a.yaml', 'version: 1\nschedules:\n  a: { handler: h, every: never }\n');
  expect(await node.carillon('schedules', 'plan', 'repo')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('a.yaml:3:'),
  });
});

test('a saved plan is applied as it was made, without its files, and is refused once the cluster has moved on', async () => {
  const node = await start();
  declare('repo', { a: '1h' });
  const plan = scene.path('plan.json');
  expect((await node.carillon('schedules', 'plan', 'repo', '--out', plan, '--commit', 'abc123')).code).toBe(
    0,
  );
  expect(statSync(plan).mode & 0o777).toBe(0o600);
  // What stands in the files by now does not matter.
  declare('repo', { other: '1h' });
  expect(await node.carillon('schedules', 'apply', plan)).toMatchObject({
    code: 0,
    stdout: 'set files: 1 created (a)\n',
  });
  expect((await node.carillon('schedules', 'apply', plan)).stdout).toBe('set files: in force already\n');
  expect((await node.carillon('schedules', 'show', 'a')).stdout).toMatch(
    /a\.yaml:4 \(set files, commit abc123\)/,
  );
  declare('repo', { a: '1h', b: '1h' });
  await node.carillon('schedules', 'plan', 'repo', '--out', plan);
  declare('repo', { a: '3h' });
  await node.carillon('schedules', 'apply', 'repo');
  expect(await node.carillon('schedules', 'apply', plan)).toMatchObject({
    code: 4,
    stderr: expect.stringMatching(/moved on .* revision 1 was in force, and revision 2, by ann/),
  });
  expect(await node.carillon('schedules', 'apply', plan, '--release', '2')).toMatchObject({ code: 2 });
  expect((await node.carillon('schedules', 'apply', 'repo/a.yaml')).code).toBe(2);
  expect(await ids(node)).toEqual(['a']);
  expect(JSON.parse(readFileSync(plan, 'utf8'))).toMatchObject({ carillonPlan: 1 });
});

test('two repositories on one cluster leave each other alone; what is taken over on purpose stays taken', async () => {
  declare('one', { shared: '1h', mine: '1h' }, 'source: one');
  declare('two', { shared: '2h', yours: '2h' }, 'source: two');
  const node = await start('--schedules', 'one');
  await eventually(
    () => ids(node),
    (found) => found.length === 2,
  );
  const refused = await node.carillon('schedules', 'apply', 'two');
  expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining('shared belongs to set one')]);
  expect((await node.carillon('schedules', 'plan', 'two')).stdout).toMatch(
    /! shared {2}\(two\/a\.yaml:4\) belongs to set one, declared at one\/a\.yaml:4: left aside; --take-over shared/,
  );
  const put = await fetch(`${node.url}/v1/schedules/yours`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ handler: 'h', every: '9h' }),
  });
  expect([put.status, await put.text()]).toEqual([409, expect.stringContaining('two/a.yaml:5 (set two)')]);
  await node.carillon('schedules', 'pause', 'shared', '--reason', 'works');
  // What is no longer in its files goes, and nobody else's does.
  declare('two', { shared: '2h' }, 'source: two');
  const taken = await node.carillon('schedules', 'apply', 'two', '--take-over', 'shared');
  expect([taken.code, taken.stdout]).toEqual([0, 'set two: 1 removed (yours), takes over shared\n']);
  expect(await ids(node)).toEqual(['mine', 'shared']);
  const shared = await (await fetch(`${node.url}/v1/schedules/shared`)).json();
  expect(shared).toMatchObject({
    ...{ every: '2h', state: 'paused', source: { set: 'two', file: 'two/a.yaml', line: 4 } },
  });
  const again = scene.carillon(['start', '--port', '0', '--schedules', 'one', '--log-format', 'json']);
  await again.line(/"message":"shared belongs to set two: the file that declares it is left aside"/);
  expect((await node.carillon('sets', 'show', 'one')).stdout).toMatch(/left\s+shared belongs to set two/);
  expect(await (await fetch(`${node.url}/v1/schedules/shared`)).json()).toMatchObject({ every: '2h' });
});

test('files over HTTP alone: planned, proposed once for a key, refused with every place, and no code is run', async () => {
  const node = await start();
  const sets = `${node.url}/v1/sets/web`;
  const files = [{ path: 'repo/a.yaml', text: 'version: 1\nschedules:\n  a: { handler: h, every: 1h }\n' }];
  const planned = await post(`${sets}/plan`, { files });
  expect([planned.status, planned.body]).toEqual([200, expect.objectContaining({ verdict: 'accepted' })]);
  expect((await fetch(sets)).status).toBe(404);
  const key = { 'idempotency-key': 'deploy-1' };
  const first = await post(`${sets}/proposals`, { files, release: '7', commit: 'abc' }, key);
  expect([first.status, first.body]).toEqual([
    202,
    expect.objectContaining({ verdict: 'accepted', problems: [] }),
  ]);
  const other = [{ path: 'repo/a.yaml', text: 'version: 1\nschedules:\n  a: { handler: h, every: 2h }\n' }];
  expect((await post(`${sets}/proposals`, { files: other, release: '8' })).status).toBe(202);
  // The same call again says what it said, and does not bring the older files back.
  expect(await post(`${sets}/proposals`, { files, release: '7', commit: 'abc' }, key)).toEqual(first);
  expect((await post(`${sets}/proposals`, { files: other, release: '7' }, key)).status).toBe(422);
  const set = await eventually(
    async () => (await (await fetch(sets)).json()) as { state: string; revision: number },
    ({ state }) => state === 'applied',
  );
  expect(set).toMatchObject({ revision: 2, release: '8', node: 'api' });
  const wrong = await post(`${sets}/proposals`, {
    files: [
      { path: 'x.ts', text: 'export default {}' },
      { path: 'y.yaml', text: 'version: 1\nschedules:\n  a: { handler: h, every: never }\n' },
      { path: 'z.txt', text: 'version: 1' },
    ],
  });
  expect([wrong.status, wrong.body['code']]).toEqual([422, 'invalid_schedule_file']);
  expect(wrong.body['errors']).toEqual([
    { pointer: 'x.ts:1:1', detail: expect.stringContaining('no code is run here') },
    { pointer: 'z.txt:1:1', detail: expect.stringContaining('its name must end in') },
    { pointer: expect.stringMatching(/^y\.yaml:3:\d+$/), detail: expect.stringContaining('every') },
  ]);
  expect(await (await fetch(`${node.url}/v1/schedules/a`)).json()).toMatchObject({ every: '2h' });
});
