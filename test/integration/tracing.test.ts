/** OpenTelemetry, set up as an application does: what each task is told by spans and figures, and where its trace leads. */

import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { afterEach, describe, expect, it } from 'vitest';
import { Fatal, Snooze, type TaskContext } from '../../src/index.js';
import { eventually } from '../support/eventually.js';
import { gate, house, redis } from '../support/house.js';
import { Processes } from '../support/processes.js';
import { openTelemetry } from '../support/spans.js';

const telemetry = openTelemetry();
const processes = new Processes();
afterEach(() => processes.stopAll());

/** A process of its own, without any tracing. */
async function node(namespace: string): Promise<string> {
  const started = processes.carillon([
    'start',
    '--redis',
    redis.url,
    '--namespace',
    namespace,
    '--port',
    '0',
  ]);
  return (await started.line(/(http:\/\/[\w.]+:\d+)/))[1] ?? '';
}

async function json<T>(url: string, body: unknown, headers: Record<string, string>): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  expect(response.ok).toBe(true);
  return (await response.json()) as T;
}

const traceIdOf = (span: ReadableSpan): string => span.spanContext().traceId;
const spanIdOf = (span: ReadableSpan): string => span.spanContext().spanId;

/** Spans of this name, once there are as many. */
function spans(name: string, count = 1): Promise<ReadableSpan[]> {
  return eventually(
    () => telemetry.spans(name),
    (all) => all.length >= count,
    { what: `${count} spans ${name}` },
  );
}

function one(all: readonly ReadableSpan[]): ReadableSpan {
  expect(all).toHaveLength(1);
  return all[0] as ReadableSpan;
}

