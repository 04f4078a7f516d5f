/** What answers of a target mean for a message, and that one target takes no more than a few at a time. */

import type { RequestListener } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { ALERT_HANDLER, type AlertMessage, PING_HANDLER } from '../../../src/alerts/outward.js';
import { outwardHandlers } from '../../../src/outward/handlers.js';
import { ModelStore } from '../../../src/testing/model-store.js';
import type { TaskContext } from '../../../src/worker/context.js';
import { type HttpSink, startSink } from '../../support/http-sink.js';

const sinks: HttpSink[] = [];
afterEach(() => Promise.all(sinks.splice(0).map((sink) => sink.stop())));

const MESSAGE: AlertMessage = {
  ...{ type: 'alert.cleared', at: 9_000, of: 7_000 },
  alert: {
    ...{ id: 'queuePaused:a', kind: 'queuePaused', subject: 'a', severity: 'info' },
    ...{ since: '1970-01-01T00:00:07.000Z', text: 'a <b> & c' },
  },
};

async function target(answer: RequestListener, format: 'standard' | 'slack' = 'standard') {
  const sink = await startSink(answer);
  sinks.push(sink);
  const url = new URL(`http://127.0.0.1:${sink.port}/s3cr3t`);
  const handlers = outwardHandlers({
    ...{ store: new ModelStore(), cluster: 'test', heartbeatAllow: [] },
    targets: [{ name: 'n', url, format }],
  });
  const send = (payload: unknown = MESSAGE, id = 'x-1'): Promise<unknown> => {
    const task = { id, startedAt: '1970-01-01T00:00:10.000Z' };
    const ctx = { task, signal: new AbortController().signal } as unknown as TaskContext;
    return Promise.resolve(handlers[`${ALERT_HANDLER}n`]?.(payload as never, ctx));
  };
  return { sink, send, handlers };
}

it('is sent with an id and a time, unsigned where there is no secret', async () => {
  const { sink, send } = await target((_, response) => response.writeHead(204).end());
  expect(await send()).toMatch(/^127\.0\.0\.1:\d+ answered 204/);
  const [got] = sink.received;
  expect(got).toMatchObject({ method: 'POST', url: '/s3cr3t' });
  expect(got?.headers).toMatchObject({ 'webhook-id': 'x-1', 'webhook-timestamp': '10' });
  expect(got?.headers).not.toHaveProperty('webhook-signature');
  expect(JSON.parse(got?.body ?? '')).toEqual({
    ...{ type: 'alert.cleared', timestamp: '1970-01-01T00:00:09.000Z' },
    data: { ...MESSAGE.alert, cluster: 'test' },
  });
});

it('says it to Slack in its own form', async () => {
  const { sink, send } = await target((_, response) => response.end(), 'slack');
  await send();
  expect(JSON.parse(sink.received[0]?.body ?? '')).toMatchObject({
    text: 'Over: queuePaused of a',
    attachments: [{ text: 'a &lt;b&gt; &amp; c', footer: 'Carillon test, since 1970-01-01T00:00:07.000Z' }],
  });
});

it.each([
  [500, 'Error'],
  [503, 'Error'],
  [408, 'Error'],
  [400, 'Fatal'],
  [404, 'Fatal'],
  [410, 'Fatal'],
  [302, 'Fatal'],
])('%i is a %s, and names no more than the place', async (status, name) => {
  const elsewhere = await startSink();
  sinks.push(elsewhere);
  const { send } = await target((_, response) =>
    response.writeHead(status, { location: `http://127.0.0.1:${elsewhere.port}/` }).end(),
  );
  const error = await send().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name, message: expect.stringMatching(/^127\.0\.0\.1:\d+ answered \d+/) });
  expect(String(error)).not.toContain('s3cr3t');
  expect(elsewhere.connections).toBe(0);
});

