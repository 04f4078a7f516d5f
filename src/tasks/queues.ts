/** Queues as people see and change them: the same for client and API. */

import { cursorTo, nameCursor } from '../domain/input/cursors.js';
import { CarillonError } from '../domain/input/errors.js';
import { isQueueName, NAME_GRAMMAR } from '../domain/input/names.js';
import { readFields, refuse } from '../domain/input/read-fields.js';
import { about, type Values, wholeText } from '../domain/input/readers.js';
import type { OwnedSetting, QueueChange, QueueSettings, Store } from '../store/contract/index.js';
import { contradiction, QUEUE_SETTINGS } from './queue-settings.js';
import { type QueueView, queueView, queueViews } from './queue-view.js';

export const USUAL_LIMIT = 50;

/** What a list of queues may be asked for, as a query string gives it. */
export const QUEUE_LIST = {
  limit: about(wholeText(1, 1000), `how many, at most 1000; by default ${USUAL_LIMIT}`),
  cursor: about(nameCursor(isQueueName), 'nextCursor of the page before'),
};

export interface QueuePage {
  items: QueueView[];
  nextCursor: string | null;
}

/** By name. */
export async function queuePage(
  store: Store,
  { limit = USUAL_LIMIT, cursor = '' }: Values<typeof QUEUE_LIST>,
): Promise<QueuePage> {
  const behind = (await store.queues()).filter((queue) => queue > cursor).toSorted();
  const names = behind.slice(0, limit);
  const last = names.at(-1);
  const nextCursor = last !== undefined && behind.length > names.length ? cursorTo(last) : null;
  return { items: await queueViews(store, names), nextCursor };
}

/** All of them, by name. */
export async function listQueues(store: Store): Promise<QueueView[]> {
  return queueViews(store, (await store.queues()).toSorted());
}

/** Throws `not_found`. */
export async function findQueue(store: Store, queue: string): Promise<QueueView> {
  await knownQueue(store, queue);
  return queueView(store, queue);
}

/** Throws `not_found`. */
export async function knownQueue(store: Store, queue: string): Promise<void> {
  if ((await store.queues()).includes(queue)) return;
  throw new CarillonError(
    'not_found',
    'There is no queue of this name; the first task in it, a pause or a setting opens it.',
  );
}

/**
 * `replace`: settings that are not given are back at their defaults. Opens the queue where there is none. Throws `conflict`
 * with the place where a configuration file has named one that would change.
 */
export async function setQueue(
  store: Store,
  queue: string,
  raw: unknown,
  replace: boolean,
): Promise<QueueView> {
  const settings = readFields(raw, QUEUE_SETTINGS) satisfies { [name in keyof QueueSettings]: unknown };
  const name = nameOf(queue);
  const problem = contradiction(await together(store, name, settings, replace), settings);
  if (problem) return refuse('invalid_input', [problem]);
  refuseOwned(queue, await store.setQueue(name, { settings, replace }));
  return queueView(store, queue);
}

function refuseOwned(queue: string, owned: readonly OwnedSetting[]): void {
  const [first] = owned;
  if (!first) return;
  const errors = owned.map(({ name, place }) => ({
    pointer: `/${name}`,
    detail: `is set at ${place}, and changed only there`,
  }));
  const text = `The configuration file sets ${first.name} of the queue ${queue} at ${first.place}: nothing was changed.`;
  throw new CarillonError('conflict', text, errors);
}

/** What will be set then. */
async function together(
  store: Store,
  queue: string,
  settings: NonNullable<QueueChange['settings']>,
  replace: boolean,
): Promise<QueueSettings> {
  // Only the one asks about the other.
  const alone = settings.keyOrder === undefined && settings.keyConcurrency === undefined;
  const stands = !replace && !alone && (await store.queues()).includes(queue);
  const all = { ...(stands ? (await store.queueFacts(queue)).settings : {}), ...settings };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
}

/** Hands nothing out until it is resumed. Opens the queue where there is none. */
export async function pauseQueue(store: Store, queue: string): Promise<QueueView> {
  await store.setQueue(nameOf(queue), { paused: true });
  return queueView(store, queue);
}

/** Throws `not_found`. */
export async function resumeQueue(store: Store, queue: string): Promise<QueueView> {
  await findQueue(store, queue);
  await store.setQueue(queue, { paused: false });
  return queueView(store, queue);
}

function nameOf(queue: string): string {
  if (isQueueName(queue)) return queue;
  return refuse('invalid_input', [{ path: ['queue'], detail: `must be ${NAME_GRAMMAR.queue}` }]);
}