describe('a task', () => {
  it('is sent, received, processed and settled in the trace of its caller, and so are its children', async () => {
    const { client, work } = house();
    await work({
      parent: async (_: unknown, ctx: TaskContext) => {
        await trace.getTracer('app').startActiveSpan('own work', async (span) => {
          await ctx.enqueue('child');
          span.end();
        });
      },
      child: () => 1,
    });
    const [asked, task] = await trace.getTracer('app').startActiveSpan('request', async (span) => {
      const made = await client.enqueue('parent', { a: 1 });
      span.end();
      return [span.spanContext(), made] as const;
    });
    const settled = await spans('settle default', 2);
    const sent = telemetry.spans('send default');
    const processed = telemetry.spans('process default');
    expect(sent).toHaveLength(2);
    expect(processed).toHaveLength(2);
    const [send, sendChild] = sent as [ReadableSpan, ReadableSpan];
    const own = one(telemetry.spans('own work'));
    // Every span but those of claims, which may be for several.
    for (const span of [...sent, ...processed, ...settled, own]) expect(traceIdOf(span)).toBe(asked.traceId);
    const parent = processed.find(({ attributes }) => attributes['messaging.message.id'] === task.id);
    const child = processed.find((span) => span !== parent);
    expect(send.parentSpanContext?.spanId).toBe(asked.spanId);
    expect(parent?.parentSpanContext?.spanId).toBe(spanIdOf(send));
    expect(own.parentSpanContext?.spanId).toBe(parent && spanIdOf(parent));
    expect(sendChild.parentSpanContext?.spanId).toBe(spanIdOf(own));
    expect(child?.parentSpanContext?.spanId).toBe(spanIdOf(sendChild));
    expect(parent?.links.map(({ context }) => context.spanId)).toEqual([spanIdOf(send)]);
    const received = telemetry.spans('receive default');
    expect(received.flatMap(({ links }) => links.map(({ context }) => context.spanId)).sort()).toEqual(
      [spanIdOf(send), spanIdOf(sendChild)].sort(),
    );
    expect([send, received[0], parent, settled[0]].map((span) => span?.kind)).toEqual([
      SpanKind.PRODUCER,
      SpanKind.CLIENT,
      SpanKind.CONSUMER,
      SpanKind.CLIENT,
    ]);
    const about = (operation: string) => ({
      'messaging.system': 'carillon',
      'messaging.operation.name': operation,
      'messaging.operation.type': operation,
      'messaging.destination.name': 'default',
    });
    const id = { 'messaging.message.id': task.id };
    expect(send.attributes).toEqual({ ...about('send'), ...id, 'messaging.carillon.handler': 'parent' });
    expect(parent?.attributes).toMatchObject({
      ...about('process'),
      ...id,
      'messaging.client.id': expect.stringContaining('~'),
      'messaging.carillon.handler': 'parent',
      'messaging.carillon.attempt': 1,
      'messaging.carillon.outcome': 'completed',
    });
    expect(parent?.attributes).not.toHaveProperty(['faas.trigger']);
    expect(
      settled.find(({ attributes }) => attributes['messaging.message.id'] === task.id)?.attributes,
    ).toMatchObject({
      ...about('settle'),
      'messaging.carillon.task.state': 'completed',
    });
    expect(received[0]?.attributes).toMatchObject({
      ...about('receive'),
      'messaging.batch.message_count': 1,
    });
    expect((await client.get(task.id))?.traceparent).toBe(`00-${asked.traceId}-${spanIdOf(send)}-01`);
  });

  it('has a span for each attempt, in one trace, with what it failed of', async () => {
    const { client, work } = house();
    await work({
      flaky: (_: unknown, ctx: TaskContext) => {
        if (ctx.attempt === 1) throw new TypeError('no');
        if (ctx.attempt === 2) throw new Snooze('1ms');
        if (ctx.attempt === 3) throw Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
        throw new Fatal('over');
      },
    });
    const task = await client.enqueue('flaky', null, { retry: { delays: ['1ms', '1ms', '1ms'] } });
    expect((await client.wait(task.id)).state).toBe('dead');
    const processed = await spans('process default', 4);
    await spans('settle default', 4);
    const send = one(telemetry.spans('send default'));
    expect(processed.map((span) => span.parentSpanContext?.spanId)).toEqual(
      processed.map(() => spanIdOf(send)),
    );
    expect(
      processed.map(({ attributes, status, events }) => [
        attributes['messaging.carillon.attempt'],
        attributes['messaging.carillon.outcome'],
        attributes['error.type'],
        status.code,
        events.map((event) => event.attributes?.['exception.message']),
      ]),
    ).toEqual([
      [1, 'failed', 'TypeError', SpanStatusCode.ERROR, ['no']],
      [2, 'snoozed', undefined, SpanStatusCode.UNSET, []],
      [3, 'failed', 'ECONNREFUSED', SpanStatusCode.ERROR, ['away']],
      [4, 'failed', 'Fatal', SpanStatusCode.ERROR, ['over']],
    ]);
    expect(
      telemetry.spans('settle default').map(({ attributes }) => attributes['messaging.carillon.task.state']),
    ).toEqual([undefined, undefined, undefined, 'dead']);
  });

  it('that times out, or whose worker hands it back, has a span that ends', async () => {
    const { client, work } = house();
    const { passed, open } = gate();
    const worker = await work({ slow: () => passed }, { drain: '0ms', killAfter: '20ms', lease: '1s' });
    await client.enqueue('slow', null, { timeout: '20ms', retry: { maxAttempts: 1 } });
    const late = one(await spans('process default'));
    expect(late.attributes).toMatchObject({
      'error.type': 'timeout',
      'messaging.carillon.outcome': 'timeout',
    });
    const other = await client.enqueue('slow');
    await eventually(async () => (await client.get(other.id))?.state === 'running');
    const stopped = worker.stop();
    const [, back] = await spans('process default', 2);
    open();
    await stopped;
    expect(back?.attributes).toMatchObject({ 'messaging.carillon.outcome': 'released' });
    expect(back?.status.code).toBe(SpanStatusCode.UNSET);
  });

  it('that is refused ends its span with the code of the error', async () => {
    const { client } = house();
    await client.queues.set('small', { maxDepth: 1 });
    await client.enqueue('x', null, { queue: 'small' });
    await expect(client.enqueue('x', null, { queue: 'small' })).rejects.toMatchObject({ code: 'queue_full' });
    const [, refused] = await spans('send small', 2);
    expect(refused?.attributes).toMatchObject({ 'error.type': 'queue_full' });
    expect(refused?.status.code).toBe(SpanStatusCode.ERROR);
  });
});

describe('many tasks', () => {
  it('made by one call are one span, whose context goes with each of them', async () => {
    const { client, work } = house();
    await work({ x: () => 1 });
    const made = await client.enqueueMany([{ handler: 'x' }, { handler: 'x', payload: 2 }], {
      onComplete: { handler: 'x' },
    });
    await client.wait(made.onComplete.id);
    const processed = await spans('process default', 3);
    const sent = telemetry.spans('send default');
    const batch = sent.find(
      ({ attributes }) => attributes['messaging.batch.message_count'] === 2,
    ) as ReadableSpan;
    const of = (id: string): ReadableSpan | undefined =>
      processed.find(({ attributes }) => attributes['messaging.message.id'] === id);
    for (const { id } of made) expect(of(id)?.parentSpanContext?.spanId).toBe(spanIdOf(batch));
    expect(batch.attributes).not.toHaveProperty(['messaging.message.id']);
    expect(sent).toHaveLength(2);
  });
});

