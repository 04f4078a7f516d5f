/** The API key: whether the right one was shown, and how often a wrong one may be. */

import { createHash, timingSafeEqual } from 'node:crypto';
import { CarillonError } from '../domain/input/errors.js';
import { mono } from '../runtime/clock.js';
import { Guesses } from './guesses.js';

/** Wrong keys in a minute: a person types, a program has it wrong or right. */
const TYPED = { most: 10, together: 1_000, trusts: false };
const SENT = { most: 60, trusts: true };

export class KeyCheck {
  readonly #expected: Buffer;
  readonly #typed = new Guesses({ ...TYPED, now: mono });
  readonly #sent = new Guesses({ ...SENT, now: mono });

  constructor(apiKey: string) {
    this.#expected = digest(apiKey);
  }

  /** One that came with a request. Throws `unauthorized` or `too_many_attempts`. */
  sent(key: string, address: string): void {
    this.#try(key, address, this.#sent);
  }

  /** One that somebody signs in with. Throws as `sent`. */
  typed(key: string, address: string): void {
    this.#try(key, address, this.#typed);
  }

  /** Somebody at this address has the key. */
  known(address: string): void {
    this.#sent.right(address);
  }

  #try(key: string, address: string, guesses: Guesses): void {
    guesses.check(address);
    // Hashing both makes the comparison take the same time whatever was sent.
    const isRight = timingSafeEqual(digest(key), this.#expected);
    if (isRight) this.known(address);
    else {
      guesses.wrong(address);
      throw new CarillonError('unauthorized', 'The API key is not the right one.');
    }
  }
}

/** The key of `Bearer <key>`. */
export const bearerOf = (header: string | undefined): string | undefined =>
  /^bearer +(\S+) *$/i.exec(header ?? '')?.[1];

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
