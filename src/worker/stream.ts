/** One queue as a worker sees it: endings on their way to the store, claims under way, and whether there is more. */

import { mono } from '../runtime/clock.js';
import type {
  AttemptRecord,
  ClaimedTask,
  ClaimReply,
  Completion,
  EndingWord,
  Settlement,
  Store,
} from '../store/contract/index.js';

/** Two claims may be under way, one per line of nonces. */
const LINES = 2;
/** Endings in one call, and about how many bytes of them. */
const MOST = 1_000;
const BYTES = 4 * 1024 * 1024;

export interface ClaimResult {
  tasks: ClaimedTask[];
  /** When the claim that set the present lease was sent, monotonic ms. */
  leaseSetAt: number;
  /** Ids of endings the store refused. */
  lost: readonly string[];
  /** The store has taken back what this worker held. */
  reaped: boolean;
}

export class Stream {
  readonly queue: string;
  /** Nothing was ready at the last look; claims wait for a wake-up. */
  empty = false;
  /** When the next waiting task comes due, as far as known (Redis time, ms). */
  nextDue: number | null = null;
  /** Slots asked for by claims under way. */
  asking = 0;
  /** Wake-ups seen; a look that began before one says nothing about after it. */
  #wakes = 0;
  /** When a claim last set the lease, monotonic ms. */
  #leaseSetAt = Number.NEGATIVE_INFINITY;
  #completions: Completion[] = [];
  #settlements: Settlement[] = [];
  readonly #nonces = [0, 1];
  readonly #busy = [false, false];
  #claiming = 0;
  #settling = false;
  /** Endings in calls under way. */
  #sending = 0;

  constructor(queue: string) {
    this.queue = queue;
  }

  complete(completion: Completion): void {
    this.#completions.push(completion);
  }

  settle(settlement: Settlement): void {
    this.#settlements.push(settlement);
  }

  /** Something may be ready. */
  wake(): void {
    this.#wakes += 1;
    this.empty = false;
  }

  get completions(): number {
    return this.#completions.length;
  }

  get claiming(): number {
    return this.#claiming;
  }

  get free(): boolean {
    return this.claiming < LINES;
  }

  /** Endings are waiting or on their way. */
  get ending(): boolean {
    return this.#completions.length + this.#settlements.length + this.#sending > 0;
  }

  get idle(): boolean {
    return !this.ending && this.claiming === 0;
  }

  /** Sends all completions and asks for `want` tasks; fails over to `retry`, until it is answered. */
  async claim(
    store: Store,
    worker: string,
    handlers: readonly string[],
    want: number,
    leaseMs: number,
    retry: Retry,
  ): Promise<ClaimResult> {
    const line = this.#busy[0] ? 1 : 0;
    this.#busy[line] = true;
    this.#claiming += 1;
    this.asking += want;
    const wakes = this.#wakes;
    const completions = portion(this.#completions);
    if (completions === this.#completions) this.#completions = [];
    this.#sending += completions.length;
    const nonce = (this.#nonces[line] ?? line) + LINES;
    this.#nonces[line] = nonce;
    let sentAt = 0;
    let leaseStands = false;
    const send = (): Promise<ClaimReply> => {
      sentAt = mono();
      // Set a moment ago it stands; setting it anew each time would be a tenth of a claim's cost.
      leaseStands = sentAt - this.#leaseSetAt < leaseMs / 8;
      return store.claim(this.queue, { worker, nonce, want, handlers, leaseMs, leaseStands, completions });
    };
    let reply: ClaimReply | null;
    try {
      try {
        reply = await send();
      } catch (error) {
        reply = await retry(send, error);
      }
    } finally {
      this.#busy[line] = false;
      this.#claiming -= 1;
      this.#sending -= completions.length;
      this.asking -= want;
    }
    if (reply === null) return { tasks: [], leaseSetAt: this.#leaseSetAt, lost: NONE, reaped: false };
    if (reply.tasks.length > 0 && !leaseStands) this.#leaseSetAt = sentAt;
    if (want > 0) {
      this.nextDue = reply.nextDue;
      if (reply.tasks.length < want && !reply.more && wakes === this.#wakes) this.empty = true;
    }
    return {
      tasks: reply.tasks,
      leaseSetAt: this.#leaseSetAt,
      lost: refused(completions, reply.endings),
      reaped: reply.reaped,
    };
  }

  /** Sends all settlements; null when there is nothing to send or a call is under way. */
  flush(store: Store, worker: string, retry: Retry): Promise<readonly string[]> | null {
    if (this.#settling || this.#settlements.length === 0) return null;
    return this.#send(store, worker, retry);
  }

  async #send(store: Store, worker: string, retry: Retry): Promise<readonly string[]> {
    this.#settling = true;
    const settlements = portion(this.#settlements);
    if (settlements === this.#settlements) this.#settlements = [];
    this.#sending += settlements.length;
    try {
      const send = () => store.settle(this.queue, worker, settlements);
      const words = await send().catch((error: unknown) => retry(send, error));
      return refused(settlements, words);
    } finally {
      this.#settling = false;
      this.#sending -= settlements.length;
    }
  }
}

/** What one call may carry, taken from the front; `waiting` itself when that is all of it. */
function portion<T extends { record: AttemptRecord }>(waiting: T[]): T[] {
  let bytes = 0;
  let count = 0;
  while (count < waiting.length && count < MOST && bytes < BYTES) {
    const record = waiting[count]?.record;
    bytes +=
      (record?.result?.length ?? 0) +
      (record?.error?.message.length ?? 0) +
      (record?.error?.stack?.length ?? 0);
    count += 1;
  }
  return count === waiting.length ? waiting : waiting.splice(0, count);
}

/** Runs a call, after it has failed with `error` once, until the store answers; null when the worker has given up waiting. */
export type Retry = <T>(call: () => Promise<T>, error: unknown) => Promise<T | null>;

const NONE: readonly string[] = [];

function refused(endings: readonly { id: string }[], words: readonly EndingWord[] | null): readonly string[] {
  return words === null ? NONE : endings.flatMap(({ id }, i) => (words[i] === 'lost' ? [id] : []));
}
