/** Pub/sub of one process: one connection for all its channels, each subscribed anew on every connection. */

import type { Redis } from 'ioredis';
import { after } from '../../runtime/timers.js';
import { within } from '../../runtime/within.js';
import { ANSWER_WITHIN, explain } from './connect.js';
import type { Connection } from './connection.js';

/** A subscription that was refused is tried again after this, ms. */
const TRY_AGAIN = 1_000;

export interface Listener {
  hear(message: string): void;
  /** It listens again: what was said meanwhile is lost. */
  again(): void;
}

interface Channel extends Listener {
  /** It was subscribed once, so that every connection anew subscribes it. */
  stood: boolean;
}

export class Subscriptions {
  readonly #connection: Connection;
  readonly #channels = new Map<string, Channel>();
  #redis: Redis | null = null;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Resolves when it is subscribed. A refusal after the first time is tried again, since it may pass. */
  async listen(name: string, listener: Listener): Promise<void> {
    const channel: Channel = { ...listener, stood: false };
    this.#channels.set(name, channel);
    this.#redis ??= this.#open();
    try {
      await this.#redis.subscribe(name);
      channel.stood = true;
    } catch (error) {
      this.leave(name);
      throw explain(error);
    }
  }

  /** The last one to leave closes the connection. */
  leave(name: string): void {
    if (!this.#channels.delete(name)) return;
    if (this.#channels.size > 0) {
      this.#redis?.unsubscribe(name).catch(() => {});
      return;
    }
    this.#redis?.disconnect();
    this.#redis = null;
  }

  /** A line on which nothing comes back is left for another; silence alone tells nothing. */
  async check(): Promise<void> {
    const redis = this.#redis;
    if (redis?.status !== 'ready') return;
    const answers = await within(ANSWER_WITHIN, redis.ping()).catch(() => false);
    if (!answers && redis === this.#redis && redis.status === 'ready') redis.disconnect(true);
  }

  #open(): Redis {
    const redis = this.#connection.connect('signals');
    redis.on('message', (name: string, message: string) => this.#channels.get(name)?.hear(message));
    redis.on('ready', () => {
      for (const [name, channel] of this.#channels) if (channel.stood) this.#again(redis, name, channel);
    });
    return redis;
  }

  #again(redis: Redis, name: string, channel: Channel): void {
    const stands = (): boolean => redis.status === 'ready' && this.#channels.get(name) === channel;
    redis
      .subscribe(name)
      .then(() => channel.again())
      .catch(() => after(TRY_AGAIN, () => stands() && this.#again(redis, name, channel)));
  }
}
