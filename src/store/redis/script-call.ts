/** A script call, written in as few steps as can be. */

import type { Writable } from 'node:stream';
import { BareCall, type BareReply } from './bare-call.js';
import { Outgoing } from './outgoing.js';
import type { Script } from './scripts.js';
import { bulk, type Items } from './wire.js';

export type ScriptReply = BareReply;

/** Every script has one key, the prefix of the keys it touches. */
const ONE = bulk(1);
/** Characters of a call that is sent together with others. */
const SMALL = 4_096;
const openings = new WeakMap<Script, string>();

function openingOf(script: Script): string {
  let opening = openings.get(script);
  if (opening === undefined) {
    opening = `${bulk('EVALSHA')}${bulk(script.sha)}${ONE}`;
    openings.set(script, opening);
  }
  return opening;
}

export class ScriptCall extends BareCall {
  readonly #script: Script;
  readonly #items: Items;
  readonly #again: (call: ScriptCall) => void;
  /** Redis turned out not to know the script: all of it is sent. */
  #whole = false;
  #outgoing: Outgoing | null = null;

  /** `items` are its one key and its arguments. `again` sends a call once more. */
  constructor(script: Script, items: Items, again: (call: ScriptCall) => void) {
    super('evalsha');
    this.#script = script;
    this.#items = items;
    this.#again = again;
  }

  /** Costs more to be sent alone than to be put together with others. */
  override get isSmall(): boolean {
    return !this.#whole && !this.#items.rows && this.#items.text.length < SMALL;
  }

  override reject(error: Error): void {
    if (this.#whole || !error.message.startsWith('NOSCRIPT')) {
      super.reject(error);
      return;
    }
    this.#whole = true;
    this.#again(this);
  }

  override resolve(reply: unknown): void {
    // Who answers has read all of it. A line that broke may still hold it: then it is not used again.
    this.#outgoing?.answered();
    super.resolve(reply);
  }

  toWritable(socket: object): string | Buffer {
    const script = this.#script;
    const { count, text, rows } = this.#items;
    const opening = this.#whole ? `${bulk('EVAL')}${bulk(script.text)}${ONE}` : openingOf(script);
    const head = `*${3 + count}\r\n${opening}${text}`;
    if (!rows) return head;
    this.#outgoing = new Outgoing(socket as Writable);
    return this.#outgoing.whole((out) => {
      out.add(head);
      rows(out);
    });
  }
}
