/** All waits for ready tasks of one process: one blocking connection on the wake tokens of every lane somebody waits for. */

import type { Redis } from 'ioredis';
import { mono } from '../../runtime/clock.js';
import { sleep } from '../../runtime/timers.js';
import { LONGEST_WAIT } from '../contract/road.js';
import { explain } from './connect.js';
import type { Connection } from './connection.js';

/** BLPOP takes 0 for ever; this is the shortest wait (ms). */
const SHORTEST_WAIT = 1;

/** Whoever waits: a token of `keys` ends it with that key, null is the end without one. */
export interface Wait {
  readonly keys: readonly string[];
  /** Monotonic ms. */
  readonly until: number;
  resolve(key: string | null): void;
  reject(error: Error): void;
}

interface Question {
  readonly keys: ReadonlySet<string>;
  /** Monotonic ms. */
  readonly until: number;
  /** It was told to end. */
  cut: boolean;
}

/** Between two tries to end a question, ms. */
const LONGEST_PAUSE = 100;

export class Waits {
  readonly #connection: Connection;
  /** In the order in which they began: a token goes to who has waited longest. */
  readonly #waits = new Set<Wait>();
  #users = 0;
  #redis: Redis | null = null;
  /** Of the blocking connection, so that another can end its wait. */
  #client: Promise<number> | null = null;
  /** Under way; null: none is. */
  #asked: Question | null = null;
  #looks = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Somebody will wait: the connection stands until the last has left. */
  join(): void {
    this.#users += 1;
  }

  leave(): void {
    this.#users -= 1;
    if (this.#users > 0) return;
    this.#redis?.disconnect();
    this.#redis = null;
    this.#client = null;
    this.#asked = null;
  }

  begin(wait: Wait): void {
    this.#waits.add(wait);
    this.#look();
  }

  /** Ends one wait; what its token would have been wakes another, here or elsewhere. */
  end(wait: Wait): void {
    if (!this.#waits.delete(wait)) return;
    wait.resolve(null);
    this.#look();
  }

  async giveBack(key: string): Promise<void> {
    // A second token beside one that came meanwhile does no harm: a claim that finds nothing takes it.
    await this.#connection.ask((commands) => commands.rpush(key, '1'));
    // That of one worker alone; see lua/include/stop.lua.
    if (key.includes(':wake:!')) await this.#connection.ask((commands) => commands.pexpire(key, 60_000));
  }

  /** Waits that begin in one turn share a question. */
  #look(): void {
    if (this.#looks) return;
    this.#looks = true;
    process.nextTick(() => {
      this.#looks = false;
      this.#ask();
    });
  }

  #ask(): void {
    if (this.#asked) {
      if (!this.#isCovered(this.#asked)) this.#cut(this.#asked);
      return;
    }
    if (this.#waits.size === 0 || this.#users === 0) return;
    const keys = new Set([...this.#waits].flatMap((wait) => wait.keys));
    const until = Math.min(...[...this.#waits].map((wait) => wait.until));
    const asked: Question = { keys, until, cut: false };
    this.#asked = asked;
    const ms = Math.min(Math.max(until - mono(), SHORTEST_WAIT), LONGEST_WAIT);
    const redis = this.#blocking();
    this.#client ??= redis.client('ID');
    // Refused or broken off like the wait behind it, which tells.
    this.#client.catch(() => {});
    redis
      .blpop([...keys], ms / 1000)
      .then(
        (popped) => this.#answered(asked, popped ? popped[0] : null, null),
        (error: unknown) => this.#answered(asked, null, explain(error)),
      )
      .catch(() => {});
  }

  #answered(asked: Question, key: string | null, error: Error | null): void {
    if (key !== null) this.#give(key);
    // The one before the last left was of a connection that is gone.
    if (this.#asked !== asked) return;
    this.#asked = null;
    const over = error !== null || (key === null && !asked.cut);
    // Time is up for the first, and nearly so for the others: they begin anew together.
    for (const wait of over ? this.#waits : []) {
      this.#waits.delete(wait);
      if (error) wait.reject(error);
      else wait.resolve(null);
    }
    this.#look();
  }

  #isCovered({ keys, until }: Question): boolean {
    if (this.#waits.size === 0) return false;
    for (const wait of this.#waits) {
      if (wait.until < until || !wait.keys.every((key) => keys.has(key))) return false;
    }
    return true;
  }

  /** Ends the question under way, once; its answer, a token that came meanwhile included, is heeded all the same. */
  #cut(asked: Question): void {
    if (asked.cut) return;
    asked.cut = true;
    const cut = async (): Promise<void> => {
      const id = await this.#client?.catch(() => null);
      // The question may still be on its way, on the other connection: then nothing waits there yet.
      for (let pause = 1; id && this.#asked === asked; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
        if ((await this.#connection.ask((commands) => commands.client('UNBLOCK', id))) === 1) return;
        await sleep(pause);
      }
    };
    // It ends by itself in time.
    cut().catch(() => {});
  }

  #give(key: string): void {
    for (const wait of this.#waits) {
      if (!wait.keys.includes(key)) continue;
      this.#waits.delete(wait);
      wait.resolve(key);
      return;
    }
    // Whoever waited for it has left: it is somebody else's to hear of.
    this.giveBack(key).catch(() => {});
  }

  #blocking(): Redis {
    if (this.#redis) return this.#redis;
    const redis = this.#connection.connect('blocking');
    redis.on('close', () => {
      if (this.#redis === redis) this.#client = null;
    });
    this.#redis = redis;
    return redis;
  }
}
