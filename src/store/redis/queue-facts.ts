/** The figures of a queue on Redis: counted in one script, however many tasks there are. */

import { someAtATime } from '../../runtime/some-at-a-time.js';
import type { QueueFacts, QueueSample, QueueTotals } from '../contract/index.js';
import type { Connection, Reply } from './connection.js';
import type { Partition } from './partition.js';
import { ownedIn, settingsOf } from './queues.js';
import { servedHandlers } from './served.js';
import { items } from './wire.js';
import { withLanes } from './with-lanes.js';

/** Fields of the reply before the samples. */
const FIELDS = 20;

/** Queues that are counted at a time: thousands must not hold up who wants something else of Redis. */
const AT_ONCE = 100;

export async function queuesFacts(connection: Connection, queues: readonly string[]): Promise<QueueFacts[]> {
  const facts: QueueFacts[] = [];
  const asked = queues.length === 0 ? undefined : servedHandlers(connection);
  await someAtATime(queues.entries(), AT_ONCE, async ([i, queue]) => {
    facts[i] = await queueFacts(connection, connection.partition(queue), asked);
  });
  return facts;
}

export async function queueFacts(
  connection: Connection,
  partition: Partition,
  asked = servedHandlers(connection),
): Promise<QueueFacts> {
  const [served, reply] = await Promise.all([asked, counted(connection, partition)]);
  const numbers = reply.slice(1, 13).map(Number);
  const [scheduled = 0, retrying = 0, ready = 0, running = 0, completed = 0, dead = 0, cancelled = 0] =
    numbers;
  const now = numbers[11] ?? 0;
  const [oldest, opensAt, lately, day, switches, samples, settings] = reply.slice(13, FIELDS);
  const settingsFrom = FIELDS + Number(samples);
  const lengthsFrom = settingsFrom + Number(settings);
  const stored: Record<string, string> = {};
  for (let at = settingsFrom; at < lengthsFrom; at += 2) stored[String(reply[at])] = String(reply[at + 1]);
  const owned = ownedIn(stored);
  // A handler may be called `constructor`.
  const unroutable = new Map<string, number>();
  const handlers = served(partition.queue);
  for (const [i, { handler }] of partition.lanes.entries()) {
    const length = Number(reply[lengthsFrom + i] ?? 0);
    if (length > 0 && !handlers.has(handler))
      unroutable.set(handler, (unroutable.get(handler) ?? 0) + length);
  }
  return {
    queue: partition.queue,
    ...{ scheduled, retrying, ready, running, completed, dead, cancelled },
    paused: String(switches).includes('p'),
    settings: settingsOf(stored),
    ...(Object.keys(owned).length > 0 ? { owned } : {}),
    unroutable: Object.fromEntries(unroutable),
    pace: {
      now,
      ...(oldest === '' ? {} : { oldestAt: Number(oldest) }),
      ...(Number(opensAt) > now ? { rateOpensAt: Number(opensAt) } : {}),
      ...(String(switches).includes('q') ? { rests: true as const } : {}),
      died: { lately: Number(lately), day: Number(day) },
      totals: totalsOf(numbers.slice(7)),
      samples: reply.slice(FIELDS, settingsFrom).map((text) => sampleOf(String(text))),
    },
  };
}

function totalsOf([enqueued = 0, started = 0, completed = 0, failed = 0]: readonly number[]): QueueTotals {
  return { enqueued, started, completed, failed };
}

function sampleOf(text: string): QueueSample {
  const [at = 0, ready = 0, ...totals] = text.split(' ').map(Number);
  return { at, ready, ...totalsOf(totals) };
}

function counted(connection: Connection, partition: Partition): Promise<Reply> {
  return withLanes(connection, partition, () => {
    const more = items(partition.lanes.map(({ code }) => code));
    return connection.call('count', partition, { known: partition.lanesKnown, more });
  });
}
