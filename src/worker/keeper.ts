/** What a worker shares with the thread that keeps its leases: the leases, and by when attempts must be over. */

import { MOST_CONCURRENCY } from '../domain/defaults.js';
import type { Beats, Store } from '../store/contract/index.js';

const NOTHING = (): void => {};

export class LeaseKeeper {
  /** Monotonic ms by which attempts with a timeout must be over; 0: none. */
  readonly #deadlines: Float64Array;
  readonly #beats: Beats | null;
  readonly #free: number[] = [];
  #used = 0;

  constructor(store: Store, leaseMs: number) {
    // A worker may be given more slots while it runs.
    const bytes = MOST_CONCURRENCY * Float64Array.BYTES_PER_ELEMENT;
    this.#deadlines = new Float64Array(new SharedArrayBuffer(bytes));
    this.#beats = store.beats?.(leaseMs, this.#deadlines) ?? null;
  }

  /** Once `at` (monotonic ms) has passed no lease of this process is kept, until what this answers is called. */
  deadline(at: number): () => void {
    const cell = this.#free.pop() ?? this.#used++;
    this.#deadlines[cell] = at;
    return () => {
      this.#deadlines[cell] = 0;
      this.#free.push(cell);
    };
  }

  /** As `Beats.keep`. */
  keep(queue: string, worker: string, ends: Float64Array): () => void {
    return this.#beats?.keep(queue, worker, ends) ?? NOTHING;
  }

  close(): void {
    this.#beats?.close();
  }
}
