/** Sessions of browsers: a signed cookie that every node with the same API key accepts, and none once the key is another. */

import { createHmac, timingSafeEqual } from 'node:crypto';
import { parseCookie, stringifySetCookie } from 'cookie';
import { shortHash } from '../runtime/short-hash.js';

/** A session ends so long after the last request of its browser, ms. */
const IDLE = 12 * 3_600_000;
/** And so long after it began in any case, ms. */
const LONGEST = 7 * 86_400_000;
/** A cookie is renewed when it has grown older than this, so that not every answer sets it anew, ms. */
const RENEW = 3_600_000;

/** What the cookie says: when the session began and when it ends, ms of Redis time, each in base 36; and the signature. */
const TOKEN = /^(1\.([0-9a-z]{1,9})\.([0-9a-z]{1,9}))\.([A-Za-z0-9_-]{43})$/;

export interface Session {
  until: number;
  /** To be set instead of the one that was sent. */
  renewed?: string;
}

/** Where and how a cookie is set. */
export interface CookiePlace {
  base: string;
  /** The browser came by TLS. */
  secure: boolean;
}

export class Sessions {
  /** Made of the key: clusters that differ only in their port share a host's cookies, and must not put each other out. */
  readonly cookie: string;
  readonly #secret: Buffer;

  constructor(apiKey: string) {
    this.#secret = createHmac('sha256', apiKey).update('carillon session').digest();
    const name = createHmac('sha256', apiKey).update('carillon cookie').digest('hex');
    this.cookie = `carillon_${shortHash(name).slice(0, 6)}`;
  }

  begin(now: number): { token: string; until: number } {
    const until = now + IDLE;
    return { token: this.#token(now, until), until };
  }

  /** null where there is no cookie of ours, or its session is over. */
  read(header: string, now: number): Session | null {
    const [, said = '', began = '', ends = '', signature = ''] =
      TOKEN.exec(parseCookie(header)[this.cookie] ?? '') ?? [];
    // Both have one length, so the comparison takes the same time whatever was sent.
    if (said === '' || !timingSafeEqual(Buffer.from(signature), Buffer.from(this.#sign(said)))) return null;
    const [since, until] = [Number.parseInt(began, 36), Number.parseInt(ends, 36)];
    if (now >= until) return null;
    const next = Math.min(now + IDLE, since + LONGEST);
    return next - until < RENEW ? { until } : { until: next, renewed: this.#token(since, next) };
  }

  /** The `Set-Cookie` of a session. */
  set(token: string, place: CookiePlace): string {
    return this.#cookie(token, IDLE / 1_000, place);
  }

  /** The `Set-Cookie` that takes it away. */
  clear(place: CookiePlace): string {
    return this.#cookie('', 0, place);
  }

  #cookie(value: string, maxAge: number, { base, secure }: CookiePlace): string {
    const { cookie: name } = this;
    return stringifySetCookie({
      ...{ name, value, maxAge, secure, path: base || '/' },
      ...{ httpOnly: true, sameSite: 'strict' as const },
    });
  }

  #token(since: number, until: number): string {
    const said = `1.${since.toString(36)}.${until.toString(36)}`;
    return `${said}.${this.#sign(said)}`;
  }

  #sign(said: string): string {
    return createHmac('sha256', this.#secret).update(said).digest('base64url');
  }
}
