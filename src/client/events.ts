/** `client.events()`: what happens, as an async iterator that ends with its loop, or when the client is closed. */

import type { EventFeed } from '../tasks/event-feed.js';
import type { CarillonEvent, EventQuery } from '../tasks/events.js';

/** Listens from the first step on; a Redis that is away for a while is waited for, and nothing kept is missed. */
export async function* clientEvents(
  feed: () => Promise<EventFeed>,
  query: EventQuery,
  closing: AbortSignal,
): AsyncGenerator<CarillonEvent, void> {
  const heard = (await feed()).listen(query, undefined, closing);
  for await (const { event } of heard) if (event) yield event;
}
