/** Messages to one target: a few go one by one, and where many come they go together, so that a storm is a handful of requests. */

import type { AlertMessage } from '../alerts/outward.js';
import { Fatal, Snooze } from '../domain/task/judge.js';
import { mono } from '../runtime/clock.js';
import { after } from '../runtime/timers.js';
import { unlessAborted } from '../runtime/unless-aborted.js';

/** A message on its way, which is an attempt of a task. */
export interface OutgoingMessage {
  /** Of the task. */
  id: string;
  /** When the attempt began, ms. */
  at: number;
  message: AlertMessage;
  /** Of the attempt. */
  signal: AbortSignal;
}

interface Waiting extends OutgoingMessage {
  resolve(said: string): void;
  reject(error: unknown): void;
}

/** Requests to one target at a time, and messages that are on their way to it: one that hangs keeps no slots from the others. */
const AT_ONCE = 4;
const MOST = 40;
/** What comes within this goes together, ms: tasks that are claimed by one call do. */
const GATHER = 250;
/** So many requests of one span go like that; behind them they are this far apart, ms. */
const FEW = 5;
const SPAN = 60_000;
const APART = 10_000;

export class GatheredMessages {
  readonly #send: (some: readonly OutgoingMessage[]) => Promise<string>;
  #waiting: Waiting[] = [];
  /** Of requests, monotonic ms. */
  #sentAt: number[] = [];
  #sending = 0;
  #onTheirWay = 0;
  /** Ends the wait for the next request; null: none waits. */
  #cancel: (() => void) | null = null;

  /** `send`: some messages by one request; throws `Fatal` where no other attempt of it would be taken either. */
  constructor(send: (some: readonly OutgoingMessage[]) => Promise<string>) {
    this.#send = send;
  }

  /** Settles as the request does that takes it; throws `Snooze` while too many wait for the same target. */
  async add(outgoing: OutgoingMessage): Promise<string> {
    if (this.#onTheirWay >= MOST) throw new Snooze('1s', 'others are being sent to the same target');
    this.#onTheirWay += 1;
    try {
      const sent = new Promise<string>((resolve, reject) => {
        this.#waiting.push({ ...outgoing, resolve, reject });
      });
      this.#arm();
      return await unlessAborted(sent, outgoing.signal);
    } finally {
      this.#onTheirWay -= 1;
      if (this.#onTheirWay === 0) this.#rest();
    }
  }

  #arm(): void {
    if (this.#cancel || this.#waiting.length === 0 || this.#sending >= AT_ONCE) return;
    const now = mono();
    this.#sentAt = this.#sentAt.filter((at) => now - at < SPAN);
    const last = this.#sentAt.at(-1) ?? Number.NEGATIVE_INFINITY;
    const apart = this.#sentAt.length < FEW ? 0 : last + APART - now;
    this.#cancel = after(Math.max(GATHER, apart), () => {
      this.#cancel = null;
      this.#go();
    });
  }

  /** Nobody waits any more: a timer would keep a process alive that is stopping. */
  #rest(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#waiting = [];
  }

  #go(): void {
    // Those that have been given up meanwhile are sent by whoever has them now.
    const some = this.#waiting.splice(0).filter(({ signal }) => !signal.aborted);
    if (some.length === 0) return;
    this.#sentAt.push(mono());
    this.#sending += 1;
    this.#carry(some)
      .finally(() => {
        this.#sending -= 1;
        this.#arm();
      })
      // What a message comes to is told to whoever brought it.
      .catch(() => {});
    this.#arm();
  }

  /** Where a target takes not all of them together, it is asked for each. */
  async #carry(some: readonly Waiting[]): Promise<void> {
    try {
      const said = await this.#send(some);
      for (const { resolve } of some) resolve(said);
    } catch (error) {
      if (some.length === 1 || !(error instanceof Fatal)) for (const { reject } of some) reject(error);
      else for (const one of some) await this.#carry([one]);
    }
  }
}
