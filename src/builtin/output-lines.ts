/** What a command prints, line by line: to the log of its task as fast as that can take it, and the last lines kept. */

import { LOG_LINES } from '../domain/input/sizes.js';
import { mono } from '../runtime/clock.js';
import { after } from '../runtime/timers.js';

/** Characters of a line that are kept. */
const LONGEST = 2_000;
/** Between two batches of lines, ms. */
const PACE = 250;
/** The last lines, and their characters together, that an error or a result quotes. */
const LAST = 20;
const LAST_TEXT = 4_000;

export type Stream = 'stdout' | 'stderr';

/**
 * Lines wait a moment and go together. A log keeps the latest `LOG_LINES` of a task: where more come between two
 * batches, the earlier ones are left out and counted, so that a flood holds up nobody.
 */
export class OutputLines {
  readonly #log: (stream: Stream, line: string) => void;
  readonly #open: Record<Stream, string> = { stdout: '', stderr: '' };
  /** The rest of an open line is left out. */
  readonly #full: Record<Stream, boolean> = { stdout: false, stderr: false };
  #waiting: [Stream, string][] = [];
  #leftOut = 0;
  #last: string[] = [];
  #sentAt = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | null = null;

  constructor(log: (stream: Stream, line: string) => void) {
    this.#log = log;
  }

  add(stream: Stream, text: string): void {
    const [first = '', ...others] = text.split('\n');
    this.#grow(stream, first);
    for (const part of others) {
      this.#close(stream);
      this.#grow(stream, part);
    }
  }

  /** Nothing more comes. */
  end(): void {
    for (const stream of ['stdout', 'stderr'] as const) if (this.#open[stream] !== '') this.#close(stream);
    this.#cancel?.();
    this.#send();
  }

  /** The last lines of both streams, in the order in which they came. */
  get last(): string {
    return this.#last.join('\n').slice(-LAST_TEXT);
  }

  #grow(stream: Stream, text: string): void {
    if (this.#full[stream]) return;
    const grown = this.#open[stream] + text;
    this.#full[stream] = grown.length > LONGEST;
    this.#open[stream] = this.#full[stream] ? `${grown.slice(0, LONGEST)}…` : grown;
  }

  #close(stream: Stream): void {
    const line = plain(this.#open[stream]);
    this.#open[stream] = '';
    this.#full[stream] = false;
    this.#last.push(line);
    if (this.#last.length > LAST) this.#last.shift();
    this.#waiting.push([stream, line]);
    if (this.#waiting.length >= 2 * LOG_LINES) this.#drop();
    this.#cancel ??= after(Math.max(0, this.#sentAt + PACE - mono()), () => this.#send());
  }

  #drop(): void {
    const kept = this.#waiting.slice(-LOG_LINES);
    this.#leftOut += this.#waiting.length - kept.length;
    this.#waiting = kept;
  }

  #send(): void {
    this.#cancel = null;
    this.#sentAt = mono();
    if (this.#waiting.length > LOG_LINES) this.#drop();
    const lines = this.#waiting;
    this.#waiting = [];
    if (this.#leftOut > 0) this.#log('stderr', `(${this.#leftOut} lines left out: more than a log keeps)`);
    this.#leftOut = 0;
    for (const [stream, line] of lines) this.#log(stream, line);
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is they that are taken out
const ESCAPES = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])/g;

/** As a terminal would leave it, without colours and whatever else would steer that of who reads it. */
function plain(line: string): string {
  const shown = line.replace(/\r+$/, '');
  const written = shown.slice(shown.lastIndexOf('\r') + 1);
  return written.replace(ESCAPES, '').replace(/(?!\t)\p{Cc}/gu, ' ');
}
