/** Keys and arguments of a script call as they go over the wire. */

import { lend } from './write-buffers.js';

/** `$<bytes>` and the line's end, by length: short texts are most of what is sent. */
const LENGTHS = Array.from({ length: 256 }, (_, length) => `$${length}\r\n`);

export const NOTHING = '$0\r\n\r\n';

/** One key or argument. */
export function bulk(value: string | number): string {
  const text = typeof value === 'string' ? value : `${value}`;
  const bytes = Buffer.byteLength(text);
  return `${LENGTHS[bytes] ?? `$${bytes}\r\n`}${text}\r\n`;
}

export function bulks(values: readonly (string | number)[]): string {
  let text = '';
  for (let i = 0; i < values.length; i++) text += bulk(values[i] as string | number);
  return text;
}

/** Some of the arguments of a call, encoded. */
export interface Items {
  readonly count: number;
  readonly text: string;
  /** Follows the text: a call with large arguments is kept in pieces, since a long text is copied when it is written. */
  readonly pieces?: readonly string[];
  /** What the pieces take, bytes. */
  readonly bytes?: number;
}

/** Characters from which an argument is kept as a piece of its own. */
const LARGE = 512;

/** Gathers arguments of which some may be large. */
export class Gathering {
  #text = '';
  #bytes = 0;
  readonly #pieces: string[] = [];

  add(value: string | number): void {
    this.#text += bulk(value);
  }

  /** One argument of two parts. */
  addJoined(head: string, rest: string): void {
    const restBytes = Buffer.byteLength(rest);
    const bytes = Buffer.byteLength(head) + restBytes;
    this.#text += `${LENGTHS[bytes] ?? `$${bytes}\r\n`}${head}`;
    if (rest.length < LARGE) this.#text += `${rest}\r\n`;
    else {
      this.#bytes += Buffer.byteLength(this.#text) + restBytes;
      this.#pieces.push(this.#text, rest);
      this.#text = '\r\n';
    }
  }

  items(count: number): Items {
    if (this.#pieces.length === 0) return { count, text: this.#text };
    const bytes = this.#bytes + Buffer.byteLength(this.#text);
    return { count, text: '', pieces: [...this.#pieces, this.#text], bytes };
  }
}

/** What is written of a text and the pieces that follow it, in lent memory. */
export function written(text: string, pieces: readonly string[], bytes: number): Buffer {
  const buffer = lend(Buffer.byteLength(text) + bytes);
  let at = buffer.write(text);
  let chars = 0;
  for (const piece of pieces) chars += piece.length;
  // A byte for each character: all of it is ASCII, which needs no encoding.
  const encoding = chars === bytes ? 'latin1' : 'utf8';
  for (const piece of pieces) at += buffer.write(piece, at, encoding);
  return buffer;
}

export function items(values: readonly (string | number)[]): Items {
  return { count: values.length, text: bulks(values) };
}
