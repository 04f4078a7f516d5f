/** The figures of a queue on Redis: counted in one script, however many tasks there are. */

import { CarillonError } from '../../domain/input/errors.js';
import type { QueueFacts } from '../contract/index.js';
import type { Connection, Reply } from './connection.js';
import type { Partition } from './partition.js';
import { ownedIn, settingsOf } from './queues.js';
import { servedHandlers } from './served.js';
import { items } from './wire.js';

/** Fields of the reply before the settings. */
const COUNTS = 9;

export async function queueFacts(connection: Connection, partition: Partition): Promise<QueueFacts> {
  const [served, reply] = await Promise.all([servedHandlers(connection), counted(connection, partition)]);
  const [, scheduled, ready, running, completed, dead, cancelled] = reply.map(Number);
  const fields = Number(reply[COUNTS - 1]);
  const settings: Record<string, string> = {};
  for (let at = COUNTS; at < COUNTS + fields; at += 2) settings[String(reply[at])] = String(reply[at + 1]);
  const owned = ownedIn(settings);
  // A handler may be called `constructor`.
  const unroutable = new Map<string, number>();
  const handlers = served(partition.queue);
  for (const [i, { handler }] of partition.lanes.entries()) {
    const length = Number(reply[COUNTS + fields + i] ?? 0);
    if (length > 0 && !handlers.has(handler))
      unroutable.set(handler, (unroutable.get(handler) ?? 0) + length);
  }
  return {
    queue: partition.queue,
    scheduled: scheduled ?? 0,
    ready: ready ?? 0,
    running: running ?? 0,
    completed: completed ?? 0,
    dead: dead ?? 0,
    cancelled: cancelled ?? 0,
    paused: String(reply[COUNTS - 2]).includes('p'),
    settings: settingsOf(settings),
    ...(Object.keys(owned).length > 0 ? { owned } : {}),
    unroutable: Object.fromEntries(unroutable),
  };
}

/** With the lanes as they are: read anew only when there are others than were known. */
async function counted(connection: Connection, partition: Partition): Promise<Reply> {
  for (let tries = 0; tries < 4; tries += 1) {
    if (tries > 0) await connection.readLanes(partition);
    const more = items(partition.lanes.map(({ code }) => code));
    const reply = await connection.call('count', partition, { known: partition.lanesKnown, more });
    if (reply[0] !== 'lanes') return reply;
  }
  throw new CarillonError('unavailable', `The lanes of ${partition.queue} do not stand still`);
}
