/** Watches the office as the data records it: from a lock alone nobody learns that the data beside it was lost. */

import type { Log } from '../runtime/log.js';
import { type Loop, startLoop } from '../runtime/loop.js';
import type { RegistryStore, Term } from '../store/contract/index.js';

export interface OfficeRecordOptions {
  store: Pick<RegistryStore, 'office'>;
  /** The term this node leads in, if it does. */
  own(): Term | undefined;
  /** The node's own term is not the one recorded: what it has done in it is gone, or is another's to do. */
  onReplaced(by: 'older data' | 'a later term'): void;
  /** The data is gone, or older than what was there: whoever kept something there puts it there again. */
  onLost?(): void;
  log: Log;
}

/** Leaders and standbys look this often, ms. */
const LOOK_EVERY = 2_000;

export class OfficeRecord {
  readonly #options: OfficeRecordOptions;
  readonly #loop: Loop;
  /** The latest term that was seen to be recorded. */
  #latest = 0;

  constructor(options: OfficeRecordOptions) {
    this.#options = options;
    const tick = async (): Promise<number> => {
      await this.look();
      return LOOK_EVERY;
    };
    this.#loop = startLoop('office', tick, { log: options.log, maxDelay: LOOK_EVERY });
  }

  /** This term was recorded a moment ago. */
  saw({ number }: Term): void {
    this.#latest = Math.max(this.#latest, number);
  }

  async look(): Promise<void> {
    const { store, log, own, onReplaced } = this.#options;
    // As known before asking: what is recorded meanwhile says nothing about the answer.
    const latest = this.#latest;
    const mine = own();
    const recorded = await store.office();
    const number = recorded?.number ?? 0;
    if (number < latest) {
      // Told once: from now on the earlier one counts, unless a new one has been taken meanwhile.
      if (this.#latest === latest) this.#latest = number;
      log.warn(
        { term: latest, recorded: recorded && number },
        `the data of this namespace ${recorded ? 'was replaced by older data' : 'is gone'}; starting from what there is`,
      );
      this.#options.onLost?.();
    } else {
      this.#latest = Math.max(this.#latest, number);
    }
    if (!mine || mine !== own() || recorded?.token === mine.token) return;
    onReplaced(number > mine.number ? 'a later term' : 'older data');
  }

  /** Does not wait for an answer that is under way. */
  stop(): void {
    this.#loop.stop().catch(() => {});
  }
}
