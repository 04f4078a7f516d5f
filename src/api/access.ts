/** Who may speak to the API: the key or the cookie it was changed for; without a key only this machine; no foreign page. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import { CarillonError } from '../domain/input/errors.js';
import { shortHash } from '../runtime/short-hash.js';
import { timeOf } from '../store/contract/clock.js';
import type { ClockStore } from '../store/contract/index.js';
import { foreignHost, hostsAllowed, refuseOpen } from './hosts.js';
import { bearerOf, KeyCheck } from './keys.js';
import { refuseForeignRead, refuseForeignWrite } from './origins.js';
import { type CookiePlace, Sessions } from './session.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * `everybody`: not even the host name is looked at. `page`: no key is asked for. `session`: nor is it, but who asks is
     * looked at. Absent: the key is asked for.
     */
    open?: 'everybody' | 'page' | 'session';
  }
  interface FastifyRequest {
    /** Who asks; null: nobody we know, which gets no further than open routes. */
    caller: Caller | null;
  }
}

export interface Caller {
  /** `open`: no key is asked for here. */
  how: 'open' | 'key' | 'session';
  /** The same for one API key, whichever way it was shown; '' where none is asked for. */
  name: string;
  /** Of a session: when it ends unless something more is asked for, ms of Redis time. */
  until?: number;
}

export interface AccessOptions {
  host: string;
  apiKey: string | undefined;
  allowedHosts: readonly string[];
  store: ClockStore;
}

export interface Access {
  readonly needsKey: boolean;
  /** Says who asks. Throws `unauthorized`, `forbidden` or `too_many_attempts`. */
  check(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** Changes the key for a cookie. Throws as `check`. */
  signIn(request: FastifyRequest, reply: FastifyReply, key: string): Promise<void>;
  signOut(request: FastifyRequest, reply: FastifyReply): void;
}

const OPEN: Caller = { how: 'open', name: '' };

/** Refuses a combination that would leave the API open to the network. */
export function createAccess({ host, apiKey, allowedHosts, store }: AccessOptions): Access {
  refuseOpen(host, apiKey, allowedHosts);
  const isAnswered = hostsAllowed(allowedHosts, apiKey !== undefined);
  const keys = apiKey === undefined ? undefined : new KeyCheck(apiKey);
  const sessions = apiKey === undefined ? undefined : new Sessions(apiKey);
  const name = apiKey === undefined ? '' : shortHash(`Bearer ${apiKey}`);

  const bySession = async (request: FastifyRequest, reply: FastifyReply): Promise<Caller | null> => {
    const { cookie } = request.headers;
    if (!sessions || cookie === undefined) return null;
    const session = sessions.read(cookie, await timeOf(store));
    if (!session) return null;
    refuseForeignWrite(request, true);
    keys?.known(request.ip);
    if (session.renewed !== undefined)
      reply.header('set-cookie', sessions.set(session.renewed, placeOf(request)));
    return { how: 'session', name, until: session.until };
  };

  return {
    needsKey: keys !== undefined,

    async check(request, reply) {
      const { open = request.is404 ? 'page' : undefined } = request.routeOptions.config;
      if (open === 'everybody') return;
      if (!isAnswered(request.host || 'localhost')) throw foreignHost(request.host);
      const key = bearerOf(request.headers.authorization);
      if (keys && key !== undefined) {
        // Only a program says so: a browser sends no such header by itself, whatever page makes it ask.
        keys.sent(key, request.ip);
        request.caller = { how: 'key', name };
        return;
      }
      refuseForeignRead(request);
      if (!keys) request.caller = OPEN;
      // The page is shown even while Redis, whose time ends sessions, does not answer.
      else if (open !== 'page') request.caller = await bySession(request, reply);
      if (request.caller?.how === 'session') return;
      refuseForeignWrite(request, false);
      if (request.caller || open) return;
      throw new CarillonError('unauthorized', 'This route asks for the API key.');
    },

    async signIn(request, reply, key) {
      if (!sessions) return;
      keys?.typed(key, request.ip);
      const { token, until } = sessions.begin(await timeOf(store));
      reply.header('set-cookie', sessions.set(token, placeOf(request)));
      request.caller = { how: 'session', name, until };
    },

    signOut(request, reply) {
      if (sessions) reply.header('set-cookie', sessions.clear(placeOf(request)));
      request.caller = null;
    },
  };
}

const placeOf = (request: FastifyRequest): CookiePlace => ({
  base: request.base,
  secure: request.protocol === 'https',
});
