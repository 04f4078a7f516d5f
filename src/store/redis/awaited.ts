/**
 * Who in this process waits for tasks to end: noted in the partition, which tells the process's own channel. It is noted
 * anew every few seconds, which is also a look: so nothing that was not heard is waited for longer than that.
 */

import { randomText } from '../../runtime/random.js';
import { after } from '../../runtime/timers.js';
import { within } from '../../runtime/within.js';
import type { AwaitedStore } from '../contract/index.js';
import { CALL_TASKS } from './bounds.js';
import { ANSWER_WITHIN } from './connect.js';
import type { Connection } from './connection.js';
import { endedChannel } from './registry-keys.js';
import type { Subscriptions } from './subscriptions.js';

/** How long what is noted lasts, ms. */
const KEEP = 60_000;
/** Noted anew after this, ms. */
const ANEW = 5_000;
/** While nothing can be heard or noted whoever waits looks for himself this often, ms. */
const UNHEARD = 1_000;
/** A channel nobody waits on any more is left after this, ms. */
const IDLE = 5_000;

type Told = () => void;
/** What comes after a pause: all is noted anew, all are told to look, or the channel is left. */
type Pause = 'anew' | 'unheard' | 'idle';
const LENGTHS: Record<Pause, number> = { anew: ANEW, unheard: UNHEARD, idle: IDLE };

export class Awaited implements AwaitedStore {
  readonly #connection: Connection;
  readonly #subscriptions: Subscriptions;
  readonly #channel: string;
  /** By queue and id. */
  readonly #waits = new Map<string, Map<string, Set<Told>>>();
  /** Not noted yet, or no longer to be, by queue. */
  readonly #changed = new Map<string, Set<string>>();
  #listening: Promise<boolean> | null = null;
  #sends = false;
  #timer: { kind: Pause; cancel: () => void } | null = null;
  #closed = false;

  constructor(connection: Connection, subscriptions: Subscriptions) {
    this.#connection = connection;
    this.#subscriptions = subscriptions;
    this.#channel = endedChannel(connection.registry, randomText(12));
  }

  readonly onceEnded = (queue: string, id: string, told: Told): Told => {
    const ids = entry(this.#waits, queue, () => new Map<string, Set<Told>>());
    const others = entry(ids, id, () => new Set<Told>());
    if (others.size === 0) this.#change(queue, id);
    others.add(told);
    return () => {
      if (!others.delete(told) || others.size > 0 || ids.get(id) !== others) return;
      ids.delete(id);
      if (ids.size === 0 && this.#waits.get(queue) === ids) this.#waits.delete(queue);
      this.#change(queue, id);
    };
  };

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#waits.clear();
    this.#changed.clear();
    this.#subscriptions.leave(this.#channel);
  }

  /** What changes in one turn goes together. */
  #change(queue: string, id: string): void {
    entry(this.#changed, queue, () => new Set<string>()).add(id);
    if (this.#sends) return;
    this.#sends = true;
    process.nextTick(() => {
      this.#send().catch(() => {});
    });
  }

  async #send(): Promise<void> {
    const listening = this.#listen();
    const heard = (await within(ANSWER_WITHIN, listening)) && (await listening);
    this.#sends = false;
    const changed = [...this.#changed];
    this.#changed.clear();
    const notes = await Promise.all(changed.map(([queue, ids]) => this.#note(queue, [...ids])));
    if (this.#waits.size === 0) this.#arm('idle');
    else this.#arm(heard && !notes.includes(false) ? 'anew' : 'unheard');
  }

  /** Whether it listens, since before anything is noted. */
  #listen(): Promise<boolean> {
    if (this.#waits.size === 0) return Promise.resolve(this.#listening !== null);
    this.#listening ??= this.#subscriptions
      .listen(this.#channel, {
        hear: (message) => {
          for (const id of message.split(' ')) this.#tell(id);
        },
        again: () => this.#anew(),
      })
      .then(
        () => true,
        () => {
          this.#listening = null;
          return false;
        },
      );
    return this.#listening;
  }

  /** False when the store does not answer. */
  async #note(queue: string, ids: readonly string[]): Promise<boolean> {
    const partition = this.#connection.partition(queue);
    for (let at = 0; at < ids.length; at += CALL_TASKS) {
      const rows = ids.slice(at, at + CALL_TASKS).map((id) => ({
        id,
        waits: this.#waits.get(queue)?.has(id) ? 1 : 0,
      }));
      const args = { listener: this.#channel, keep: KEEP, more: this.#connection.rows('await', rows) };
      try {
        const [word, ...over] = await this.#connection.call('await', partition, args);
        // Of a partition that was emptied nothing is left.
        for (const id of word === 'ok' ? over : ids) this.#tell(String(id), queue);
      } catch {
        return false;
      }
    }
    return true;
  }

  #tell(id: string, queue?: string): void {
    for (const [name, ids] of this.#waits) {
      const waiting = queue === undefined || queue === name ? ids.get(id) : undefined;
      if (!waiting) continue;
      ids.delete(id);
      if (ids.size === 0) this.#waits.delete(name);
      for (const told of waiting) told();
    }
  }

  /** A pause under way goes on: those who come and go do not put it off. */
  #arm(kind: Pause): void {
    if (this.#closed || (this.#timer?.kind === kind && kind !== 'idle')) return;
    this.#timer?.cancel();
    const cancel = after(LENGTHS[kind], () => {
      this.#timer = null;
      if (kind === 'anew') this.#anew();
      else if (kind === 'unheard') this.#tellAll();
      else this.#leave();
    });
    this.#timer = { kind, cancel };
  }

  #anew(): void {
    this.#subscriptions.check().catch(() => {});
    for (const [queue, ids] of this.#waits) for (const id of ids.keys()) this.#change(queue, id);
  }

  #tellAll(): void {
    for (const ids of this.#waits.values()) for (const id of [...ids.keys()]) this.#tell(id);
  }

  #leave(): void {
    this.#listening = null;
    this.#subscriptions.leave(this.#channel);
  }
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
