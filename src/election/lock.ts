/** The lock itself: redlock's vote with our scripts, without its retries and without its clock. */

import type { Redis } from 'ioredis';
import Redlock, { type Lock as RedlockLock } from 'redlock';
import type { Log } from '../runtime/log.js';
import { randomText } from '../runtime/random.js';
import { seldom } from '../runtime/seldom.js';
import type { LockMasters } from './connections.js';

/** A full Redis must still be able to have a leader, hence allow-oom. */
const ACQUIRE = `#!lua flags=allow-oom
if redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2], 'NX') then return 1 end
return 0`;

/** A master that lost the lock in a restart is given it back; one that holds another's value votes against. */
const EXTEND = `#!lua flags=allow-oom
local value = redis.call('GET', KEYS[1])
if value and value ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`;

/** Another's value for ours, where it is still that one or gone. */
const SWAP = `#!lua flags=allow-oom
local value = redis.call('GET', KEYS[1])
if value and value ~= ARGV[3] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`;

/** Deletes our own value only, and tells who waits. */
const RELEASE = `#!lua flags=allow-oom
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('PUBLISH', KEYS[1] .. ':released', ARGV[1])
return 1`;

/** Never drawn twice. */
const VALUE_LENGTH = 32;

/** Channel of the release signal; RELEASE builds the same name. */
export function releasedChannel(lockKey: string): string {
  return `${lockKey}:released`;
}

export class LeaderLock {
  readonly #masters: LockMasters;
  readonly #redlock: Redlock;
  readonly #key: string;
  readonly #ttlMs: number;
  readonly #log: Log;
  readonly #mayLog = seldom(30_000);
  readonly #mayLogLength = seldom(30_000);

  constructor(masters: LockMasters, key: string, ttlMs: number, log: Log) {
    this.#masters = masters;
    this.#key = key;
    this.#ttlMs = ttlMs;
    this.#log = log;
    this.#redlock = new Redlock(
      masters.clients,
      { retryCount: 0 },
      { acquireScript: () => ACQUIRE, extendScript: () => EXTEND, releaseScript: () => RELEASE },
    );
    this.#redlock.on('error', (error: Error) => {
      if (error.name === 'ResourceLockedError' || !this.#mayLog()) return;
      this.#log.warn({ event: 'lock.unreachable', error }, `a lock master did not vote: ${error.message}`);
    });
  }

  /** The value it is held with, or null when no majority gave it. */
  async acquire(): Promise<string | null> {
    return this.#redlock.acquire([this.#key], this.#ttlMs).then(
      (lock) => lock.value,
      () => null,
    );
  }

  /** The value it is held with instead of `held`, or null when no majority swapped it; the holder then keeps it. */
  async swap(held: string): Promise<string | null> {
    const { quorum, clients } = this.#masters;
    const value = randomText(VALUE_LENGTH);
    const ask = (client: Redis) => client.eval(SWAP, 1, this.#key, value, this.#ttlMs, held);
    // redlock knows no swap; this is its vote.
    const swapped = this.#masters.ask(ask, (votes) => {
      const given = votes.filter((vote) => vote === 1).length;
      if (given >= quorum) return true;
      return votes.length - given > clients.length - quorum ? false : undefined;
    });
    if (await swapped.catch(() => false)) return value;
    // A master that has let go of the holder's value is given it back with the holder's next renewal.
    await this.release(value);
    return null;
  }

  /** False when no majority renewed it: it may be lost, or merely out of reach. */
  async extend(value: string): Promise<boolean> {
    return this.#redlock.extend(this.#lock(value), this.#ttlMs).then(
      () => true,
      () => false,
    );
  }

  /** Best effort: what is not released ends by itself. */
  async release(value: string): Promise<void> {
    await this.#redlock.release(this.#lock(value)).catch(() => {});
  }

  /** The value a majority holds; null when no value has one. */
  async holder(): Promise<string | null> {
    const { quorum } = this.#masters;
    const held = await this.#masters.ask(
      (client) => client.get(this.#key),
      (values) => {
        const winner = values.find((value) => values.filter((other) => other === value).length >= quorum);
        return winner === undefined ? undefined : { winner };
      },
    );
    return held?.winner ?? null;
  }

  /** ms until a majority can be free unless somebody renews; 0: it is now. */
  async vacantIn(): Promise<number> {
    const { quorum } = this.#masters;
    const left = await this.#masters.ask(
      (client) => this.#leftOn(client),
      (lefts) => (lefts.length < quorum ? undefined : lefts.toSorted((a, b) => a - b)[quorum - 1]),
    );
    return left ?? this.#ttlMs;
  }

  /** A lock that lasts longer than its length means that a master's clock stepped back: cut it to length. */
  async #leftOn(client: Redis): Promise<number> {
    const left = await client.pttl(this.#key);
    if (left === -2) return 0;
    if (left >= 0 && left <= this.#ttlMs) return left;
    if (this.#mayLogLength()) {
      this.#log.warn(
        { event: 'lock.cut', leftMs: left, ttlMs: this.#ttlMs },
        'the leader lock outlasts its length (clock stepped back, or nodes with different leader TTLs): cut',
      );
    }
    await client.pexpire(this.#key, this.#ttlMs, 'LT');
    return this.#ttlMs;
  }

  /** redlock refuses by the wall clock what it takes for expired; our deadline is the monotonic one. */
  #lock(value: string): RedlockLock {
    return { resources: [this.#key], value, expiration: Number.MAX_SAFE_INTEGER };
  }
}
