/**
 * A call as an ioredis command, with only what ioredis looks at on its way: its own Command copies, converts and encodes
 * each argument, and decodes each part of a reply, at a cost that a claim would pay for every task.
 */

import type { Command } from 'ioredis';
import { explain } from './connect.js';
import { bulk, bulks } from './wire.js';

export type BareReply = string | number | null | BareReply[];

/** What ioredis 6 uses of a command that is no pipeline's, blocking or of its own handshake. */
type Sent = Pick<
  Command,
  'name' | 'args' | 'isTraced' | 'promise' | 'resolve' | 'reject' | 'toWritable' | 'setReplyContext'
>;

const NO_ARGUMENTS: [] = [];

export abstract class BareCall implements Sent {
  readonly name: string;
  /** Looked at in logs and errors only, where payloads have no business. */
  readonly args = NO_ARGUMENTS;
  isTraced = false;
  readonly promise: Promise<BareReply>;
  #resolve!: (reply: BareReply) => void;
  #reject!: (error: Error) => void;

  constructor(name: string) {
    this.name = name;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Costs more to be sent alone than to be put together with others. */
  get isSmall(): boolean {
    return true;
  }

  /** `socket`: where it goes; what is returned is written to it behind what was written meanwhile. */
  abstract toWritable(socket: object): string | Buffer;

  reject(error: Error): void {
    this.#reject(explain(error));
  }

  resolve(reply: unknown): void {
    this.#resolve(textOf(reply));
  }

  setReplyContext(): void {}
}

/** Some fields of a hash, which may be large: a text each, null of one that is not there. */
export class FieldsCall extends BareCall {
  readonly #key: string;
  readonly #fields: readonly string[];

  constructor(key: string, fields: readonly string[]) {
    super('hmget');
    this.#key = key;
    this.#fields = fields;
  }

  toWritable(): string {
    return `*${2 + this.#fields.length}\r\n${bulk('HMGET')}${bulk(this.#key)}${bulks(this.#fields)}`;
  }
}

/** ioredis hands over bytes. */
function textOf(reply: unknown): BareReply {
  if (reply instanceof Buffer) return reply.toString();
  return Array.isArray(reply) ? reply.map(textOf) : (reply as BareReply);
}
