/** Queues as people see and change them: the same for client and API. */

import { CarillonError } from '../domain/input/errors.js';
import { isQueueName, NAME_GRAMMAR } from '../domain/input/names.js';
import { readFields, refuse } from '../domain/input/read-fields.js';
import { integer, type Reader } from '../domain/input/readers.js';
import type { QueueFacts, QueueSettings, Store } from '../store/contract/index.js';

/** A setting, or null for its default. */
const orDefault =
  <T>(read: Reader<T>): Reader<T | null> =>
  (raw, path, problems) =>
    raw === null ? null : read(raw, path, problems);

const SETTINGS = { concurrency: orDefault(integer(1, 100_000)) };
/** Of the contract, and refused rather than ignored: this release does not act on them. */
const LATER = ['keyConcurrency', 'keyOrder', 'rate', 'maxDepth', 'retention', 'resultLimit'];

export async function listQueues(store: Store): Promise<QueueFacts[]> {
  const queues = (await store.queues()).toSorted();
  return Promise.all(queues.map((queue) => store.queueFacts(queue)));
}

/** Throws `not_found`. */
export async function findQueue(store: Store, queue: string): Promise<QueueFacts> {
  if ((await store.queues()).includes(queue)) return store.queueFacts(queue);
  throw new CarillonError(
    'not_found',
    'There is no queue of this name; the first task in it, a pause or a setting opens it.',
  );
}

/** `replace`: settings that are not given are back at their defaults. Opens the queue where there is none. */
export async function setQueue(
  store: Store,
  queue: string,
  raw: unknown,
  replace: boolean,
): Promise<QueueFacts> {
  const settings = readFields(raw, SETTINGS, LATER) satisfies { [name in keyof QueueSettings]: unknown };
  await store.setQueue(nameOf(queue), { settings, replace });
  return store.queueFacts(queue);
}

/** Hands nothing out until it is resumed. Opens the queue where there is none. */
export async function pauseQueue(store: Store, queue: string): Promise<QueueFacts> {
  await store.setQueue(nameOf(queue), { paused: true });
  return store.queueFacts(queue);
}

/** Throws `not_found`. */
export async function resumeQueue(store: Store, queue: string): Promise<QueueFacts> {
  await findQueue(store, queue);
  await store.setQueue(queue, { paused: false });
  return store.queueFacts(queue);
}

function nameOf(queue: string): string {
  if (isQueueName(queue)) return queue;
  return refuse('invalid_input', [{ path: ['queue'], detail: `must be ${NAME_GRAMMAR.queue}` }]);
}
