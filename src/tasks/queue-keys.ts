/** The concurrency keys of a queue, as people see them: the same for client and API. */

import { cursorTo, nameCursor } from '../domain/input/cursors.js';
import { formatInstant } from '../domain/input/instants.js';
import { about, type Values, wholeText } from '../domain/input/readers.js';
import { isKey } from '../domain/task/fields.js';
import type { Store } from '../store/contract/index.js';
import { knownQueue, USUAL_LIMIT } from './queues.js';

export interface KeyPage {
  items: KeyView[];
  nextCursor: string | null;
}

/** What a concurrency key has to do in a queue. */
export interface KeyView {
  /** The key, as tasks give it. */
  key: string;
  /** Ready tasks. */
  backlog: number;
  /** How long the one that has waited longest has waited; absent where none does. */
  oldestWaitMs?: number;
  /** Its tasks that workers hold. */
  running: number;
  /** Something waits, and nothing of it may start now, because of a limit, a rate, or the order of the key. */
  throttled: boolean;
  /** When the rate that is closed opens. */
  opensAt?: string;
}

/** What a table of keys may be asked for. */
export const KEY_LIST = {
  limit: about(wholeText(1, 1000), `how many, at most 1000; by default ${USUAL_LIMIT}`),
  cursor: about(nameCursor(isKey), 'nextCursor of the page before'),
};

/** The keys that have a ready or running task, by their bytes. Throws `not_found`. */
export async function keyPage(
  store: Store,
  queue: string,
  { limit = USUAL_LIMIT, cursor = '' }: Values<typeof KEY_LIST>,
): Promise<KeyPage> {
  await knownQueue(store, queue);
  const { now, keys } = await store.keyFacts(queue, cursor, limit + 1);
  const items = keys.slice(0, limit).map(({ oldestAt, opensAt, ...facts }) => ({
    ...facts,
    ...(oldestAt === undefined ? {} : { oldestWaitMs: Math.max(0, now - oldestAt) }),
    ...(opensAt === undefined ? {} : { opensAt: formatInstant(opensAt) }),
  }));
  const last = items.at(-1);
  return { items, nextCursor: last && keys.length > limit ? cursorTo(last.key) : null };
}

/** All of them. Throws `not_found`. */
export async function listKeys(store: Store, queue: string): Promise<KeyView[]> {
  const all: KeyView[] = [];
  for (let cursor = ''; ; ) {
    const { items, nextCursor } = await keyPage(store, queue, { limit: 1_000, cursor });
    all.push(...items);
    const last = items.at(-1);
    if (nextCursor === null || !last) return all;
    cursor = last.key;
  }
}
