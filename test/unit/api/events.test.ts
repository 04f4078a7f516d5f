/** `GET /v1/events` over the model store: what is sent, how it is resumed, and how it ends. */

import { get as httpGet, type IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventsCommand } from '../../../src/cli/commands/events.js';
import { createOutput } from '../../../src/cli/output.js';
import { type ApiOnModel, apiOnModel } from './support.js';

let on: ApiOnModel;
let url: string;
const open: (() => void)[] = [];
beforeEach(async () => {
  on = apiOnModel();
  ({ url } = await on.api.listen());
});
afterEach(async () => {
  for (const end of open.splice(0)) end();
  await on.api.close();
});

interface Stream {
  answer: IncomingMessage;
  text: () => string;
  /** Data of every event so far. */
  events: () => { type: string; [name: string]: unknown }[];
  lastId: () => string;
  ended: Promise<void>;
}

async function listen(path = '/v1/events', headers: Record<string, string> = {}): Promise<Stream> {
  let text = '';
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = httpGet(url + path, { headers, agent: false }, resolve);
    asked.on('error', reject);
    open.push(() => asked.destroy());
  });
  answer.setEncoding('utf8');
  answer.on('data', (piece: string) => {
    text += piece;
  });
  const ended = new Promise<void>((resolve) => answer.once('close', resolve));
  answer.on('error', () => {});
  const stream: Stream = {
    answer,
    text: () => text,
    events: () => [...text.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => JSON.parse(data)),
    lastId: () => [...text.matchAll(/^id: (.*)$/gm)].at(-1)?.[1] ?? '',
    ended,
  };
  // It listens once it has told its place.
  if (answer.statusCode === 200) await expect.poll(stream.lastId).not.toBe('');
  return stream;
}

const types = (stream: Stream) => stream.events().map(({ type }) => type);

describe('a stream of events', () => {
  it('tells what happens from now on, as it happens, with a place for each', async () => {
    await on.post('/v1/tasks', { handler: 'before' });
    const stream = await listen();
    expect(stream.answer.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
    });
    const { id } = (await on.post('/v1/tasks', { handler: 'a' })).json();
    await on.post(`/v1/tasks/${id}/cancel`, {});
    await expect.poll(() => types(stream)).toEqual(['task.enqueued', 'task.cancelled']);
    expect(stream.events()[0]).toEqual({
      type: 'task.enqueued',
      at: expect.stringMatching(/^2026-01-01T00:00:00/),
      queue: 'default',
      task: { id, handler: 'a', queue: 'default', state: 'ready', attempt: 0 },
    });
  });

  it('tells only what was asked for', async () => {
    const stream = await listen('/v1/events?types=task.cancelled,task.dead&queue=mail');
    for (const queue of ['mail', 'default']) {
      const { id } = (await on.post('/v1/tasks', { handler: 'a', queue })).json();
      await on.post(`/v1/tasks/${id}/cancel`, {});
    }
    await expect.poll(() => types(stream)).toEqual(['task.cancelled']);
    expect(stream.events()[0]).toMatchObject({ task: { queue: 'mail' } });
    expect((await on.get('/v1/events?types=task.lost')).json()).toMatchObject({ code: 'invalid_input' });
  });

  it('goes on behind the last event that was read, or says that something was missed', async () => {
    const first = await listen();
    await on.post('/v1/tasks', { handler: 'a' });
    await expect.poll(() => types(first)).toEqual(['task.enqueued']);
    const last = first.lastId();
    first.answer.destroy();
    const { id } = (await on.post('/v1/tasks', { handler: 'a' })).json();
    await on.post(`/v1/tasks/${id}/cancel`, {});
    const second = await listen('/v1/events', { 'last-event-id': last });
    await expect.poll(() => types(second)).toEqual(['task.enqueued', 'task.cancelled']);
    const odd = await listen('/v1/events', { 'last-event-id': 'nonsense' });
    expect(types(odd)).toEqual(['reset']);
    on.store.advance(200_000);
    const late = await listen('/v1/events', { 'last-event-id': last });
    expect(types(late)[0]).toBe('reset');
  });

  it('ends with the API', async () => {
    const stream = await listen();
    await on.api.close();
    await stream.ended;
  });
});

describe('carillon events', () => {
  function carillon(...words: string[]): { printed: () => string; ended: Promise<unknown> } {
    let out = '';
    const stream = { write: (text: string) => (out += text) };
    const output = createOutput(stream, stream);
    const surroundings = { env: { CARILLON_URL: url }, directory: '.', output, version: '0' };
    return {
      printed: () => out,
      ended: eventsCommand(surroundings).parseAsync(words, { from: 'user' }),
    };
  }

  it('shows what was recorded and ends', async () => {
    await listen();
    const { id } = (await on.post('/v1/tasks', { handler: 'a' })).json();
    const shown = carillon();
    await shown.ended;
    expect(shown.printed()).toMatch(/Z {2}task\.enqueued {5}\S+ {2}a in default, attempt 0\n$/);
    expect(shown.printed()).toContain(id);
    const json = carillon('--json', '--type', 'task.dead');
    await json.ended;
    expect(json.printed()).toBe('');
  });
});
