/** The same fault once, then counted: what one outage makes every part of a process say is written once in half a minute. */

import { mono } from './clock.js';
import { floods } from './log-events.js';

const QUIET = 30_000;

type Fields = Readonly<Record<string, unknown>>;
type Write = (fields: Fields, message: string) => void;

interface Known {
  /** When it was written, monotonic ms. */
  at: number;
  /** Those that were not. */
  repeated: number;
  again(repeated: number): void;
}

export class Floods {
  readonly #known = new Map<string, Known>();

  /** Writes a line, or counts it. What was counted is told with the first line of any kind after the half minute. */
  write(fields: Fields, message: string, write: Write): void {
    const now = mono();
    for (const [fault, { at, repeated, again }] of this.#known) {
      if (now - at < QUIET) continue;
      this.#known.delete(fault);
      if (repeated > 0) again(repeated);
    }
    const { event, error } = fields;
    if (!floods(event)) {
      write(fields, message);
      return;
    }
    const fault = `${event} ${nameOf(error)}`;
    const known = this.#known.get(fault);
    if (known) {
      known.repeated += 1;
      return;
    }
    const again = (repeated: number): void => write({ ...fields, repeated }, message);
    this.#known.set(fault, { at: now, repeated: 0, again });
    write(fields, message);
  }
}

function nameOf(error: unknown): string {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return String(code ?? message ?? '');
}