describe('a node that traces nothing itself', () => {
  it('keeps the trace of a request with its tasks, of one or of many, and of a run by hand', async () => {
    const { client, work, connection } = house();
    const url = await node(connection.namespace);
    await work({ x: () => 1 });
    await client.schedules.put('by-hand', { handler: 'x', cron: '0 0 1 1 *' });
    const ids = {
      one: '0af7651916cd43dd8448eb211c80319c',
      many: '1af7651916cd43dd8448eb211c80319c',
      run: '2af7651916cd43dd8448eb211c80319c',
    };
    const post = (path: string, id: string, body: unknown): Promise<{ id?: string; traceparent?: string }> =>
      json(`${url}${path}`, body, {
        traceparent: `00-${id}-b7ad6b7169203331-01`,
        tracestate: 'vendor=1, other=2',
      });
    const made = await post('/v1/tasks', ids.one, { handler: 'x', delay: '200ms' });
    expect(made.traceparent).toBe(`00-${ids.one}-b7ad6b7169203331-01`);
    await post('/v1/tasks/batch', ids.many, { tasks: [{ handler: 'x' }], onComplete: { handler: 'x' } });
    await post('/v1/schedules/by-hand/trigger', ids.run, {});
    const processed = await spans('process default', 4);
    const of = (id: string): ReadableSpan[] => processed.filter((span) => traceIdOf(span) === id);
    expect([of(ids.one), of(ids.many), of(ids.run)].map(({ length }) => length)).toEqual([1, 2, 1]);
    for (const span of processed) {
      expect(span.parentSpanContext).toMatchObject({ spanId: 'b7ad6b7169203331', isRemote: true });
      expect(span.spanContext().traceState?.serialize()).toBe('vendor=1,other=2');
    }
    // Somebody asked for it: no timer did.
    expect(one(of(ids.run)).attributes).toMatchObject({ 'messaging.carillon.schedule': 'by-hand' });
    expect(one(of(ids.run)).attributes).not.toHaveProperty(['faas.trigger']);
    const task = await client.get(made.id ?? '');
    expect(task?.traceparent).toBe(`00-${ids.one}-b7ad6b7169203331-01`);
  });

  it('begins nothing for a header that names no trace, and answers the same call with another trace as before', async () => {
    const { work, connection } = house();
    const url = await node(connection.namespace);
    await work({ x: () => 1 });
    const ask = (traceparent: string): Promise<{ id?: string; traceparent?: string }> =>
      json(`${url}/v1/tasks`, { handler: 'x' }, { traceparent, 'idempotency-key': 'k' });
    const first = await ask('00-00000000000000000000000000000000-b7ad6b7169203331-01');
    expect(first).not.toHaveProperty('traceparent');
    const again = await ask('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
    expect(again.id).toBe(first.id);
    const processed = one(await spans('process default'));
    expect(processed.parentSpanContext).toBeUndefined();
  });

  it('fires: each run is a trace of its own, begun by a timer', async () => {
    const { client, work, connection } = house();
    await node(connection.namespace);
    await work({ tick: () => 1 });
    await client.schedules.put('often', { handler: 'tick', every: '1s' });
    const [run, later] = (await spans('process default', 2)) as [ReadableSpan, ReadableSpan];
    expect(run.parentSpanContext).toBeUndefined();
    expect(traceIdOf(run)).not.toBe(traceIdOf(later));
    expect(run.attributes).toMatchObject({
      'faas.trigger': 'timer',
      'messaging.carillon.schedule': 'often',
      'messaging.message.id': `often@${Date.parse(String(run.attributes['faas.time']))}`,
    });
  });
});

describe('figures', () => {
  it('have the names of the conventions', async () => {
    const { client, work } = house();
    await work({ x: () => 1 });
    await client.wait((await client.enqueue('x', null, {})).id);
    await spans('settle default');
    const all = await telemetry.figures();
    expect([...all.keys()].sort()).toEqual([
      'messaging.client.consumed.messages',
      'messaging.client.operation.duration',
      'messaging.client.sent.messages',
      'messaging.process.duration',
    ]);
    const operations = all.get('messaging.client.operation.duration') ?? [];
    expect(new Set(operations.map((attributes) => attributes['messaging.operation.name']))).toEqual(
      new Set(['send', 'receive', 'settle']),
    );
    // Nothing that differs from task to task.
    for (const attributes of [...all.values()].flat())
      expect(attributes).not.toHaveProperty(['messaging.message.id']);
  });
});
