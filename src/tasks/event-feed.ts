/**
 * Listening to events: one reader for all who listen in this process. Whoever joins first reads by himself what lies
 * between his place and the reader's; from there on he is handed what the reader finds, as long as he keeps up.
 */

import { isUnavailable } from '../domain/input/errors.js';
import { formatInstant } from '../domain/input/instants.js';
import { MIB } from '../domain/input/sizes.js';
import { mono } from '../runtime/clock.js';
import { sleep } from '../runtime/timers.js';
import {
  type EventPage,
  type EventPlace,
  type EventStore,
  toldAs,
  type Wanted,
} from '../store/contract/events.js';
import { type CarillonEvent, type EventQuery, eventView, placeText, readPlace, wantedBy } from './events.js';

/** Recording goes on for this long after it was asked for, ms: more than a minute after the last has left. */
const KEEP = 90_000;
/** It is asked for anew after this, ms. */
const RENEW = 20_000;
/** The longest wait for something to happen, ms. */
const WAIT = 5_000;
/** Between two reads that found something, so that much travels together, ms. */
const GATHER = 20;
/** After a read that the store did not answer, ms. */
const AFTER_FAULT = 500;
/** A listener who has this many unread has missed the rest, and is told so. */
const UNREAD = 2_000;
/** So does one who has so much of what tasks told unread, bytes about: results may be large. */
const UNREAD_BYTES = 4 * MIB;
/** Whoever hears nothing hears so, ms: proxies keep the connection, and the place goes on. */
const BEAT = 15_000;

/** An event, or without one the place so far. */
export interface Heard {
  id: string;
  event?: CarillonEvent;
}

interface Listener {
  query: EventQuery;
  wanted: Wanted;
  /** Everything before it was handed over. */
  place: EventPlace;
  unread: Heard[];
  /** What stands in `unread`, about. */
  bytes: number;
  wake: () => void;
}

export class EventFeed {
  readonly #store: EventStore;
  readonly #listeners = new Set<Listener>();
  #place: EventPlace = { ms: 0 };
  #reads = false;
  #observedAt = Number.NEGATIVE_INFINITY;
  #changed = new AbortController();
  #fault: unknown = null;
  readonly #views = new WeakMap<EventPage['events'][number], Heard>();

  constructor(store: EventStore) {
    this.#store = store;
  }

