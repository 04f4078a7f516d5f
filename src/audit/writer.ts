/** Writes entries of the audit down: those of one moment in one call, and what Redis did not take as soon as it does. */

import type { Log } from '../runtime/log.js';
import { type Loop, startLoop } from '../runtime/loop.js';
import { within } from '../runtime/within.js';
import type { AuditRecord, AuditStore } from '../store/contract/index.js';

/** A deed that is done is answered after this at the latest, ms: its entry follows. */
const PATIENCE = 1_000;
const AGAIN = 2_000;
/** Entries that wait for Redis; of more the oldest stand in the log alone. */
const MOST_WAITING = 1_000;
const AT_ONCE = 100;

export class AuditWriter {
  readonly #store: AuditStore;
  readonly #log: Log;
  #waiting: AuditRecord[] = [];
  #writing: Promise<void> | null = null;
  #error: unknown;
  #loop: Loop | null = null;

  constructor(store: AuditStore, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  /** Resolves when it is written down, or will be later. Never throws: what it tells of has happened. */
  async write(entry: AuditRecord): Promise<void> {
    this.#waiting.push(entry);
    await within(PATIENCE, this.#flush());
    if (!this.#waiting.includes(entry)) return;
    const error = this.#error;
    this.#log.warn(
      { event: 'audit.waiting', entry, error },
      'an entry of the audit is not written down yet; it is tried again',
    );
    this.#loop ??= startLoop('audit', () => this.#again(), { log: this.#log });
    this.#loop.wake();
    this.#giveUp(this.#waiting.splice(0, Math.max(0, this.#waiting.length - MOST_WAITING)));
  }

  /** Writes down what waits, as far as Redis takes it. */
  async close(): Promise<void> {
    await this.#loop?.stop();
    await within(PATIENCE, this.#flush());
    this.#giveUp(this.#waiting);
  }

  #giveUp(lost: readonly AuditRecord[]): void {
    for (const entry of lost)
      this.#log.error(
        { event: 'audit.lost', entry },
        'an entry of the audit stands in this line and nowhere else',
      );
  }

  async #again(): Promise<number> {
    await this.#flush();
    return this.#waiting.length > 0 ? AGAIN : Number.POSITIVE_INFINITY;
  }

  /** One call at a time; what comes meanwhile goes with the next. */
  async #flush(): Promise<void> {
    // One that is under way may have begun without what was added last.
    await this.#writing;
    this.#writing ??= this.#send().finally(() => {
      this.#writing = null;
    });
    await this.#writing;
  }

  async #send(): Promise<void> {
    const entries = this.#waiting.slice(0, AT_ONCE);
    if (entries.length === 0) return;
    try {
      await this.#store.audit(entries);
      this.#waiting = this.#waiting.filter((entry) => !entries.includes(entry));
    } catch (error) {
      this.#error = error;
    }
  }
}
