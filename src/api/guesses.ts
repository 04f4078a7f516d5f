/** Bounds how often keys that are not the right one may be tried: from one address, and from all together. */

import { isIP } from 'node:net';
import { CarillonError } from '../domain/input/errors.js';

/** Wrong ones are counted for so long, ms. */
const WINDOW = 60_000;
/** Addresses that are remembered; the one that began longest ago goes. */
const MOST_ADDRESSES = 10_000;
/** An address that has shown the right key is heard for so long whatever else comes from it, ms. */
const KNOWN_FOR = 3_600_000;

export class TooManyGuesses extends CarillonError {
  readonly retryAfter: number;

  /** `wait`: ms. */
  constructor(wait: number) {
    const seconds = Math.max(1, Math.ceil(wait / 1_000));
    super(
      'too_many_attempts',
      `Too many wrong keys came from this address; it is heard again in ${seconds} s.`,
    );
    this.retryAfter = seconds;
  }
}

interface Seen {
  wrong: number;
  /** When its window ends. */
  until: number;
  /** Until when it counts as one that has the key. */
  knownUntil: number;
}

export class Guesses {
  readonly #most: number;
  readonly #mostTogether: number;
  readonly #now: () => number;
  readonly #trusts: boolean;
  readonly #seen = new Map<string, Seen>();
  #together = { wrong: 0, until: 0 };

  /**
   * Wrong ones in a minute: `most` of one address, `together` of all; without it whoever has many addresses locks nobody
   * else out. `now`: monotonic ms. `trusts`: an address that has shown the right key is heard on, so that one program with
   * a wrong key does not lock out the others behind its address.
   */
  constructor({
    most,
    together = Number.POSITIVE_INFINITY,
    now,
    trusts,
  }: { most: number; together?: number; now: () => number; trusts: boolean }) {
    this.#most = most;
    this.#mostTogether = together;
    this.#now = now;
    this.#trusts = trusts;
  }

  /** Before a key is looked at. Throws `too_many_attempts`; then even the right key is not looked at. */
  check(address: string): void {
    const now = this.#now();
    const seen = this.#seen.get(keyOf(address));
    if (seen && this.#trusts && now < seen.knownUntil) return;
    if (seen && now < seen.until && seen.wrong >= this.#most) throw new TooManyGuesses(seen.until - now);
    const { wrong, until } = this.#together;
    if (now < until && wrong >= this.#mostTogether) throw new TooManyGuesses(until - now);
  }

  wrong(address: string): void {
    const now = this.#now();
    if (now >= this.#together.until) this.#together = { wrong: 0, until: now + WINDOW };
    this.#together.wrong += 1;
    const seen = this.#of(address, now);
    if (now >= seen.until) Object.assign(seen, { wrong: 0, until: now + WINDOW });
    seen.wrong += 1;
  }

  right(address: string): void {
    const now = this.#now();
    this.#of(address, now).knownUntil = now + KNOWN_FOR;
  }

  #of(address: string, now: number): Seen {
    const key = keyOf(address);
    const known = this.#seen.get(key);
    if (known) return known;
    if (this.#seen.size >= MOST_ADDRESSES) {
      const [oldest = ''] = this.#seen.keys();
      this.#seen.delete(oldest);
    }
    const made = { wrong: 0, until: now + WINDOW, knownUntil: 0 };
    this.#seen.set(key, made);
    return made;
  }
}

/** One machine has a whole IPv6 network of 64 bits to itself. What is no address, from a header, is one stranger. */
function keyOf(address: string): string {
  const version = isIP(address);
  if (version === 4) return address;
  if (version === 0) return '?';
  const four = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return four ?? networkOf(address);
}

function networkOf(address: string): string {
  const [head = '', tail] = address.toLowerCase().split('%')[0]?.split('::') ?? [];
  const before = head === '' ? [] : head.split(':');
  const after = tail ? tail.split(':') : [];
  const filled =
    tail === undefined ? [] : Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0');
  const groups = [...before, ...filled, ...after];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
