/** Schedules that cannot be planned: each fault is told once, and what fails is not tried again at every look. */

import type { DutyContext } from './duty.js';

/** A schedule that cannot be planned is tried again after this, then ever more rarely, at the longest after the second (ms). */
const FIRST_REST = 1_000;
const LONGEST_REST = 60_000;

interface Fault {
  revision: number;
  text: string;
  rest: number;
  /** When it is tried again. */
  until: number;
}

export class Faults {
  readonly #context: DutyContext;
  readonly #faults = new Map<string, Fault>();

  constructor(context: DutyContext) {
    this.#context = context;
  }

  get size(): number {
    return this.#faults.size;
  }

  /** Until when the schedule is left alone; null: it is not. An edit may have put it right. */
  until(schedule: string, revision: number, now: number): number | null {
    const fault = this.#faults.get(schedule);
    if (fault?.revision !== revision || fault.until <= now || fault.until > now + LONGEST_REST) return null;
    return fault.until;
  }

  clear(schedule: string): void {
    this.#faults.delete(schedule);
  }

  /** Answers when to try again. */
  tell(schedule: string, revision: number, now: number, error: unknown): number {
    const before = this.#faults.get(schedule);
    const text = error instanceof Error ? error.message : String(error);
    const rest = before?.revision === revision ? Math.min(2 * before.rest, LONGEST_REST) : FIRST_REST;
    this.#faults.set(schedule, { revision, text, rest, until: now + rest });
    if (before?.text !== text) {
      const { queue, log } = this.#context;
      log.error(
        { event: 'schedule.faulty', queue, schedule, error: error as Error },
        `cannot be planned: ${text}`,
      );
    }
    return now + rest;
  }
}
