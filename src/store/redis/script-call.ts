/** A script call as ioredis sends it, encoded here: what repeats is encoded once, and the reply is read in one go. */

import { Command } from 'ioredis';
import type { Script } from './scripts.js';

/** One argument or key as it goes over the wire. */
function bulk(value: string | number): string {
  const text = typeof value === 'string' ? value : `${value}`;
  return `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
}

/** What opens a call, by script; `EVAL` sends its whole text. */
const openings = new WeakMap<Script, string>();
function openingOf(script: Script): string {
  let opening = openings.get(script);
  if (opening === undefined) {
    opening = bulk('EVALSHA') + bulk(script.sha);
    openings.set(script, opening);
  }
  return opening;
}

const NO_ARGUMENTS: [] = [];

export class ScriptCall extends Command {
  readonly #wire: string;

  constructor(
    script: Script,
    keys: readonly string[],
    args: readonly (string | number)[],
    /** Redis may not know it by its SHA. */
    whole: boolean,
  ) {
    super('evalsha', NO_ARGUMENTS);
    let wire = `*${3 + keys.length + args.length}\r\n`;
    wire += whole ? bulk('EVAL') + bulk(script.text) : openingOf(script);
    wire += bulk(keys.length);
    for (let i = 0; i < keys.length; i++) wire += bulk(keys[i] as string);
    for (let i = 0; i < args.length; i++) wire += bulk(args[i] as string | number);
    this.#wire = wire;
  }

  override toWritable(): string {
    return this.#wire;
  }

  override transformReply(reply: unknown): string {
    // Typed by ioredis for its own commands; a script's reply may also hold numbers and nulls.
    return textOf(reply) as string;
  }
}

function textOf(reply: unknown): unknown {
  if (reply instanceof Buffer) return reply.toString();
  return Array.isArray(reply) ? reply.map(textOf) : reply;
}
