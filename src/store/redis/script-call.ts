/**
 * A script call as an ioredis command, with only what ioredis looks at on its way: its own Command copies, converts
 * and encodes each argument, and decodes each part of a reply, at a cost that a claim would pay for every task.
 */

import type { Command } from 'ioredis';
import { explain } from './connect.js';
import type { Script } from './scripts.js';
import { bulk, type Items, written } from './wire.js';
import { giveBack } from './write-buffers.js';

export type ScriptReply = string | number | null | ScriptReply[];

/** What ioredis 6 uses of a command that is no pipeline's, blocking or of its own handshake. */
type Sent = Pick<
  Command,
  'name' | 'args' | 'isTraced' | 'promise' | 'resolve' | 'reject' | 'toWritable' | 'setReplyContext'
>;

const NO_ARGUMENTS: [] = [];
/** Every script has one key, the prefix of the keys it touches. */
const ONE = bulk(1);
const openings = new WeakMap<Script, string>();

function openingOf(script: Script): string {
  let opening = openings.get(script);
  if (opening === undefined) {
    opening = `${bulk('EVALSHA')}${bulk(script.sha)}${ONE}`;
    openings.set(script, opening);
  }
  return opening;
}

export class ScriptCall implements Sent {
  readonly name = 'evalsha';
  /** Looked at in logs and errors only, where payloads have no business. */
  readonly args = NO_ARGUMENTS;
  isTraced = false;
  readonly promise: Promise<ScriptReply>;
  readonly #script: Script;
  readonly #items: Items;
  readonly #again: (call: ScriptCall) => void;
  /** Redis turned out not to know the script: all of it is sent. */
  #whole = false;
  /** Lent memory it was written from. */
  #written: Buffer | null = null;
  #resolve!: (reply: ScriptReply) => void;
  #reject!: (error: Error) => void;

  /** `items` are its one key and its arguments. `again` sends a call once more. */
  constructor(script: Script, items: Items, again: (call: ScriptCall) => void) {
    this.#script = script;
    this.#items = items;
    this.#again = again;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  reject(error: Error): void {
    if (this.#whole || !error.message.startsWith('NOSCRIPT')) {
      this.#reject(explain(error));
      return;
    }
    this.#whole = true;
    this.#again(this);
  }

  resolve(reply: unknown): void {
    // Who answers has read all of it. A line that broke may still hold it: then it is not used again.
    if (this.#written) giveBack(this.#written);
    this.#written = null;
    this.#resolve(textOf(reply));
  }

  toWritable(): string | Buffer {
    const script = this.#script;
    const { count, text, pieces, bytes = 0 } = this.#items;
    const opening = this.#whole ? `${bulk('EVAL')}${bulk(script.text)}${ONE}` : openingOf(script);
    const head = `*${3 + count}\r\n${opening}${text}`;
    if (!pieces) return head;
    this.#written = written(head, pieces, bytes);
    return this.#written;
  }

  setReplyContext(): void {}
}

/** ioredis hands over bytes. */
function textOf(reply: unknown): ScriptReply {
  if (reply instanceof Buffer) return reply.toString();
  return Array.isArray(reply) ? reply.map(textOf) : (reply as ScriptReply);
}
