/** One plain line for each attempt that ended, for the person in front of `carillon dev`. */

import { printable } from '../domain/input/error-text.js';
import { mono } from '../runtime/clock.js';
import { occurrenceOf } from '../tasks/view.js';
import type { Ending } from '../worker/attempt.js';

const LONGEST_RESULT = 80;
/** The first word behind the handler that is one, and what its task came to. */
const OUTCOME = /(?<= )(?:completed|failed|timeout|released|snoozed|cancelled)(?=[ :])/;
const END = /(?<=→ )(?:dead|cancelled)(?= {2}\[)/;

/** Of one handler whose runs complete all the time, a line is printed no more often than this, ms. */
const APART = 5_000;

type Paint = (state: string) => string;

/** The lines of all of them: whatever went wrong, and as much of what completed as a person can follow. */
export class RunLines {
  readonly #print: (line: string) => void;
  readonly #paint: Paint;
  /** By handler, when its latest line was printed, and how many completed since. */
  readonly #printed = new Map<string, { at: number; more: number }>();

  constructor(print: (line: string) => void, paint?: Paint) {
    this.#print = print;
    this.#paint = paint ?? ((state) => state);
  }

  ended(ending: Ending, now = mono()): void {
    const { handler } = ending.task;
    const before = this.#printed.get(handler);
    const usual = ending.kind === 'complete' && ending.record.attempt === 1;
    if (usual && before && now - before.at < APART) {
      before.more += 1;
      return;
    }
    if (usual) this.#printed.set(handler, { at: now, more: 0 });
    const more = usual && before && before.more > 0 ? ` and ${before.more} more` : '';
    this.#print(runLine(ending, this.#paint) + more);
  }
}

/** `paint`: how a state looks to whoever reads it. */
export function runLine({ task, ...ending }: Ending, paint: Paint = (state) => state): string {
  const { record } = ending;
  const what = `${task.handler.padEnd(16)} `;
  const took = `in ${span(record.finishedAt - record.startedAt)}`;
  // A retry is due later than the task was; only the first attempt's lateness says something.
  const late = record.attempt === 1 ? `, ${span(record.startedAt - task.dueAt)} after due` : '';
  const occurrence = occurrenceOf(task.id);
  const nominal = occurrence ? ` of ${clockText(occurrence.nominal)}` : '';
  const tail = `[${task.id}${nominal}${late}]`;
  const attempt = `attempt ${record.attempt}`;
  if (ending.kind === 'complete') {
    const again = record.attempt > 1 ? ` at ${attempt}` : '';
    const result = record.result === undefined ? '' : ` → ${short(record.result)}`;
    return line(paint, record.finishedAt, `${what}completed${again} ${took}${result}  ${tail}`);
  }
  const why = record.error ? `: ${short(record.error.message)}` : '';
  return line(
    paint,
    record.finishedAt,
    `${what}${attempt} ${record.outcome}${why}${consequence(ending)}  ${tail}`,
  );
}

function consequence({ settlement, record }: Omit<Extract<Ending, { kind: 'settle' }>, 'task'>): string {
  const { next } = settlement;
  if (next.to === 'retry') return ` → runs again in ${span(next.due - record.finishedAt)}`;
  if (next.to === 'head') return ' → runs again at once';
  return ` → ${next.to}`;
}

/** Painted last: what tasks say may not bring colours of its own. */
function line(paint: Paint, at: number, text: string): string {
  const said = printable(text).replace(OUTCOME, paint).replace(END, paint);
  return `${clockText(at)}  ${said}`;
}

/** What a clock here shows. */
function clockText(at: number): string {
  return new Date(at).toTimeString().slice(0, 8);
}

function short(text: string): string {
  return text.length > LONGEST_RESULT ? `${text.slice(0, LONGEST_RESULT)}…` : text;
}

/** Whole ms below a second, then seconds with one digit. */
function span(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  return whole < 1_000 ? `${whole} ms` : `${(whole / 1_000).toFixed(1)} s`;
}
