/**
 * Events on Redis: a stream in each observed partition and one in the registry, which share one clock. The time
 * is asked for before they are read: what is older than that is complete then, so all of it has one order, and one place
 * in it says where a listener stands in every stream.
 */

import type { Redis } from 'ioredis';
import { grouped } from '../../runtime/grouped.js';
import type { EventPage, EventPlace, EventStore, Wanted } from '../contract/events.js';
import { explain } from './connect.js';
import type { Connection } from './connection.js';
import { aboutOf, type Entry, entryOf, type Found, happenedOf, lookOf } from './event-entries.js';
import { decodeEnding, decodeHistory } from './record.js';

/** Read of one stream at a time. */
const AT_ONCE = 2_000;
/** Of an ending that is told with its result, bytes: 64 KiB, and what stands around it. */
const MOST_ENDING = 64 * 1024 + 1_024;
/** Tasks looked up in one script. */
const LOOK_AT_ONCE = 200;
/** Behind every number of one ms. */
const LAST = '18446744073709551615';

type Streams = Map<string, string>;

interface Read {
  entries: Entry[];
  until: EventPlace;
  lost: EventPage['lost'];
}

export class Events implements EventStore {
  readonly #connection: Connection;
  /** All that are known, for those who listen to all. */
  #all: string[] = [];
  #blocking: Redis | null = null;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  readonly observe = async (queues: readonly string[] | null, keepMs: number): Promise<number> => {
    const connection = this.#connection;
    const args = { keep: keepMs, shared: 1 };
    // First what queues share: a queue that is opened from now on records by itself.
    const [, now] = await connection.call('observe', connection.shared, args);
    if (queues === null)
      this.#all = await connection.ask((redis) => redis.smembers(connection.registry.queues));
    const replies = await Promise.all(
      (queues ?? this.#all).map((queue) =>
        connection.call('observe', connection.partition(queue), { keep: keepMs, shared: 0 }),
      ),
    );
    return Math.max(Number(now), ...replies.map(([, at]) => Number(at)));
  };

  readonly events = async (
    queues: readonly string[] | null,
    after: EventPlace,
    wanted: Wanted,
  ): Promise<EventPage> => {
    for (;;) {
      const page = await this.#read(this.#streams(queues), after);
      const opened = queues === null ? page.entries.filter(({ word }) => word === 'opening') : [];
      const fresh = opened.map(({ rest }) => rest).filter((queue) => !this.#all.includes(queue));
      if (fresh.length === 0) {
        return { events: await this.#told(page.entries, wanted), until: page.until, lost: page.lost };
      }
      this.#all = [...this.#all, ...fresh];
    }
  };

  readonly awaitEvents = async (
    queues: readonly string[] | null,
    after: EventPlace,
    timeoutMs: number,
    over: AbortSignal,
  ): Promise<void> => {
    if (over.aborted) return;
    this.#blocking ??= this.#connection.connect('blocking');
    const redis = this.#blocking;
    const leave = (): void => this.close();
    over.addEventListener('abort', leave, { once: true });
    const { keys, ids } = request(this.#streams(queues), after);
    try {
      await redis.xread('COUNT', 1, 'BLOCK', Math.max(1, Math.ceil(timeoutMs)), 'STREAMS', ...keys, ...ids);
    } catch (error) {
      if (!over.aborted) throw explain(error);
    } finally {
      over.removeEventListener('abort', leave);
    }
  };

  close(): void {
    this.#blocking?.disconnect();
    this.#blocking = null;
  }

  /** Key of each stream, and the queue it is of. */
  #streams(queues: readonly string[] | null): Streams {
    const connection = this.#connection;
    const streams: Streams = new Map([[connection.registry.events, '']]);
    for (const queue of queues ?? this.#all) streams.set(connection.partition(queue).keys.events, queue);
    return streams;
  }

  async #read(streams: Streams, after: EventPlace, count = AT_ONCE): Promise<Read> {
    const { keys, ids } = request(streams, after);
    const [time, found] = await this.#connection.pipeline((pipeline) => {
      pipeline.time().xread('COUNT', count, 'STREAMS', ...keys, ...ids);
    });
    const [seconds = 0, micros = 0] = (time as (string | number)[]).map(Number);
    let until = seconds * 1000 + Math.floor(micros / 1000);
    // The clock was stepped back: what was written meanwhile may stand before the place.
    const lost: EventPage['lost'] = [];
    if (until < after.ms) for (const queue of streams.values()) lost.push({ queue, ms: after.ms + 1 });
    const entries: Entry[] = [];
    for (const [key, rows] of (found ?? []) as [string, [string, string[]][]][]) {
      const queue = streams.get(key) ?? '';
      for (const [place, [, text = '']] of rows) entries.push(entryOf(queue, place, text));
      if (rows.length < count) continue;
      // More of it follows, and it may have been trimmed before.
      until = Math.min(until, entries.at(-1)?.ms ?? until);
      const from = await this.#trimmedTo(key, after);
      if (from !== null) lost.push({ queue, ms: from });
    }
    for (const { word, queue, ms } of entries) if (word === 'begun') lost.push({ queue, ms });
    const complete = entries.filter(({ ms }) => ms < until).sort(inOrder);
    if (complete.length === 0 && entries.length >= count) return this.#read(streams, after, 10 * count);
    return { entries: complete, until: { ms: until }, lost };
  }

  /** Where a stream begins, if that is behind the place; null where nothing is lost. */
  async #trimmedTo(key: string, { ms }: EventPlace): Promise<number | null> {
    const [first] = await this.#connection.ask((redis) => redis.xrange(key, '-', '+', 'COUNT', 1));
    if (!first) return null;
    const [place, [, text]] = first;
    const begins = Number(place.split('-')[0]);
    return text !== 'opened' && begins > ms ? begins : null;
  }

  async #told(entries: readonly Entry[], wanted: Wanted): Promise<EventPage['events']> {
    const told = entries.filter((entry) => {
      const about = aboutOf(entry);
      return about !== null && wanted({ ...about, queue: entry.queue });
    });
    const byQueue = grouped(told, ({ queue }) => queue);
    const found = new Map<Entry, Found>();
    await Promise.all([...byQueue].map(([queue, theirs]) => this.#look(queue, theirs, found)));
    return told.flatMap((entry) => {
      const { ms, number, queue } = entry;
      const handlerOf = (lane: string) =>
        queue === '' ? '' : (this.#connection.partition(queue).lane(lane)?.handler ?? '');
      const happened = happenedOf(entry, handlerOf, found.get(entry) ?? { handler: '' });
      return happened ? [{ place: { ms, queue, number }, happened }] : [];
    });
  }

  async #look(queue: string, entries: readonly Entry[], found: Map<Entry, Found>): Promise<void> {
    const connection = this.#connection;
    const partition = connection.partition(queue);
    const asked = entries.flatMap((entry) => {
      const look = lookOf(entry);
      return look ? [{ entry, look }] : [];
    });
    const lanes = entries.map(({ rest }) => rest.split(' ', 2)[1] ?? '');
    if (queue !== '' && lanes.some((lane) => !partition.lane(lane))) await connection.readLanes(partition);
    for (let at = 0; at < asked.length; at += LOOK_AT_ONCE) {
      const some = asked.slice(at, at + LOOK_AT_ONCE);
      const more = connection.rows(
        'happened',
        some.map(({ look }) => look),
      );
      const [, ...reply] = await connection.call('happened', partition, { most: MOST_ENDING, more });
      for (const [i, { entry, look }] of some.entries()) {
        const text = String(reply[3 * i + 1] ?? '');
        const omitted = reply[3 * i + 2] === 1 || text === '';
        const ending = text === '' || look.attempt !== '' ? undefined : decodeEnding(text);
        const record = text === '' ? undefined : ending ? ending.last : decodeHistory(text)[0];
        const handler = partition.lane(String(reply[3 * i]))?.handler ?? '';
        found.set(entry, {
          ...{ handler, ...(record ? { record } : {}) },
          ...(ending?.reason === undefined ? {} : { reason: ending.reason }),
          ...(omitted ? { resultOmitted: true as const } : {}),
        });
      }
    }
  }
}

function request(streams: Streams, { ms, queue, number = 0 }: EventPlace): { keys: string[]; ids: string[] } {
  const keys = [...streams.keys()];
  const ids = [...streams.values()].map((of) => {
    if (queue === undefined || of > queue) return `${Math.max(0, ms - 1)}-${LAST}`;
    return of === queue ? `${ms}-${number}` : `${ms}-${LAST}`;
  });
  return { keys, ids };
}

function inOrder(a: Entry, b: Entry): number {
  return a.ms - b.ms || (a.queue < b.queue ? -1 : a.queue > b.queue ? 1 : 0) || a.number - b.number;
}
