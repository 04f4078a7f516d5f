/** Tells the log of tasks that nobody can run: ready, and no present worker of their queue has their handler. */

import { mono } from '../runtime/clock.js';
import type { Log } from '../runtime/log.js';
import { type Loop, startLoop } from '../runtime/loop.js';
import type { QueueFacts, Store } from '../store/contract/index.js';

/** One queue is looked at in this time (ms), whatever their number; those under suspicion first, and the others rarely. */
const BETWEEN_LOOKS = 5_000;
const BETWEEN_ROUNDS = 15_000;
/** A handler without a worker for less long (ms) is a deployment, and not worth a word. */
const PATIENCE = 10_000;
/** As long as it lasts it is told again after this time, ms. */
const TOLD_AGAIN = 600_000;
/** Handlers told of in one look; the others are counted. */
const MOST_LINES = 10;
/** Handlers remembered. */
const MOST_REMEMBERED = 1_000;

interface Missing {
  queue: string;
  handler: string;
  since: number;
  toldAt: number;
}

export interface UnservedOptions {
  store: Pick<Store, 'queues' | 'queueFacts'>;
  log: Log;
  /** Of several nodes one tells: the leader. */
  mayTell: () => boolean;
}

export class Unserved {
  readonly #options: UnservedOptions;
  /** By queue and handler. */
  readonly #missing = new Map<string, Missing>();
  readonly #suspects = new Set<string>();
  /** Left of this round. */
  #round: string[] = [];
  #loop: Loop | undefined;

  constructor(options: UnservedOptions) {
    this.#options = options;
  }

  start(): void {
    const { log } = this.#options;
    this.#loop = startLoop('unserved', () => this.tick(), { log, maxDelay: BETWEEN_ROUNDS });
  }

  async stop(): Promise<void> {
    await this.#loop?.stop();
  }

  /** Somebody made a task there that seems to have no worker: the queue is looked at before its turn. */
  suspect(queue: string): void {
    if (this.#suspects.size < MOST_REMEMBERED) this.#suspects.add(queue);
  }

  async tick(): Promise<number> {
    const { mayTell, store } = this.#options;
    if (!mayTell()) {
      this.#missing.clear();
      return BETWEEN_LOOKS;
    }
    const [suspect] = this.#suspects;
    if (suspect === undefined && this.#round.length === 0) this.#round = await store.queues();
    const queue = suspect ?? this.#round.pop();
    if (queue === undefined) return BETWEEN_LOOKS;
    this.#suspects.delete(queue);
    this.#tell(await store.queueFacts(queue));
    return this.#suspects.size > 0 ? BETWEEN_LOOKS : BETWEEN_ROUNDS;
  }

  #tell({ queue, unroutable }: QueueFacts): void {
    const now = mono();
    for (const [key, one] of this.#missing)
      if (one.queue === queue && !Object.hasOwn(unroutable, one.handler)) this.#missing.delete(key);
    const due: [handler: string, count: number][] = [];
    for (const [handler, count] of Object.entries(unroutable)) {
      const one = this.#remembered(queue, handler, now);
      if (!one || now - one.since < PATIENCE) this.suspect(queue);
      else if (now - one.toldAt >= TOLD_AGAIN) {
        one.toldAt = now;
        due.push([handler, count]);
      }
    }
    const { log } = this.#options;
    for (const [handler, count] of due.slice(0, MOST_LINES)) {
      const tasks = count === 1 ? '1 task waits' : `${count} tasks wait`;
      log.warn(
        { queue, handler, count },
        `${tasks} in the queue ${queue} for the handler ${handler}, which no worker of that queue has`,
      );
    }
    const others = due.slice(MOST_LINES);
    if (others.length > 0) {
      const handlers = `${others.length} more handlers`;
      log.warn(
        { queue, count: others.length },
        `no worker of the queue ${queue} has ${handlers} that tasks wait for`,
      );
    }
  }

  #remembered(queue: string, handler: string, now: number): Missing | undefined {
    const key = `${queue}/${handler}`;
    const known = this.#missing.get(key);
    if (known || this.#missing.size >= MOST_REMEMBERED) return known;
    this.#missing.set(key, { queue, handler, since: now, toldAt: Number.NEGATIVE_INFINITY });
    return undefined;
  }
}
