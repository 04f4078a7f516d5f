/**
 * What goes out: messages about alerts and pings of schedules, as tasks of a queue of Carillon's own, so that they are
 * tried again, by whichever node is there. A task says to whom by a name alone: addresses and secrets stay with the nodes.
 */

import type { TaskOptions } from '../domain/task/fields.js';
import type { TaskDraft } from '../domain/task/task-input.js';
import { shortHash } from '../runtime/short-hash.js';
import { timeOf } from '../store/contract/clock.js';
import type { Store } from '../store/contract/index.js';
import type { AlertView } from './view.js';

export const OUTWARD_QUEUE = 'carillon.outward';
/** The handler of a target is this and the target's name; that of pings is the other. */
export const ALERT_HANDLER = 'carillon.alert/';
export const PING_HANDLER = 'carillon.ping';

/** The payload of a message. */
export interface AlertMessage {
  type: 'alert.raised' | 'alert.cleared';
  /** When that was, and when the alert was raised, ms. */
  at: number;
  of: number;
  alert: AlertView;
}

/** What is told of a run of a schedule to its `heartbeat`; the payload of a ping. */
export interface Ping {
  schedule: string;
  nominal: number;
  word: 'start' | 'success' | 'fail';
}

export type OutwardStore = Pick<Store, 'open' | 'enqueue' | 'served' | 'clock' | 'time'>;

/** Within half an hour; after that whoever was to hear of it hears it from somebody else. */
const RETRY = {
  backoff: 'exponential',
  delay: 5_000,
  maxDelay: 120_000,
  maxAttempts: 20,
  jitter: true,
} as const;
const EXPIRES = 86_400_000;
/** A ping that comes late says something that is not so any more. */
const PING_RETRY = { ...RETRY, delay: 2_000, maxDelay: 30_000, maxAttempts: 6 };
const PING_EXPIRES = 600_000;

/**
 * One message for each target, which are those of this node and of all that are present. Its id is made of what it tells,
 * so whoever tells it again, because the one before may have died, makes no second one.
 */
export async function sendMessages(
  store: OutwardStore,
  messages: readonly AlertMessage[],
  own: readonly string[],
): Promise<void> {
  const present = [...(await store.served(OUTWARD_QUEUE))].filter((name) => name.startsWith(ALERT_HANDLER));
  const handlers = [...new Set([...own.map((name) => ALERT_HANDLER + name), ...present])];
  if (handlers.length === 0) return;
  const code = await store.open(OUTWARD_QUEUE);
  const now = await timeOf(store, OUTWARD_QUEUE);
  const drafts = messages.flatMap((message) => {
    const { type, of, alert } = message;
    return handlers.map((handler) =>
      draftOf(now, {
        id: idOf(code, `${handler} ${type} ${alert.id} ${of}`),
        handler,
        payload: message,
        // That an alert is over is told behind that it was there, whatever becomes of others.
        options: { retry: RETRY, expiresIn: EXPIRES, concurrencyKey: shortHash(`${handler} ${alert.id}`) },
      }),
    );
  });
  await store.enqueue(OUTWARD_QUEUE, drafts);
}

/** Made once however many nodes see it. */
export async function sendPing(store: OutwardStore, ping: Ping): Promise<void> {
  const code = await store.open(OUTWARD_QUEUE);
  const now = await timeOf(store, OUTWARD_QUEUE);
  const { schedule, nominal, word } = ping;
  const draft = draftOf(now, {
    id: idOf(code, `${PING_HANDLER} ${schedule} ${nominal} ${word}`),
    handler: PING_HANDLER,
    payload: ping,
    options: {
      ...{ retry: PING_RETRY, expiresIn: PING_EXPIRES },
      concurrencyKey: shortHash(`${PING_HANDLER} ${schedule}`),
    },
  });
  await store.enqueue(OUTWARD_QUEUE, [draft]);
}

/** The same for the same text, so that it is made once. */
function idOf(code: string, text: string): string {
  return `${code}-${shortHash(text).slice(0, 14)}`;
}

function draftOf(
  now: number,
  { payload, ...draft }: { id: string; handler: string; payload: unknown; options: TaskOptions },
): TaskDraft {
  return { ...draft, priority: 'normal', due: 0, createdAt: now, payload: JSON.stringify(payload) };
}
