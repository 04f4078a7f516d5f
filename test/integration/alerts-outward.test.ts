/** What goes out: messages about alerts to each target once, whoever dies and whatever a target does; heartbeats. */

import { Redis } from 'ioredis';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { Fatal } from '../../src/index.js';
import { aClient, aNode, aRedis, aSink, atEnd, aWorker, post, stands } from '../support/alerted.js';
import { eventually } from '../support/eventually.js';
import type { HttpSink } from '../support/http-sink.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

const SECRET = `whsec_${Buffer.from('a secret that nobody but us two knows').toString('base64')}`;
const PATH = '/T000/B000/s3cr3t-path';

interface Message {
  type: string;
  timestamp: string;
  data: { id: string; kind: string; subject: string; cluster: string };
}

const messages = ({ received }: HttpSink): Message[] =>
  received.flatMap(({ body }) => {
    const one = JSON.parse(body) as Message & { data: { messages?: Message[] } };
    return one.data.messages ?? [one];
  });
const ofAlert = (sink: HttpSink, id: string): string[] =>
  messages(sink).flatMap(({ type, data }) => (data.id === id ? [type] : []));

const arrives = (sink: HttpSink, id: string, count: number) =>
  eventually(
    () => ofAlert(sink, id),
    (types) => types.length === count,
    { within: 60_000 },
  );

/** Everything that stands in Redis, as text. */
async function everythingIn(redis: TestRedis): Promise<string> {
  const admin = new Redis(redis.url);
  try {
    const parts: string[] = [];
    for (const key of await admin.keys('*'))
      parts.push(key, (await admin.dumpBuffer(key))?.toString('latin1') ?? '');
    return parts.join('\n');
  } finally {
    admin.disconnect();
  }
}