  /** From now on, or behind the event with the id `last`. Ends when `over` aborts. */
  async *listen(query: EventQuery, last: string | undefined, over: AbortSignal): AsyncGenerator<Heard, void> {
    const listener: Listener = {
      query,
      wanted: wantedBy(query),
      place: { ms: 0 },
      unread: [],
      bytes: 0,
      wake: () => {},
    };
    const now = await this.#store.observe(scopeOf(query), KEEP);
    const place = last === undefined ? { ms: now } : readPlace(last);
    if (!place) yield resetAt({ ms: now });
    listener.place = place ?? { ms: now };
    try {
      do {
        const page = await this.#store.events(scopeOf(query), listener.place, listener.wanted);
        this.#hand(listener, page, false);
        yield* unreadOf(listener);
        if (over.aborted) return;
      } while (this.#reads && fallsShort(listener.place, this.#place));
      this.#join(listener);
      // What was kept is told; whoever lost the line before the first event goes on from here.
      yield { id: placeText(listener.place) };
      while (!over.aborted) {
        yield* unreadOf(listener);
        if (this.#fault) throw this.#fault;
        const woken = await heard(listener, over);
        if (!woken && !over.aborted) yield { id: placeText(listener.place) };
      }
    } finally {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#changed.abort();
    }
  }

  #join(listener: Listener): void {
    this.#listeners.add(listener);
    this.#observedAt = Number.NEGATIVE_INFINITY;
    // The wait under way is for what was listened to before.
    this.#changed.abort();
    if (this.#reads) return;
    this.#reads = true;
    this.#fault = null;
    this.#place = listener.place;
    this.#read().catch((error: unknown) => this.#fail(error));
  }

  async #read(): Promise<void> {
    while (this.#listeners.size > 0) {
      if (this.#changed.signal.aborted) this.#changed = new AbortController();
      const { signal } = this.#changed;
      const scope = this.#scope();
      try {
        if (mono() - this.#observedAt >= RENEW) {
          await this.#store.observe(scope, KEEP);
          this.#observedAt = mono();
        }
        const page = await this.#store.events(scope, this.#place, (event) =>
          [...this.#listeners].some(({ wanted }) => wanted(event)),
        );
        for (const listener of this.#listeners) this.#hand(listener, page, true);
        this.#place = page.until;
        if (page.events.length > 0) await sleep(GATHER);
        else await this.#store.awaitEvents(scope, this.#place, WAIT, signal);
      } catch (error) {
        if (!isUnavailable(error)) throw error;
        await sleep(AFTER_FAULT);
      }
    }
    this.#reads = false;
  }

  #fail(error: unknown): void {
    this.#reads = false;
    this.#fault = error;
    for (const listener of this.#listeners) listener.wake();
  }

  /** The queues that somebody listens to; null: all. */
  #scope(): string[] | null {
    const queues = new Set<string>();
    for (const { query } of this.#listeners) {
      if (query.queue === undefined) return null;
      queues.add(query.queue);
    }
    return [...queues];
  }

  /** The same for all listeners: what one has unread costs the others nothing. */
  #heardOf(event: EventPage['events'][number]): Heard {
    const known = this.#views.get(event) ?? { id: placeText(event.place), event: eventView(event) };
    this.#views.set(event, known);
    return known;
  }

  /** What of a page lies behind a listener's place, and passes his filter. */
  #hand(listener: Listener, page: EventPage, bounded: boolean): void {
    const { query, wanted, place } = listener;
    const isLost = page.lost.some(
      ({ queue, ms }) => (query.queue === undefined || queue === query.queue) && place.ms < ms,
    );
    // He has had the time since the last page to read what he had by then; one page is never too much.
    const isFull = bounded && (listener.unread.length > UNREAD || listener.bytes > UNREAD_BYTES);
    if (isFull) {
      listener.unread = [];
      listener.bytes = 0;
      miss(listener, page.until);
    } else if (isLost) miss(listener, page.events[0]?.place ?? page.until);
    for (const event of isFull ? [] : page.events) {
      if (isBefore(event.place, place) || !wanted(toldAs(event.happened))) continue;
      listener.unread.push(this.#heardOf(event));
      listener.bytes += sizeOf(event);
    }
    if (isLost || isFull || isBefore(place, page.until)) listener.place = page.until;
    listener.wake();
  }
}

function miss(listener: Listener, at: EventPlace): void {
  listener.unread.push(resetAt(at));
}

function resetAt(place: EventPlace): Heard {
  return { id: placeText({ ms: place.ms }), event: { type: 'reset', at: formatInstant(place.ms) } };
}

function* unreadOf(listener: Listener): Generator<Heard> {
  const unread = listener.unread;
  listener.unread = [];
  listener.bytes = 0;
  yield* unread;
}

/** False when nothing was heard for a while. */
async function heard(listener: Listener, over: AbortSignal): Promise<boolean> {
  if (listener.unread.length > 0) return true;
  const woken = new AbortController();
  let some = false;
  listener.wake = () => {
    some = listener.unread.length > 0;
    if (some) woken.abort();
  };
  const end = (): void => woken.abort();
  over.addEventListener('abort', end, { once: true, signal: woken.signal });
  if (over.aborted) end();
  await sleep(BEAT, woken.signal);
  end();
  listener.wake = () => {};
  return some;
}

const scopeOf = ({ queue }: EventQuery): string[] | null => (queue === undefined ? null : [queue]);

/** Of what a task has told, which may be long. */
function sizeOf({ happened }: EventPage['events'][number]): number {
  if (happened.what !== 'task') return 0;
  const { progress = '', record } = happened.task;
  return progress.length + (record?.result?.length ?? 0) + (record?.error?.stack?.length ?? 0);
}

/** Whether something between the two may not have been read. */
function fallsShort(one: EventPlace, other: EventPlace): boolean {
  return one.ms < other.ms || (one.ms === other.ms && (one.number ?? -1) < (other.number ?? -1));
}

/** Whether what stands at a place was handed over by one who is at the other. */
function isBefore(one: EventPlace, other: EventPlace): boolean {
  if (one.ms !== other.ms) return one.ms < other.ms;
  if (other.number === undefined) return false;
  if (one.number === undefined) return true;
  if (one.queue !== other.queue) return (one.queue ?? '') < (other.queue ?? '');
  return one.number <= other.number;
}
