/** One queue as a worker sees it: endings on their way to the store, claims under way, and whether there is more. */

import type { ClaimedTask, Completion, EndingWord, Settlement, Store } from '../store/contract.js';

/** Two claims may be under way, one per line of nonces. */
const LINES = 2;
const MOST = 1_000;

export interface ClaimResult {
  tasks: ClaimedTask[];
  /** Endings the store refused: (task id, word). */
  lost: string[];
}

export class Stream {
  readonly queue: string;
  /** Nothing was ready at the last look; claims wait for a wake-up. */
  empty = false;
  /** When the next waiting task comes due, as far as known (Redis time, ms). */
  nextDue: number | null = null;
  /** Slots asked for by claims under way. */
  asking = 0;
  #completions: Completion[] = [];
  #settlements: Settlement[] = [];
  readonly #nonces = [0, 1];
  readonly #busy = [false, false];
  #settling = false;

  constructor(queue: string) {
    this.queue = queue;
  }

  complete(completion: Completion): void {
    this.#completions.push(completion);
  }

  settle(settlement: Settlement): void {
    this.#settlements.push(settlement);
  }

  /** Endings not yet sent. */
  get unsent(): number {
    return this.#completions.length + this.#settlements.length;
  }

  get completions(): number {
    return this.#completions.length;
  }

  get claiming(): number {
    return this.#busy.filter(Boolean).length;
  }

  get free(): boolean {
    return this.claiming < LINES;
  }

  get idle(): boolean {
    return this.unsent === 0 && this.claiming === 0 && !this.#settling;
  }

  /** Sends all completions and asks for `want` tasks. Retries through `retry` until it is answered. */
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
    this.asking += want;
    const completions = this.#completions.splice(0, MOST);
    const nonce = (this.#nonces[line] ?? line) + LINES;
    this.#nonces[line] = nonce;
    try {
      const reply = await retry(() =>
        store.claim(this.queue, { worker, nonce, want, handlers, leaseMs, completions }),
      );
      if (reply === null) return { tasks: [], lost: [] };
      if (want > 0) {
        this.nextDue = reply.nextDue;
        if (reply.tasks.length < want) this.empty = true;
      }
      return { tasks: reply.tasks, lost: refused(completions, reply.endings) };
    } finally {
      this.#busy[line] = false;
      this.asking -= want;
    }
  }

  /** Sends all settlements; null when there is nothing to send or a call is under way. */
  flush(store: Store, worker: string, retry: Retry): Promise<string[]> | null {
    if (this.#settling || this.#settlements.length === 0) return null;
    return this.#send(store, worker, retry);
  }

  async #send(store: Store, worker: string, retry: Retry): Promise<string[]> {
    this.#settling = true;
    const settlements = this.#settlements.splice(0, MOST);
    try {
      const words = await retry(() => store.settle(this.queue, worker, settlements));
      return refused(settlements, words);
    } finally {
      this.#settling = false;
    }
  }
}

/** Runs a call until the store answers; null when the worker has given up waiting. */
export type Retry = <T>(call: () => Promise<T>) => Promise<T | null>;

function refused(endings: readonly { id: string }[], words: readonly EndingWord[] | null): string[] {
  return words === null ? [] : endings.flatMap(({ id }, i) => (words[i] === 'lost' ? [id] : []));
}
