/** Connections to the lock masters: votes fail fast, are never queued and never sent twice. */

import { Redis, type RedisOptions } from 'ioredis';
import { CarillonError } from '../domain/input/errors.js';
import type { Log } from '../runtime/log.js';
import { random } from '../runtime/random.js';
import { seldom } from '../runtime/seldom.js';

/** Between two lines about the same master, ms. */
const LOG_AGAIN = 30_000;

const reconnectIn = (times: number): number => Math.min(50 * 2 ** Math.min(times, 5), 1_000) + random() * 50;

/** A hung master becomes a vote against instead of a promise that never settles. */
function votingOptions(commandTimeout: number) {
  return {
    connectionName: 'carillon-lock',
    connectTimeout: 1_000,
    disconnectTimeout: 250,
    commandTimeout,
    socketTimeout: 5_000,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    replyMapping: 'legacy',
    retryStrategy: reconnectIn,
  } satisfies RedisOptions;
}

function listeningOptions() {
  return {
    connectionName: 'carillon-lock-wait',
    connectTimeout: 1_000,
    disconnectTimeout: 250,
    maxRetriesPerRequest: null,
    // Subscribed below: what ioredis sends by itself, it leaves to nobody when Redis refuses it.
    autoResubscribe: false,
    replyMapping: 'legacy',
    retryStrategy: reconnectIn,
  } satisfies RedisOptions;
}

export interface LockMastersOptions {
  urls: readonly string[];
  /** Hint channel on which a holder tells that it let go. */
  channel: string;
  commandTimeout: number;
  log: Log;
  /** Somebody let go of the lock. */
  onReleased(): void;
  /** A master can be asked (again). */
  onReady(): void;
}

export class LockMasters {
  readonly clients: readonly Redis[];
  readonly quorum: number;
  readonly #listeners: readonly Redis[];

  constructor(options: LockMastersOptions) {
    const { urls, channel, commandTimeout, log } = options;
    if (urls.length % 2 === 0 || new Set(urls).size !== urls.length) {
      throw new CarillonError(
        'configuration',
        `lock masters must be an odd number of different Redis (1, 3 or 5), got ${urls.length}: a vote must not tie`,
      );
    }
    this.quorum = (urls.length + 1) / 2;
    this.clients = urls.map((url) => {
      const client = new Redis(url, votingOptions(commandTimeout));
      const gate = seldom(LOG_AGAIN);
      client.on('error', (error) => {
        if (gate())
          log.warn(
            { event: 'lock.unreachable', master: addressOf(client), error },
            `lock master unreachable: ${error.message}`,
          );
      });
      client.on('ready', options.onReady);
      return client;
    });
    this.#listeners = urls.map((url) => {
      const listener = new Redis(url, listeningOptions());
      listener.on('error', () => {});
      listener.on('message', options.onReleased);
      // A signal only: without it the lock's own end is what a standby waits for.
      listener.on('ready', () => {
        listener.subscribe(channel).catch(() => {});
      });
      return listener;
    });
  }

  /** Whether every master is connected. */
  get ready(): boolean {
    return this.clients.every((client) => client.status === 'ready');
  }

  /**
   * Puts a question to every master and answers what `decide` makes of the replies, as soon as it can;
   * `undefined` when every master replied and nothing is decided. Throws when no majority replies.
   */
  ask<T, R>(
    question: (client: Redis) => Promise<T>,
    decide: (replies: readonly T[]) => R | undefined,
  ): Promise<R | undefined> {
    return new Promise((resolve, reject) => {
      const replies: T[] = [];
      let faults = 0;
      const weigh = (): void => {
        const decided = decide(replies);
        if (decided !== undefined) resolve(decided);
        else if (faults > this.clients.length - this.quorum) reject(unreachable(faults, this.clients.length));
        else if (replies.length + faults === this.clients.length) resolve(undefined);
      };
      for (const client of this.clients) {
        question(client)
          .then(
            (reply) => {
              replies.push(reply);
            },
            () => {
              faults += 1;
            },
          )
          .then(weigh)
          .catch(reject);
      }
    });
  }

  close(): void {
    for (const client of [...this.clients, ...this.#listeners]) client.disconnect();
  }
}

function unreachable(faults: number, masters: number): CarillonError {
  return new CarillonError('unavailable', `${faults} of ${masters} lock masters do not answer`);
}

/** Host and port only: a URL may carry a password. */
function addressOf(client: Redis): string {
  const { path, host, port } = client.options;
  return path ?? `${host}:${port}`;
}