describe.concurrent('messages about alerts', () => {
  it('reach each target once, signed, whatever becomes of others, and say nothing of where they go', {
    timeout: 180_000,
  }, async () => {
    const redis = await aRedis();
    const [signed, slack, hangs] = [await aSink(), await aSink(), await aSink(() => {})];
    const fails = await aSink((_, response) => response.writeHead(500).end());
    const config = [
      'alerts:',
      `  - { url: "http://127.0.0.1:${hangs.port}${PATH}" }`,
      `  - { url: "http://127.0.0.1:${fails.port}${PATH}" }`,
      `  - { url: "http://127.0.0.1:${signed.port}${PATH}", secret: "\${HOOK_SECRET}" }`,
      `  - { url: "\${SLACK_URL}", format: slack }`,
    ].join('\n');
    const env = { HOOK_SECRET: SECRET, SLACK_URL: `http://127.0.0.1:${slack.port}${PATH}` };
    const nodes = [await aNode(redis, { config, env }), await aNode(redis, { config, env })];
    const client = aClient(redis);
    await client.queues.pause('mail');
    await arrives(signed, 'queuePaused:mail', 1);
    await eventually(() => slack.received.length === 1, Boolean, { within: 20_000 });
    const [got] = signed.received;
    const verified = new Webhook(SECRET).verify(got?.body ?? '', {
      'webhook-id': String(got?.headers['webhook-id']),
      'webhook-timestamp': String(got?.headers['webhook-timestamp']),
      'webhook-signature': String(got?.headers['webhook-signature']),
    });
    expect(verified).toMatchObject({
      type: 'alert.raised',
      data: { kind: 'queuePaused', subject: 'mail', severity: 'info', cluster: 'carillon' },
    });
    expect(JSON.parse(slack.received[0]?.body ?? '')).toMatchObject({
      text: 'info: queuePaused of mail',
      attachments: [{ text: expect.stringContaining('carillon queues resume mail') }],
    });
    await eventually(() => fails.received.length >= 2, Boolean, { within: 60_000 });
    const ids = new Set(fails.received.map(({ headers }) => headers['webhook-id']));
    expect(ids.size).toBe(1);
    await client.queues.resume('mail');
    await arrives(signed, 'queuePaused:mail', 2);
    expect(ofAlert(signed, 'queuePaused:mail')).toEqual(['alert.raised', 'alert.cleared']);
    // The same trouble again is another message.
    await client.queues.pause('mail');
    await arrives(signed, 'queuePaused:mail', 3);
    expect(new Set(signed.received.map(({ headers }) => headers['webhook-id'])).size).toBe(3);
    const list = await fetch(`${nodes[0]?.url}/v1/tasks?queue=carillon.outward&limit=1000`);
    const told = [await list.text(), await everythingIn(redis), ...nodes.map(({ output }) => output)].join(
      '\n',
    );
    expect(told).toContain('queuePaused:mail');
    for (const secret of [SECRET, SECRET.slice(6), 's3cr3t-path']) expect(told).not.toContain(secret);
  });

  it('of a storm are a handful, for each target, and none is lost', { timeout: 180_000 }, async () => {
    const redis = await aRedis();
    const [standard, slack] = [await aSink(), await aSink()];
    const config = [
      'alerts:',
      `  - { url: "http://127.0.0.1:${standard.port}/" }`,
      `  - { url: "http://127.0.0.1:${slack.port}/", format: slack }`,
    ].join('\n');
    await aNode(redis, { config });
    await aNode(redis, { config });
    const client = aClient(redis);
    const queues = Array.from({ length: 50 }, (_, i) => `storm-${i}`);
    await Promise.all(queues.map((queue) => client.queues.pause(queue)));
    const ids = (): Set<string> => new Set(messages(standard).map(({ data }) => data.id));
    await eventually(ids, ({ size }) => size === queues.length, { within: 120_000, every: 100 });
    const inSlack = (): string => slack.received.map(({ body }) => body).join('\n');
    await eventually(inSlack, (text) => queues.every((queue) => new RegExp(`${queue}\\b`).test(text)), {
      within: 60_000,
    });
    expect(messages(standard)).toHaveLength(queues.length);
    for (const { received } of [standard, slack]) expect(received.length).toBeLessThan(15);
  });

  it('are neither doubled nor lost when the node dies that raised the alert', {
    timeout: 180_000,
  }, async () => {
    const redis = await aRedis();
    const sink = await aSink();
    const config = `alerts: [{ url: "http://127.0.0.1:${sink.port}/" }]`;
    const nodes = [
      await aNode(redis, { config }),
      await aNode(redis, { config }),
      await aNode(redis, { config }),
    ];
    const client = aClient(redis);
    await client.queues.pause('told');
    await arrives(sink, 'queuePaused:told', 1);
    // It is raised by whoever is asked, who dies before or after it was told.
    const expected = ['queuePaused:told'];
    for (const [i, node] of nodes.slice(0, 2).entries()) {
      const queue = `raised-${i}`;
      await client.queues.pause(queue);
      await stands(node, `queuePaused:${queue}`);
      node.kill('SIGKILL');
      await node.exited;
      expected.push(`queuePaused:${queue}`);
      await arrives(sink, `queuePaused:${queue}`, 1);
    }
    await client.queues.resume('told');
    await arrives(sink, 'queuePaused:told', 2);
    // Everybody looked again since, and nothing more was sent of any.
    await client.queues.pause('last');
    await arrives(sink, 'queuePaused:last', 1);
    const counts = [...expected, 'queuePaused:last'].map((id) => ofAlert(sink, id));
    expect(counts).toEqual([
      ['alert.raised', 'alert.cleared'],
      ['alert.raised'],
      ['alert.raised'],
      ['alert.raised'],
    ]);
  });

  it('go out although nobody leads, and survive a Redis that is started again', {
    timeout: 180_000,
  }, async () => {
    const redis = await aRedis(() => startTestRedis({ persistence: 'aof' }));
    const locks = await startTestRedis();
    atEnd(() => locks.stop());
    const sink = await aSink();
    const config = `alerts: [{ url: "http://127.0.0.1:${sink.port}/" }]`;
    const node = await aNode(redis, { config, env: { CARILLON_LOCK_URLS: locks.url } });
    await aClient(redis).queues.pause('mail');
    await arrives(sink, 'queuePaused:mail', 1);
    locks.kill('SIGKILL');
    await locks.gone();
    await arrives(sink, 'noLeader:cluster', 1);
    redis.kill('SIGKILL');
    await redis.gone();
    await redis.restart();
    await locks.restart();
    await arrives(sink, 'noLeader:cluster', 2);
    await post(node, '/v1/queues/mail/resume');
    await arrives(sink, 'queuePaused:mail', 2);
    expect(ofAlert(sink, 'noLeader:cluster')).toEqual(['alert.raised', 'alert.cleared']);
    expect(ofAlert(sink, 'queuePaused:mail')).toEqual(['alert.raised', 'alert.cleared']);
  });
});

