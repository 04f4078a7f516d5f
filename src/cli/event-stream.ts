/** Reads a stream of server-sent events over HTTP, and comes back where the line breaks. */

import { type IncomingMessage, request as plain } from 'node:http';
import { MIB } from '../domain/input/sizes.js';
import { sleep } from '../runtime/timers.js';
import { createLines } from './lines.js';

/** Before it is asked anew, ms. */
const COME_BACK = 1_000;
/** A line without a sign of life for this long is given up: the other end beats every 15 s, ms. */
const SILENT = 45_000;

export interface StreamAnswer {
  status: number;
  body: AsyncIterable<Buffer>;
  end(): void;
}

/** One request, its answer still coming. */
export async function openStream(url: string, headers: Record<string, string>): Promise<StreamAnswer> {
  const { request } = url.startsWith('https:') ? await import('node:https') : { request: plain };
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      { method: 'GET', headers, agent: false, timeout: SILENT },
      (answer: IncomingMessage) => {
        resolve({ status: answer.statusCode ?? 0, body: answer, end: () => asked.destroy() });
      },
    );
    asked.on('timeout', () => asked.destroy(new Error('timeout')));
    asked.on('error', reject);
    asked.end();
  });
}

/** What was sent: `data` is absent where only the place was told. */
export interface Sent {
  id: string;
  data?: string;
}

/**
 * `open` asks with the id of the last event; what it throws at first ends it, later on it is asked again. `last`: where to
 * begin; undefined: now.
 */
export async function* readEvents(
  open: (last: string | undefined) => Promise<StreamAnswer>,
  last: string | undefined,
): AsyncGenerator<Sent, void> {
  let at = last;
  let answer = await open(at);
  for (;;) {
    try {
      for await (const sent of eventsOf(answer.body)) {
        at = sent.id;
        yield sent;
      }
    } catch {
      // A line that broke: what was missed is told when it stands again.
    } finally {
      answer.end();
    }
    let next: StreamAnswer | undefined;
    while (!next) {
      await sleep(COME_BACK);
      next = await open(at).catch(() => undefined);
    }
    answer = next;
  }
}

async function* eventsOf(body: AsyncIterable<Buffer>): AsyncGenerator<Sent> {
  const lines = createLines(8 * MIB);
  let sent: Partial<Sent> = {};
  for await (const piece of body) {
    for (const line of lines.of(piece)) {
      if (line === '') {
        if (sent.id !== undefined) yield { ...sent, id: sent.id };
        sent = {};
      } else if (line?.startsWith('id: ')) sent.id = line.slice(4);
      else if (line?.startsWith('data: ')) sent.data = line.slice(6);
    }
  }
}
