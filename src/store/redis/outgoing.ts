/** A call on its way out: what is written of it is sent in portions, so that Redis reads one while the next is written. */

import type { Writable } from 'node:stream';
import { bulkHead } from './wire.js';
import { BUFFER, giveBack, lend } from './write-buffers.js';

/** Bytes of a portion, about. */
const PORTION = 64 * 1024;
/** Bytes of UTF-8 that a character of a text takes at most. */
const WIDEST = 3;
/** Characters that are gathered before they are written: most calls are no longer, and sent as the text they are. */
const GATHERED = 8 * 1024;
/** Characters from which a text is written by itself: gathered, it would be copied once more. */
const LARGE = 512;

export class Outgoing {
  readonly #stream: Writable;
  /** Gathered, not yet written. */
  #text = '';
  #buffer: Buffer | null = null;
  /** Bytes written into the buffer. */
  #at = 0;
  /** What the stream may still read. */
  #lent: Buffer[] | null = null;

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  /** All that `write` writes; answers what of it is left to be sent. */
  whole(write: (out: Outgoing) => void): string | Buffer {
    try {
      write(this);
      return this.#rest();
    } catch (error) {
      // Half of a call may be on its way: whatever followed it would be taken for the rest.
      this.#stream.destroy();
      throw error;
    }
  }

  /** As it stands on the wire. */
  add(text: string): void {
    this.#text += text;
    if (this.#text.length >= GATHERED) this.#write();
  }

  /** One argument of two parts; answers its bytes. */
  addJoined(head: string, rest: string): number {
    const headBytes = Buffer.byteLength(head);
    if (rest.length < LARGE) {
      const bytes = headBytes + Buffer.byteLength(rest);
      this.add(`${bulkHead(bytes)}${head}${rest}\r\n`);
      return bytes;
    }
    const before = this.#text;
    // As if each character were one byte: mostly they are.
    this.#text = `${before}${bulkHead(headBytes + rest.length)}${head}`;
    const buffer = this.#room(this.#text.length + rest.length);
    let bytes: number;
    if (buffer) {
      let at = this.#at + buffer.write(this.#text, this.#at);
      bytes = buffer.write(rest, at);
      if (bytes !== rest.length) {
        at = this.#at + buffer.write(`${before}${bulkHead(headBytes + bytes)}${head}`, this.#at);
        buffer.write(rest, at);
      }
      this.#at = at + bytes;
      if (this.#at >= PORTION) this.#send();
    } else {
      const own = Buffer.from(rest);
      bytes = own.length;
      this.#text = `${before}${bulkHead(headBytes + bytes)}${head}`;
      this.#write();
      this.#send();
      this.#stream.write(own);
    }
    this.#text = '\r\n';
    return headBytes + bytes;
  }

  #rest(): string | Buffer {
    const buffer = this.#at > 0 ? this.#room(this.#text.length) : null;
    if (buffer && this.#at > 0) {
      this.#at += buffer.write(this.#text, this.#at);
      this.#lend(buffer);
      return buffer.subarray(0, this.#at);
    }
    this.#send();
    if (this.#buffer) giveBack(this.#buffer);
    this.#buffer = null;
    return this.#text;
  }

  /** All of it has been read. */
  answered(): void {
    for (const buffer of this.#lent ?? []) giveBack(buffer);
    this.#lent = null;
  }

  #write(): void {
    const buffer = this.#room(this.#text.length);
    if (buffer) this.#at += buffer.write(this.#text, this.#at);
    else {
      this.#send();
      this.#stream.write(this.#text);
    }
    this.#text = '';
    if (this.#at >= PORTION) this.#send();
  }

  /** A buffer that has room for so many characters behind what stands in it; null where none has. */
  #room(chars: number): Buffer | null {
    const bytes = chars * WIDEST;
    if (bytes > BUFFER) return null;
    if (this.#at + bytes > BUFFER) this.#send();
    this.#buffer ??= lend();
    return this.#buffer;
  }

  #send(): void {
    const buffer = this.#buffer;
    if (!buffer || this.#at === 0) return;
    this.#stream.write(buffer.subarray(0, this.#at));
    // What was held back goes with it.
    if (this.#stream.writableCorked > 0) {
      this.#stream.uncork();
      this.#stream.cork();
    }
    // Nothing is kept back where the system took all of it at once: then the buffer is free again.
    if (this.#stream.writableLength > 0) this.#lend(buffer);
    this.#at = 0;
  }

  #lend(buffer: Buffer): void {
    this.#lent ??= [];
    this.#lent.push(buffer);
    this.#buffer = null;
  }
}