describe.concurrent('the heartbeat of a cluster', () => {
  it('is sent once for all nodes while somebody leads, and not otherwise', { timeout: 120_000 }, async () => {
    const redis = await aRedis();
    const locks = await startTestRedis();
    atEnd(() => locks.stop());
    const sink = await aSink();
    const config = `heartbeat: { url: "http://127.0.0.1:${sink.port}/ping/abc", every: 2s }`;
    const env = { CARILLON_LOCK_URLS: locks.url };
    const nodes = [await aNode(redis, { config, env }), await aNode(redis, { config, env })];
    await eventually(() => sink.received.length >= 3, Boolean, { within: 60_000 });
    expect(sink.received[0]).toMatchObject({ method: 'GET', url: '/ping/abc' });
    locks.kill('SIGKILL');
    await locks.gone();
    await stands(nodes[0] as (typeof nodes)[0], 'noLeader:cluster');
    const before = sink.received.length;
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    expect(sink.received.length).toBe(before);
    await locks.restart();
    await eventually(() => sink.received.length > before, Boolean, { within: 30_000 });
  });
});

describe.concurrent('the heartbeat of a schedule', () => {
  it('is asked as runs begin, complete and die, by nodes that may', { timeout: 120_000 }, async () => {
    const redis = await aRedis();
    const sink = await aSink();
    const config = `heartbeatAllow: ["127.0.0.1:${sink.port}"]`;
    await aNode(redis, { config });
    await aNode(redis, { config });
    const client = aClient(redis);
    let fails = false;
    await aWorker(redis, ['default'], {
      beats: async () => {
        if (fails) throw new Fatal('on purpose');
      },
    });
    const heartbeat = `http://127.0.0.1:${sink.port}/uuid?rid=1`;
    await client.schedules.put('nightly', { handler: 'beats', every: '3s', heartbeat });
    const asked = (path: string) => sink.received.filter(({ url }) => url === path);
    await eventually(() => asked('/uuid?rid=1').length >= 2, Boolean, { within: 60_000 });
    fails = true;
    await eventually(() => asked('/uuid/fail?rid=1').length >= 1, Boolean, { within: 60_000 });
    expect(sink.received.every(({ method }) => method === 'GET')).toBe(true);
  });

  it('goes to no place that is not public and not allowed', { timeout: 120_000 }, async () => {
    const redis = await aRedis();
    const sink = await aSink();
    const node = await aNode(redis);
    const client = aClient(redis);
    await aWorker(redis, ['default'], { beats: async () => 1 });
    for (const [id, host] of [
      ['named', 'localhost'],
      ['numbered', '127.0.0.1'],
    ] as const)
      await client.schedules.put(id, {
        handler: 'beats',
        every: '2s',
        heartbeat: `http://${host}:${sink.port}/`,
      });
    for (const host of ['localhost', '127.0.0.1'])
      await eventually(() => node.output.includes(`${host}:${sink.port} is no public place`), Boolean, {
        within: 60_000,
      });
    expect(sink.connections).toBe(0);
  });
});
