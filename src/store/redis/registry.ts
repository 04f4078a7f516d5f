/** The registry on Redis: queues, processes, the term in office, and the signals channel. */

import { mono } from '../../runtime/clock.js';
import { shortHash } from '../../runtime/short-hash.js';
import type { Orders, Presence, RecordedTerm, RegistryStore, Signal } from '../contract/index.js';
import type { Connection } from './connection.js';
import { readInfo } from './info.js';
import { decodeStepDown } from './reigns.js';
import type { Subscriptions } from './subscriptions.js';
import { told } from './told.js';

export function registryVerbs(connection: Connection, subscriptions: Subscriptions): RegistryStore {
  const signals = new Signals(subscriptions, connection.registry.channel);
  const presences = (kind: 'node' | 'worker'): string =>
    kind === 'node' ? connection.registry.nodes : connection.registry.workers;
  return {
    async server() {
      const [info, time] = await Promise.all([readInfo(connection), connection.time()]);
      return {
        version: info['redis_version'] ?? '',
        time,
        usedMemory: Number(info['used_memory'] ?? 0),
        connectedClients: Number(info['connected_clients'] ?? 0),
      };
    },

    async queues() {
      return (await connection.ask((redis) => redis.smembers(connection.registry.queues))).sort();
    },

    told: (queues) => told(connection, queues),

    async announce(kind, presence, ttlMs, formers = []) {
      const { seenAt: _, ...facts } = presence;
      const sent = mono();
      const [, now, orders, nodesTold, queues] = await connection.call('announce', connection.shared, {
        kind,
        id: presence.id,
        ttl: ttlMs,
        facts: JSON.stringify(facts),
        ...offerOf(kind, presence),
        former: formers.join(' '),
        obeyed: presence.obeys ?? '',
      });
      connection.clock.observe(Number(now), sent, mono());
      return {
        orders: orders ? ordersOf(String(orders)) : null,
        told: String(nodesTold),
        queues: Number(queues),
      };
    },

    async orders(workers) {
      if (workers.length === 0) return [];
      const entries = await connection.ask((redis) => redis.hmget(connection.registry.orders, ...workers));
      return entries.map((entry) => (entry === null ? null : ordersOf(entry)));
    },

    async order(id, { expect, orders }) {
      const args = { id, expect: nonceOf(expect), record: `${nonceOf(orders)} ${JSON.stringify(orders)}` };
      const [word] = await connection.call('order', connection.shared, args);
      return word as 'ok' | 'stale' | 'unknown';
    },

    async depart(kind, id) {
      await connection.call('depart', connection.shared, { kind, id });
    },

    async keepSchemas(digest, text, ttlMs) {
      const key = connection.registry.schemas(digest);
      // Nearly always there: alike workers say the same with every beat.
      const stays = await connection.ask((redis) => redis.pexpire(key, ttlMs));
      if (stays === 0) await connection.ask((redis) => redis.set(key, text, 'PX', ttlMs));
    },

    async schemas(digests) {
      if (digests.length === 0) return [];
      return connection.ask((redis) => redis.mget(digests.map(connection.registry.schemas)));
    },

    async remember(key, value, ttlMs) {
      const name = connection.registry.answer(key);
      const before = await connection.ask((redis) => redis.set(name, value, 'PX', ttlMs, 'NX', 'GET'));
      return before ?? value;
    },

    async lastSeen(kind, ids) {
      if (ids.length === 0) return [];
      const entries = await connection.ask((redis) => redis.hmget(presences(kind), ...ids));
      return entries.map((entry) => (entry === null ? null : presenceOf(entry).presence));
    },

    async present(kind) {
      const [entries, now] = await Promise.all([
        connection.ask((redis) => redis.hvals(presences(kind))),
        connection.time(),
      ]);
      return entries
        .map(presenceOf)
        .filter(({ presence, ttl }) => presence.seenAt + ttl > now)
        .map(({ presence }) => presence)
        .sort((a, b) => (a.id < b.id ? -1 : 1));
    },

    async office() {
      const term = await connection.ask((redis) => redis.hgetall(connection.registry.term));
      if (term['token'] === undefined) return null;
      // A term of an earlier release leaves the watermark of the one before.
      const planned = term['planned']?.startsWith(`${term['number']}:`) ? term['planned'] : null;
      return {
        number: Number(term['number']),
        token: term['token'],
        node: term['node'] ?? '',
        since: Number(term['since']),
        lockValue: term['lockValue'] ?? '',
        planned,
        deposed: Number(term['deposed'] ?? 0),
      } satisfies RecordedTerm;
    },

    async depose({ token, planned }, patienceMs) {
      const args = { token, planned: planned ?? '', patience: patienceMs };
      const [word] = await connection.call('depose', connection.shared, args);
      return word === 'ok';
    },

    subscribe: (listener) => signals.subscribe(listener),
  };
}

/** Alike workers make the same offer, which is kept once. */
function offerOf(kind: 'node' | 'worker', { queues = [], handlers = [] }: Omit<Presence, 'seenAt'>) {
  if (kind === 'node') return { offer: '', serves: '' };
  const serves = JSON.stringify([queues.toSorted(), handlers.toSorted()]);
  return { offer: shortHash(serves), serves };
}

const nonceOf = (orders: Orders | null): string => orders?.nonces.at(-1) ?? '';

function ordersOf(entry: string): Orders {
  return JSON.parse(entry.slice(entry.indexOf(' ') + 1)) as Orders;
}

/** A presence is kept as `<seen, ms>:<ttl, ms>:<JSON>`; the script writes the time. */
function presenceOf(text: string): { presence: Presence; ttl: number } {
  const [seen = '0', ttl = '0'] = text.split(':', 2);
  const presence = JSON.parse(text.slice(seen.length + ttl.length + 2)) as Presence;
  presence.seenAt = Number(seen);
  return { presence, ttl: Number(ttl) };
}

/** One channel for the process, listened to from the first listener on. */
class Signals {
  readonly #subscriptions: Subscriptions;
  readonly #channel: string;
  readonly #listeners = new Set<(signal: Signal) => void>();
  #opened: Promise<void> | null = null;

  constructor(subscriptions: Subscriptions, channel: string) {
    this.#subscriptions = subscriptions;
    this.#channel = channel;
  }

  async subscribe(listener: (signal: Signal) => void): Promise<() => void> {
    this.#listeners.add(listener);
    this.#opened ??= this.#open();
    try {
      await this.#opened;
    } catch (error) {
      this.#opened = null;
      this.#listeners.delete(listener);
      throw error;
    }
    return () => this.#listeners.delete(listener);
  }

  #open(): Promise<void> {
    return this.#subscriptions.listen(this.#channel, {
      hear: (message) => this.#tell(signalOf(message)),
      // What was said while the line was down is lost: listeners look for themselves.
      again: () => this.#tell({ kind: 'reconnected' }),
    });
  }

  #tell(signal: Signal | null): void {
    if (signal) for (const listener of this.#listeners) listener(signal);
  }
}

function signalOf(message: string): Signal | null {
  const [kind, queue = '', due = '0'] = message.split(' ');
  if (kind === 'due') return { kind, queue, due: Number(due) };
  if (kind === 'schedules' || kind === 'partition') return { kind, queue };
  if (kind === 'sets') return { kind, set: queue };
  if (kind === 'operations') return { kind };
  if (kind === 'stepDown') {
    const asked = decodeStepDown(queue);
    return asked && { kind, ...asked };
  }
  if (kind === 'streak') return { kind, queue };
  return null;
}
