/** Which handlers present workers have for a queue: what nobody has cannot run. */

import type { Connection } from './connection.js';

interface Offer {
  queues: ReadonlySet<string>;
  handlers: readonly string[];
}

/** Offers read before, by their text; alike workers make one, so there are few. */
const known = new Map<string, Offer>();
const MOST_KNOWN = 1_000;

/** Answers for a queue the handlers that are there now. One question, however many queues are asked about. */
export async function servedHandlers(connection: Connection): Promise<(queue: string) => Set<string>> {
  const [, ...texts] = await connection.call('served', connection.shared, {});
  const offers = texts.map((text) => offerOf(String(text)));
  return (queue) =>
    new Set(offers.flatMap(({ queues, handlers }) => (queues.has(queue) || queues.has('*') ? handlers : [])));
}

function offerOf(text: string): Offer {
  const before = known.get(text);
  if (before) return before;
  const [queues, handlers] = JSON.parse(text) as [string[], string[]];
  const offer = { queues: new Set(queues), handlers };
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(text, offer);
  return offer;
}
