/** Which handlers present workers have for a queue: what nobody has cannot run. */

import type { Connection } from './connection.js';

interface Offer {
  queues: ReadonlySet<string>;
  handlers: readonly string[];
}

/** Offers read before, by their text; alike workers make one, so there are few. */
const known = new Map<string, Offer>();
const MOST_KNOWN = 1_000;

type Served = (queue: string) => Set<string>;

/** Questions that are about to be sent. */
const asking = new WeakMap<Connection, Promise<Served>>();

/**
 * Answers for a queue the handlers that are there now. One question, however many queues are asked about: whoever asks
 * before it is sent shares it, because with many kinds of workers the answer is long.
 */
export function servedHandlers(connection: Connection): Promise<Served> {
  let asked = asking.get(connection);
  if (!asked) {
    asked = Promise.resolve().then(() => {
      asking.delete(connection);
      return ask(connection);
    });
    asking.set(connection, asked);
  }
  return asked;
}

async function ask(connection: Connection): Promise<Served> {
  const [, ...texts] = await connection.call('served', connection.shared, {});
  const everywhere = new Set<string>();
  const byQueue = new Map<string, Set<string>>();
  for (const text of texts) {
    const { queues, handlers } = offerOf(String(text));
    for (const queue of queues) {
      let into = queue === '*' ? everywhere : byQueue.get(queue);
      if (!into) {
        into = new Set();
        byQueue.set(queue, into);
      }
      for (const handler of handlers) into.add(handler);
    }
  }
  return (queue) => new Set([...everywhere, ...(byQueue.get(queue) ?? [])]);
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
