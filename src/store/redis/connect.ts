/** How we connect to the data Redis, by use, and what its errors mean to the rest of the house. */

import { Redis, type RedisOptions } from 'ioredis';
import { CarillonError } from '../../domain/input/errors.js';
import { redisPlace } from '../../domain/input/redis-address.js';
import type { Log } from '../../runtime/log.js';
import { after } from '../../runtime/timers.js';
import { watch } from './watchdog.js';

/** Bounds every answer, ms: past it a command counts as unanswered (it may still have run; verbs are idempotent). */
export const ANSWER_WITHIN = 5_000;

const reconnect = (attempt: number): number => Math.min(50 * 2 ** Math.min(attempt, 6), 2_000);

const common = {
  lazyConnect: true,
  connectTimeout: 5_000,
  // A Redis that hangs says no farewell.
  disconnectTimeout: 250,
  maxRetriesPerRequest: null,
  retryStrategy: reconnect,
  // After a failover the old primary answers READONLY; a new connection finds the new one.
  reconnectOnError: (error: Error) => (error.message.startsWith('READONLY') ? 2 : false),
} satisfies RedisOptions;

/** `commands`: request and answer. `blocking`: waits on wake tokens. `signals`: pub/sub. */
export type Use = 'commands' | 'blocking' | 'signals';

const perUse = {
  // Nothing is queued or sent again behind our back: what was reported as unanswered must not run later.
  // A hung primary is left by the watchdog; ioredis' own timeouts would arm two timers for every command.
  commands: { enableOfflineQueue: false, autoResendUnfulfilledCommands: false },
  // A hung primary is left by the socket timeout; without it a wait would last for ever.
  blocking: { socketTimeout: 2 * ANSWER_WITHIN },
  // Subscribed anew by whoever listens: what ioredis sends by itself, it leaves to nobody when Redis refuses it.
  signals: { autoResubscribe: false },
} satisfies Record<Use, RedisOptions>;

/** The reason why a connection cannot come about as it was asked for; null while none is known. */
const refusals = new WeakMap<Redis, CarillonError>();

export function refusalOf(redis: Redis): CarillonError | null {
  return refusals.get(redis) ?? null;
}

/** Where each connection leads, and what it said last. */
const places = new WeakMap<Redis, { place: string; last?: Error }>();

/** Names host, port and database: whoever waited for it may have another one in mind. */
export function unreachable(redis: Redis): CarillonError {
  const { place = 'an unknown place', last } = places.get(redis) ?? {};
  const code = (last as NodeJS.ErrnoException | undefined)?.code;
  const why = code === undefined ? '' : ` (${code})`;
  const cause = last ?? new Error('no answer in time');
  return new CarillonError('unavailable', `Redis at ${place} is not reachable${why}`, [], { cause });
}

export function connect(url: string, use: Use, log: Log): Redis {
  const place = redisPlace(url);
  const redis = new Redis(url, { ...common, ...perUse[use] });
  places.set(redis, { place });
  ownSelect(redis);
  if (use === 'commands') watch(redis, ANSWER_WITHIN);
  let reported = '';
  redis.on('error', (error: Error) => {
    const refusal = refusedAs(error, place);
    places.set(redis, { place, last: error });
    if (refusal) {
      refusals.set(redis, refusal);
      redis.emit('refused');
    }
    // ioredis repeats itself at every attempt; people read it once.
    if (error.message === reported) return;
    reported = error.message;
    log.warn(
      {
        event: 'redis.unreachable',
        redis: place,
        reason: error.message || (error as NodeJS.ErrnoException).code,
      },
      refusal ? refusal.message : 'Redis is not reachable, trying again',
    );
  });
  redis.on('ready', () => {
    refusals.delete(redis);
    if (reported !== '') log.info({ event: 'redis.reachable', redis: place }, 'Redis is reachable again');
    reported = '';
  });
  return redis;
}

/** Throws when it is refused, ends, or has not come about within the time of an answer. */
export function untilReady(redis: Redis): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void) => (): void => {
      cancel();
      redis.off('ready', ready);
      redis.off('end', ended);
      redis.off('refused', ended);
      end();
    };
    const gone = (): void => reject(refusalOf(redis) ?? unreachable(redis));
    const ready = settle(resolve);
    const ended = settle(gone);
    const cancel = after(ANSWER_WITHIN, settle(gone));
    redis.once('ready', ready);
    redis.once('end', ended);
    redis.once('refused', ended);
  });
}

/**
 * ioredis selects the database by itself, also after a reconnect, leaves a refusal to nobody, and goes on in another
 * database: such a connection is left.
 */
function ownSelect(redis: Redis): void {
  const select = redis.select.bind(redis);
  redis.select = ((database: number) => {
    const selected = select(database);
    selected.catch((error: Error) => {
      redis.emit('error', error);
      redis.disconnect(true);
    });
    return selected;
  }) as Redis['select'];
}

/** What no waiting cures: credentials, a database that is not there, a certificate that is not trusted. */
function refusedAs(error: Error, place: string): CarillonError | null {
  const { message } = error;
  const code = String((error as NodeJS.ErrnoException).code ?? '');
  if (/\b(WRONGPASS|NOAUTH)\b/.test(message)) {
    return new CarillonError('forbidden', `Redis at ${place} refuses this user or password.`, [], {
      cause: error,
    });
  }
  if (/\b(DB index|invalid DB)\b/i.test(message)) {
    return new CarillonError('redis_unsuitable', `Redis at ${place} has no such database.`, [], {
      cause: error,
    });
  }
  if (/^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_|ERR_SSL_)|SSL routines/.test(`${code}${message}`)) {
    const advice = 'NODE_EXTRA_CA_CERTS names a file of further authorities to trust';
    return new CarillonError(
      'redis_unsuitable',
      `No trusted connection to Redis at ${place}: ${code || message}; ${advice}.`,
      [],
      { cause: error },
    );
  }
  return null;
}

const PASSING = /^(READONLY|LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|MISCONF|NOREPLICAS|BUSY|UNKILLABLE)/;

/** The last two are what a script is told that may be called, but may not do what it does. */
const REFUSES = /^(NOAUTH|WRONGPASS|NOPERM)|ACL failure in script|^ERR The user executing the script can't/;

/** ioredis and Redis errors as Carillon's. */
export function explain(error: unknown): Error {
  if (error instanceof CarillonError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (message.startsWith('OOM')) {
    return new CarillonError('redis_full', 'Redis has reached its maxmemory and refuses writes', [], {
      cause: error,
    });
  }
  if (REFUSES.test(message)) {
    return new CarillonError('forbidden', `Redis refuses this user: ${message}`, [], { cause: error });
  }
  if (
    PASSING.test(message) ||
    /timed out|Connection is closed|ECONN|ENOTFOUND|EPIPE|ENOENT|socket|Stream isn't writeable|max retries/i.test(
      message,
    )
  ) {
    return new CarillonError('unavailable', `Redis did not answer: ${message}`, [], { cause: error });
  }
  return error instanceof Error ? error : new Error(message);
}
