/** Watches the office as the data records it: whether the data is lost, another leads, or planning stands still. */

import { mono } from '../runtime/clock.js';
import type { Log } from '../runtime/log.js';
import { type Loop, startLoop } from '../runtime/loop.js';
import type { LeaderStore, RecordedTerm, RegistryStore, Term } from '../store/contract/index.js';
import { LOOK_EVERY, patienceOf, Standstill } from './standstill.js';

/** What a leader has begun to plan and not done yet: since which monotonic time, and where. */
export interface Behind {
  since: number;
  queue: string;
}

export interface OfficeRecordOptions {
  store: Pick<RegistryStore, 'office'> & Pick<LeaderStore, 'markPlanned'>;
  ttlMs: number;
  /** The term this node leads in, if it does. */
  own(): Term | undefined;
  /** What of its planning this node is behind with while it leads; null: nothing. */
  behind(): Behind | null;
  /** The node's own term is not the one recorded: what it has done in it is gone, or is another's to do. */
  onReplaced(by: 'older data' | 'a later term'): void;
  /** The data is gone, or older than what was there: whoever kept something there puts it there again. */
  onLost?(): void;
  /** Another node leads, and its planning has stood still for longer than is borne. */
  onStandstill(recorded: RecordedTerm, stoodMs: number): void;
  log: Log;
}

/** Whose planning goes on after this long in office has not inherited what its forerunners were deposed for, ms. */
const SETTLED_AFTER = 120_000;

export class OfficeRecord {
  readonly #options: OfficeRecordOptions;
  readonly #loop: Loop;
  readonly #standstill = new Standstill();
  /** The latest term that was seen to be recorded. */
  #latest = 0;
  #settledAt = Number.POSITIVE_INFINITY;
  /** What the leader was behind with when it last moved the watermark. */
  #behindSince: number | undefined;
  #told = false;

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
    this.#settledAt = mono() + SETTLED_AFTER;
    this.#behindSince = undefined;
    this.#told = false;
  }

  async look(): Promise<void> {
    const { store, log, own, onReplaced } = this.#options;
    // As known before asking: what is recorded meanwhile says nothing about the answer.
    const latest = this.#latest;
    const mine = own();
    if (mine && this.#wentOn()) {
      const settled = mono() > this.#settledAt;
      if ((await store.markPlanned(mine, settled)) === 'ok') return;
    }
    const recorded = await this.#read();
    const number = recorded?.number ?? 0;
    if (number < latest) {
      // Told once: from now on the earlier one counts, unless a new one has been taken meanwhile.
      if (this.#latest === latest) this.#latest = number;
      log.warn(
        { event: 'data.lost', term: latest, recorded: recorded && number },
        `the data of this namespace ${recorded ? 'was replaced by older data' : 'is gone'}; starting from what there is`,
      );
      this.#options.onLost?.();
    } else {
      this.#latest = Math.max(this.#latest, number);
    }
    if (mine !== own() || recorded?.token === mine?.token) return;
    if (mine) onReplaced(number > mine.number ? 'a later term' : 'older data');
    else if (recorded) this.#judge(recorded);
  }

  /** Does not wait for an answer that is under way. */
  stop(): void {
    this.#loop.stop().catch(() => {});
  }

  async #read(): Promise<RecordedTerm | null> {
    try {
      return await this.#options.store.office();
    } catch (error) {
      this.#standstill.reset();
      throw error;
    }
  }

  /** Whether the leader has done what it was behind with at the last look, if it was behind with anything. */
  #wentOn(): boolean {
    const { log, ttlMs } = this.#options;
    const behind = this.#options.behind();
    const stuck = behind !== null && behind.since === this.#behindSince;
    this.#behindSince = behind?.since;
    if (!stuck) {
      if (this.#told) log.info({ event: 'planning.recovered' }, 'planning goes on');
      this.#told = false;
      return true;
    }
    const stoodMs = Math.round(mono() - behind.since);
    if (!this.#told && stoodMs > patienceOf(ttlMs, 0) / 2) {
      this.#told = true;
      log.warn(
        { event: 'planning.stuck', queue: behind.queue, stoodMs },
        'planning stands still; when it lasts, a standby deposes this node',
      );
    }
    return false;
  }

  #judge(recorded: RecordedTerm): void {
    const stoodMs = this.#standstill.saw(recorded, mono());
    if (stoodMs < patienceOf(this.#options.ttlMs, recorded.deposed)) return;
    this.#standstill.reset();
    this.#options.onStandstill(recorded, stoodMs);
  }
}