it('a time that is asked for is kept', async () => {
  const { send } = await target((_, response) => response.writeHead(429, { 'retry-after': '7' }).end());
  await expect(send()).rejects.toMatchObject({ name: 'RetryAfter', delay: 7_000 });
});

it('one that takes no connection is tried again, and not told by its address', async () => {
  const { sink, send } = await target((_, response) => response.end());
  await sink.stop();
  sinks.length = 0;
  const error = await send().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'Error', message: expect.stringContaining('cannot be reached') });
  expect(String(error)).not.toContain('s3cr3t');
});

const RAISED: AlertMessage = {
  ...{ ...MESSAGE, type: 'alert.raised' },
  alert: { ...MESSAGE.alert, id: 'noLeader:b', kind: 'noLeader', subject: 'b', severity: 'critical' },
};

it('those that come together are one, each as it would be alone', async () => {
  const { sink, send } = await target((_, response) => response.end());
  const said = await Promise.all([send(MESSAGE, 'x-1'), send(RAISED, 'x-2')]);
  expect(said[0]).toBe(said[1]);
  expect(sink.received).toHaveLength(1);
  expect(JSON.parse(sink.received[0]?.body ?? '')).toEqual({
    ...{ type: 'alert.many', timestamp: '1970-01-01T00:00:09.000Z' },
    data: {
      cluster: 'test',
      messages: [MESSAGE, RAISED].map(({ type, alert }, i) => ({
        ...{ id: `x-${i + 1}`, type, timestamp: '1970-01-01T00:00:09.000Z' },
        data: { ...alert, cluster: 'test' },
      })),
    },
  });
  await Promise.all([send(RAISED, 'x-2'), send(MESSAGE, 'x-1')]);
  const [first, again] = sink.received.map(({ headers }) => headers['webhook-id']);
  expect(first).toMatch(/^many-\w{20}$/);
  expect(again).toBe(first);
});

it('those that come together are one to Slack, the gravest first', async () => {
  const { sink, send } = await target((_, response) => response.end(), 'slack');
  await Promise.all([send(MESSAGE, 'x-1'), send(RAISED, 'x-2')]);
  const { text, attachments } = JSON.parse(sink.received[0]?.body ?? '');
  expect(text).toBe('1 alerts raised, 1 over');
  expect(attachments.map((one: { text: string }) => one.text)).toEqual([
    'critical: noLeader of b',
    'Over: queuePaused of a',
  ]);
  expect(attachments[1].footer).toContain('carillon alerts');
});

it('where they are refused together each is sent by itself', async () => {
  const { sink, send } = await target(({ headers }, response) => {
    response.writeHead(String(headers['webhook-id']).startsWith('many') ? 413 : 200).end();
  });
  await Promise.all([send(MESSAGE, 'x-1'), send(RAISED, 'x-2')]);
  expect(sink.received.map(({ headers }) => headers['webhook-id'])).toEqual([
    ...[expect.stringMatching(/^many-/), 'x-1', 'x-2'],
  ]);
});

it('what is no message, and no ping, is dead at once', async () => {
  const { send, handlers, sink } = await target((_, response) => response.end());
  const alert = { id: 'a', kind: 'a', subject: 'a', severity: 'info', text: 'a', since: 'a' };
  const strange = [
    { alert, at: 1e300 },
    { alert, at: '1' },
    { alert: { ...alert, severity: { toString: 1 } }, at: 1 },
  ];
  for (const payload of [null, 'x', {}, { alert: {} }, ...strange])
    await expect(send(payload)).rejects.toMatchObject({ name: 'Fatal' });
  const ping = (payload: unknown) => handlers[PING_HANDLER]?.(payload as never, {} as TaskContext);
  for (const payload of [null, { schedule: 's', word: '../x' }, { word: 'start' }])
    await expect(ping(payload)).rejects.toMatchObject({ name: 'Fatal' });
  expect(await ping({ schedule: 'gone', word: 'start', nominal: 1 })).toBe('nobody wants to know any more');
  expect(sink.connections).toBe(0);
});
