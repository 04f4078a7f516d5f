/** Two nodes on one Redis: who led and why not any more, a leader that is asked to hand over, and what both say is to come. */

import { expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { onScene } from '../support/scene.js';

const on = onScene();

async function start(name: string) {
  const node = on.carillon(['start', '--port', '0', '--name', name], { CARILLON_LEADER_TTL: '900ms' });
  const [, url = ''] = await node.line(/(http:\/\/127\.0\.0\.1:\d+)/);
  return { node, url };
}

const get = async (url: string, path: string) => (await fetch(url + path)).json();
const leaderAt = async (url: string) => (await get(url, '/v1/cluster')).leader?.node;
const ledBy = (url: string, name: string) =>
  eventually(
    () => leaderAt(url),
    (leader) => leader === name,
    { within: 20_000 },
  );

it('a leader steps down, stops and dies, and the history says so', { timeout: 120_000 }, async () => {
  const one = await start('one');
  await ledBy(one.url, 'one');
  const alone = await on.run(['cluster', 'step-down', '--url', one.url]);
  expect([alone.code, alone.stderr]).toEqual([4, expect.stringContaining('only node')]);

  const two = await start('two');
  const { nodes } = await eventually(
    () => get(two.url, '/v1/cluster'),
    (cluster) => cluster.nodes.length === 2,
  );
  const told = expect.any(Number);
  expect(nodes).toMatchObject([{ clockOffsetMs: told }, { clockOffsetMs: told }]);
  // Asked of the one that does not lead.
  const asked = await on.run(['cluster', 'step-down', '--url', two.url, '--reason', 'works', '--json']);
  expect(asked.code, asked.stderr).toBe(0);
  expect(JSON.parse(asked.stdout)).toMatchObject({ from: { node: 'one' }, leader: { node: 'two' } });
  await one.node.line(/stepping down/);

  two.node.kill('SIGKILL');
  await ledBy(one.url, 'one');
  const three = await start('three');
  one.node.kill('SIGTERM');
  await ledBy(three.url, 'three');

  const { items } = await get(three.url, '/v1/cluster/history');
  expect(items).toMatchObject([
    { node: 'three', sentence: 'it is in office' },
    { node: 'one', end: 'stopped' },
    { node: 'two', end: 'gone' },
    { node: 'one', end: 'steppedDown', sentence: expect.stringMatching(/by .+: works/) },
  ]);
  const shown = await on.run(['cluster', 'history', '--url', three.url]);
  expect(shown.stdout).toMatch(/two .*it died or was cut off/);
});

it('what is put at one node is to come at the other at once, and gone when it is deleted', async () => {
  const [one, two] = [await start('one'), await start('two')];
  await eventually(() => leaderAt(one.url));
  const put = (url: string, id: string, every: string) =>
    fetch(`${url}/v1/schedules/${id}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ handler: 'h', every, queue: 'mail' }),
    });
  const toCome = async (url: string) => {
    const { items } = await get(url, '/v1/upcoming?limit=1000&kind=occurrence&queue=mail');
    return [...new Set(items.map((item: { schedule: { id: string } }) => item.schedule.id))].sort();
  };
  for (let n = 0; n < 10; n += 1) {
    expect((await put(one.url, `s${n}`, '7m')).status).toBe(201);
    expect(await toCome(two.url)).toHaveLength(n + 1);
  }
  for (let n = 0; n < 5; n += 1) {
    await fetch(`${two.url}/v1/schedules/s${n}`, { method: 'DELETE' });
    expect(await toCome(one.url)).toHaveLength(9 - n);
  }
  const made = await on.client.enqueue('later', {}, { delay: '1s', queue: 'tasks' });
  const tasks = await get(one.url, '/v1/upcoming?kind=task');
  expect(tasks.items).toMatchObject([{ id: made.id, handler: 'later', queue: 'tasks', state: 'scheduled' }]);
  const listed = await on.run(['upcoming', '--url', one.url, '--limit', '3']);
  expect(listed.stdout).toMatch(/DUE .*\n(.*occurrence .*\n|.*task .*\n){3}/);
  const load = await on.run(['upcoming', '--load', '--step', '1h', '--url', one.url]);
  expect(load.stdout).toMatch(/starts from/);
  expect(load.stdout).toMatch(/MOST START AT/);
  expect((await on.run(['upcoming', '--load', '--limit', '3', '--url', one.url])).code).toBe(2);
});
