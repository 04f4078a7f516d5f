/** `GET /v1/events`: server-sent events, resumed by `Last-Event-ID` at whichever node the reader comes back to. */

import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { readFields } from '../domain/input/read-fields.js';
import { after } from '../runtime/timers.js';
import { EventFeed, type Heard } from '../tasks/event-feed.js';
import { type CarillonEvent, EVENTS } from '../tasks/events.js';
import type { ApiContext } from './context.js';
import { withoutData } from './hidden.js';

/** As the OpenAPI description has it. */
export const EVENTS_ROUTE = {
  summary:
    'What happens, as server-sent events; `Last-Event-ID` resumes. It begins with `reset` where something was missed',
  query: EVENTS,
  headers: { 'Last-Event-ID': 'the id of the last event that was read' },
  answers: { 200: 'Events' },
};

/** What a reader is told to wait before it comes back, ms. */
const COME_BACK = 1_000;

export function eventRoutes(app: FastifyInstance, { store, closing, log, hidePayloads }: ApiContext): void {
  const shown = (event: CarillonEvent): unknown => (hidePayloads ? withoutData(event) : event);
  const feed = new EventFeed(store);
  app.get('/v1/events', async (request, reply) => {
    const query = readFields(request.query, EVENTS);
    const last = request.headers['last-event-id'];
    const over = new AbortController();
    const end = (): void => over.abort();
    request.raw.once('close', end);
    closing.addEventListener('abort', end, { once: true, signal: over.signal });
    if (closing.aborted) end();
    // A browser comes back by itself, with the cookie it has by then.
    const until = request.caller?.until;
    if (until !== undefined) {
      const cancel = after(store.clock().until(until), end);
      over.signal.addEventListener('abort', cancel, { once: true });
    }
    const heard = feed.listen(query, typeof last === 'string' ? last : undefined, over.signal);
    // A store that does not answer is told as on every other route: nothing was sent yet.
    const first = await heard.next();
    reply.hijack();
    const { raw } = reply;
    raw.once('close', end);
    raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      // A proxy that gathers what it passes on would hold events back.
      'x-accel-buffering': 'no',
    });
    send(raw, first, heard, over.signal, shown)
      .catch((error: unknown) =>
        log.warn({ event: 'events.broken', error: error as Error }, 'A stream of events broke off'),
      )
      .finally(() => raw.end())
      .catch(() => {});
  });
}

/** As fast as the reader takes it: what it does not take is dropped where it is gathered, and it is told so. */
async function send(
  raw: ServerResponse,
  first: IteratorResult<Heard, void>,
  heard: AsyncGenerator<Heard, void>,
  over: AbortSignal,
  shown: (event: CarillonEvent) => unknown,
): Promise<void> {
  raw.write(`retry: ${COME_BACK}\n\n`);
  for (let next = first; !next.done && !over.aborted; next = await heard.next()) {
    const { id, event } = next.value;
    if (raw.write(textOf(id, event && shown(event)))) continue;
    await once(raw, 'drain', { signal: over }).catch(() => {});
  }
  await heard.return();
}

/** Without an event only the place is told, which a reader keeps and shows to nobody. */
function textOf(id: string, event: unknown): string {
  return event ? `id: ${id}\ndata: ${JSON.stringify(event)}\n\n` : `: beat\nid: ${id}\n\n`;
}
