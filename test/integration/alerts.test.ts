/** Alerts that real faults raise, and that are cleared once the fault is mended. */

import { expect, it } from 'vitest';
import { Fatal } from '../../src/index.js';
import { aClient, alertsOf, aNode, aRedis, atEnd, aWorker, post, stands } from '../support/alerted.js';
import { eventually } from '../support/eventually.js';
import { gate } from '../support/house.js';
import { startTestRedis } from '../support/redis.js';
import { canStep, type SteppedRedis, startSteppedRedis } from '../support/stepped-redis.js';

it.concurrent('of queues are raised and cleared, each by its own fault', { timeout: 180_000 }, async () => {
  const redis = await aRedis();
  const node = await aNode(redis);
  const client = aClient(redis);
  const let_go = gate();
  atEnd(let_go.open);
  await client.queues.set('narrow', { concurrency: 1 });
  await client.queues.set('shallow', { maxDepth: 2 });
  await client.queues.set('slow', { rate: { limit: 1, per: '1h' } });
  await client.queues.pause('still');
  await aWorker(redis, ['narrow', 'slow', 'deadly'], {
    hangs: () => let_go.passed,
    quick: async () => 1,
    dies: async () => {
      throw new Fatal('no use');
    },
  });
  const many = (handler: string, queue: string, count: number) =>
    client.enqueueMany(Array.from({ length: count }, () => ({ handler, queue })));
  await many('hangs', 'narrow', 3);
  await many('quick', 'slow', 3);
  await many('dies', 'deadly', 12);
  await many('any', 'shallow', 2);
  await many('lonely', 'lost', 1);
  let comes = true;
  const growing = (async () => {
    for (; comes; await new Promise((resolve) => setTimeout(resolve, 1_000))) await many('any', 'heap', 10);
  })();
  const expected = [
    'queuePaused:still',
    'noWorker:lost/lonely',
    'limitFull:narrow:concurrency',
    'limitFull:shallow:maxDepth',
    'rateClosed:slow',
    'deadBurst:deadly',
    'backlog:heap',
  ];
  for (const id of expected) {
    const alert = await stands(node, id);
    expect(alert).toMatchObject({ subject: id.split(':')[1], text: expect.stringMatching(/; ./) });
  }
  comes = false;
  await growing;
  // Raised once each, by the node that looks; nobody had to ask for it.
  for (const id of expected) {
    const kind = id.split(':')[0] ?? '';
    await eventually(() => node.output.includes(`"alert":"${id}"`), Boolean, { within: 20_000 });
    expect(node.output.match(new RegExp(`"alert":"${id}","kind":"${kind}"`, 'g'))).toHaveLength(1);
  }
  await client.queues.resume('still');
  await client.queues.set('slow', { rate: null });
  await client.queues.set('shallow', { maxDepth: null });
  await aWorker(redis, ['lost', 'heap'], { lonely: async () => 1, any: async () => 1 });
  let_go.open();
  for (const id of expected.filter((one) => !one.startsWith('deadBurst'))) await stands(node, id, false);
  expect((await alertsOf(node)).map(({ id }) => id)).toContain('deadBurst:deadly');
});

it.concurrent('of file sets are raised and cleared: one that is held, one that is not valid', {
  timeout: 120_000,
}, async () => {
  const redis = await aRedis();
  const file =
    'version: 1\nschedules:\n  a: { handler: h, every: 1h }\n  b: { handler: h, cron: nonsense }\n';
  const node = await aNode(redis, { files: { 'a.yaml': file } });
  expect(await stands(node, 'setInvalid:files')).toMatchObject({ severity: 'warning' });
  const propose = (id: string) => {
    const text = `version: 1\nschedules:\n  ${id}: { handler: h, every: 1h }\n`;
    return post(node, '/v1/sets/sent/proposals', { files: [{ path: 'x.yaml', text }] });
  };
  await propose('one');
  await eventually(async () => (await fetch(`${node.url}/v1/schedules/one`)).ok, Boolean, { within: 20_000 });
  expect(await propose('other')).toMatchObject({ verdict: 'held' });
  const held = await stands(node, 'setHeld:sent');
  expect(held?.text).toContain('carillon sets apply sent');
  const { held: proposal } = (await (await fetch(`${node.url}/v1/sets/sent`)).json()) as {
    held: { digest: string };
  };
  await post(node, '/v1/sets/sent/apply', { digest: proposal.digest });
  await stands(node, 'setHeld:sent', false);
});

it.concurrent('that nobody leads is raised by a node that cannot, and cleared by the next leader', {
  timeout: 120_000,
}, async () => {
  const redis = await aRedis();
  const locks = await startTestRedis();
  atEnd(() => locks.stop());
  const env = { CARILLON_LOCK_URLS: locks.url };
  const [one, two] = [await aNode(redis, { env }), await aNode(redis, { env })];
  await eventually(
    async () => (await (await fetch(`${one.url}/v1/cluster`)).json()) as { leader: unknown },
    ({ leader }) => leader !== null,
    { within: 20_000 },
  );
  locks.kill('SIGKILL');
  await locks.gone();
  // Nobody asks: whoever looks finds it out.
  await eventually(
    () => [one, two].map(({ output }) => output).join('\n'),
    (output) => output.includes('"kind":"noLeader"'),
    { within: 60_000 },
  );
  expect(await stands(two, 'noLeader:cluster')).toMatchObject({ severity: 'critical' });
  await locks.restart();
  await stands(one, 'noLeader:cluster', false);
  const lines = [one, two].map(({ output }) => output).join('\n');
  expect(lines.match(/"level":"error".*"kind":"noLeader"/g)).toHaveLength(1);
});

it.skipIf(!canStep)(
  'that the clock of Redis was stepped is raised, once for all nodes',
  {
    timeout: 120_000,
  },
  async () => {
    const redis = (await aRedis(startSteppedRedis)) as SteppedRedis;
    const nodes = [await aNode(redis), await aNode(redis)] as const;
    const client = aClient(redis);
    await client.enqueue('any');
    await stands(nodes[0], 'noWorker:default/any');
    expect((await alertsOf(nodes[0])).map(({ kind }) => kind)).not.toContain('clockStep');
    redis.step(90_000);
    const alert = await stands(nodes[1], 'clockStep:redis');
    expect(alert?.text).toMatch(/^the clock of redis was stepped forward by 1m30s and is at /);
    await eventually(
      () => nodes.map(({ output }) => output).join('\n'),
      (output) => output.includes('"kind":"clockStep"'),
      { within: 30_000 },
    );
    const lines = nodes.map(({ output }) => output).join('\n');
    expect(lines.match(/"kind":"clockStep"/g)).toHaveLength(1);
  },
);
