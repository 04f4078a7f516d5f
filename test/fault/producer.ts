/** Somebody who keeps creating one-off tasks, by the client and by the API, and remembers what was acknowledged. */

import { Client, type EnqueueOptions } from '../../src/index.js';
import type { Dice } from './dice.js';
import type { Fleet } from './fleet.js';
import type { Creation } from './history.js';
import { pause } from './now.js';

export interface ProducerOptions {
  redis: string;
  namespace: string;
  fleet: Fleet;
  dice: Dice;
  queues: readonly string[];
  retryDelay: number;
  /** Failures allowed, so that what others break around a task does not end it. */
  maxAttempts: number;
}

interface Wish {
  handler: string;
  options: Pick<EnqueueOptions, 'queue' | 'priority'>;
  /** ms from now until it may start. */
  delay: number;
  runFor: number;
  cancel: boolean;
}

const POISON_ATTEMPTS = 3;
/** Between two creations, ms. */
const PACE = { least: 40, most: 200 };

export class Producer {
  readonly creations: Creation[] = [];
  readonly #options: ProducerOptions;
  readonly #client: Client;
  readonly #cancelling = new Set<Promise<void>>();
  #over = false;
  #working: Promise<void> | undefined;

  constructor(options: ProducerOptions) {
    this.#options = options;
    this.#client = new Client({ redis: options.redis, namespace: options.namespace });
  }

  start(): void {
    this.#working = this.#work();
  }

  /** Resolves when its last creation is settled. */
  async stop(): Promise<void> {
    this.#over = true;
    await this.#working;
    await Promise.all(this.#cancelling);
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  /** A task that kills every worker that runs it. */
  async poison(): Promise<void> {
    await this.#create({ handler: 'poison', options: {}, delay: 0, runFor: 0, cancel: false });
  }

  async #work(): Promise<void> {
    while (!this.#over) {
      await this.#create(this.#wish());
      await pause(this.#options.dice.between(PACE.least, PACE.most));
    }
  }

  #wish(): Wish {
    const { dice, queues } = this.#options;
    const [queue = 'default', priority] = [dice.one(queues), dice.one(['high', 'normal', 'low'] as const)];
    const cancel = dice.chance(0.08);
    const delay = cancel ? dice.between(1_500, 4_000) : dice.chance(0.5) ? 0 : dice.between(50, 4_000);
    return {
      handler: dice.one(['tick', 'tick', 'tick', 'flaky', 'flaky', 'slow']) ?? 'tick',
      options: { queue, ...(priority ? { priority } : {}) },
      delay,
      runFor: dice.between(200, 4_000),
      cancel,
    };
  }

  async #create({ handler, options, delay, runFor, cancel }: Wish): Promise<void> {
    const { dice, retryDelay, maxAttempts: usual } = this.#options;
    const n = this.creations.length;
    const maxAttempts = handler === 'poison' ? POISON_ATTEMPTS : usual;
    const due = Date.now() + delay;
    const creation: Creation = { n, id: null, handler, due, maxAttempts, cancelledAfter: null };
    this.creations.push(creation);
    const request = {
      ...options,
      ...(delay === 0
        ? {}
        : dice.chance(0.5)
          ? { delay: `${delay}ms` as const }
          : { runAt: new Date(due).toISOString() }),
      retry: { maxAttempts, backoff: 'fixed' as const, delay: `${retryDelay}ms` as const, jitter: false },
    };
    const payload = { n, ms: runFor };
    creation.id = dice.chance(0.6)
      ? await this.#enqueue(handler, payload, request)
      : await this.#post({ ...request, handler, payload });
    if (cancel && creation.id !== null) this.#cancelLater(creation, creation.id);
  }

  /** Straight to Redis, once: when it is away, nobody knows whether the task was created. */
  async #enqueue(handler: string, payload: unknown, options: EnqueueOptions): Promise<string | null> {
    try {
      return (await this.#client.enqueue(handler, payload, options)).id;
    } catch (error) {
      if (codeOf(error) === 'unavailable') return null;
      throw error;
    }
  }

  /** Through one node, once: when it dies meanwhile, nobody knows whether the task was created. */
  async #post(body: unknown): Promise<string | null> {
    const { fleet, dice } = this.#options;
    const url = dice.one(fleet.fit('node'))?.url;
    if (!url) return null;
    try {
      const response = await fetch(`${url}/v1/tasks`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(5_000),
      });
      if (response.status === 201) return ((await response.json()) as { id: string }).id;
      const problem = await response.text();
      if (response.status !== 503) throw new RangeError(`POST /v1/tasks: ${response.status} ${problem}`);
    } catch (error) {
      if (error instanceof RangeError) throw error;
    }
    return null;
  }

  #cancelLater(creation: Creation, id: string): void {
    const work = (async () => {
      await pause(this.#options.dice.between(0, 1_500));
      for (;;) {
        try {
          const { attempts } = await this.#client.cancel(id);
          creation.cancelledAfter = attempts.at(-1)?.attempt ?? 0;
          return;
        } catch (error) {
          // It began before we asked: then it is a task like any other.
          if (codeOf(error) === 'conflict') return;
          if (codeOf(error) !== 'unavailable') throw error;
          await pause(200);
        }
      }
    })();
    const settled = work.finally(() => this.#cancelling.delete(settled));
    this.#cancelling.add(settled);
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as { code?: string }).code;
}
