/** Lets schedules go on whose pause has come to its end. */

import { isInvalid } from '../domain/input/errors.js';
import { resumeInTime } from '../schedules/edit.js';
import type { Fenced, Term } from '../store/contract/index.js';
import type { DutyContext } from './duty.js';

/** Read at a time. */
const AT_ONCE = 100;

export interface ResumptionsOptions extends DutyContext {
  term: Term;
}

export class Resumptions {
  readonly #options: ResumptionsOptions;
  /** Who takes office does not know which pauses there are. */
  #looks = true;
  /** The earliest end that is known; Infinity: there is none. */
  #next = Number.POSITIVE_INFINITY;
  /** Those whose stored spec this release refuses: each is told once. */
  readonly #faulty = new Set<string>();

  constructor(options: ResumptionsOptions) {
    this.#options = options;
  }

  /** Schedules were edited, or may have been. */
  look(): void {
    this.#looks = true;
  }

  /** Answers when the next pause ends, ms, or Infinity; nothing is asked before that unless schedules were edited. */
  async tick(now: number): Promise<number | Fenced> {
    if (!this.#looks && this.#next > now) return this.#next;
    const { queue, store } = this.#options;
    this.#looks = false;
    for (;;) {
      const ends = await store.resuming(queue, AT_ONCE + this.#faulty.size);
      const over = ends.filter(({ id, at }) => at <= now && !this.#faulty.has(id));
      for (const { id } of over) if ((await this.#resume(id, now)) === 'fenced') return 'fenced';
      this.#next = ends.find(({ at }) => at > now)?.at ?? Number.POSITIVE_INFINITY;
      if (over.length < AT_ONCE) return this.#next;
    }
  }

  async #resume(id: string, now: number): Promise<undefined | Fenced> {
    const { queue, store, term, log } = this.#options;
    try {
      const { word } = await resumeInTime(store, id, now, term);
      if (word === 'fenced') return word;
      if (word === 'stale') this.#looks = true;
      else log.info({ event: 'schedule.resumed', queue, schedule: id }, 'its pause is over: it goes on');
      return undefined;
    } catch (error) {
      if (!isInvalid(error)) throw error;
      this.#faulty.add(id);
      log.error(
        { event: 'schedule.faulty', queue, schedule: id, error },
        `its pause is over, but it cannot go on: ${error.message}`,
      );
      return undefined;
    }
  }
}
