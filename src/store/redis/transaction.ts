/**
 * A plain command between two scripts, all of them or none: what Lua need not look at goes past it. Scripts are sent
 * whole, since one that Redis does not know would be left out while the command ran.
 */

import type { Writable } from 'node:stream';
import { BareCall } from './bare-call.js';
import { type Call, encodeCall, type Place } from './call.js';
import { explain } from './connect.js';
import type { Connection } from './connection.js';
import type { ScriptName } from './headers.js';
import { Outgoing } from './outgoing.js';
import type { ScriptReply } from './script-call.js';
import { bulk } from './wire.js';

/** Writes itself as it stands on the wire. */
type Writing = (out: Outgoing) => void;

/** One command of several that are sent in one turn. */
class Step extends BareCall {
  readonly #write: Writing;
  #outgoing: Outgoing | null = null;

  constructor(name: string, write: Writing) {
    super(name);
    this.#write = write;
  }

  override resolve(reply: unknown): void {
    this.#outgoing?.answered();
    super.resolve(reply);
  }

  toWritable(socket: object): string | Buffer {
    this.#outgoing = new Outgoing(socket as Writable);
    return this.#outgoing.whole(this.#write);
  }
}

interface Scripted<N extends ScriptName> {
  name: N;
  /** Asked for when it is its turn: some of it is only known when what comes before has been written. */
  call: () => Call<N>;
}

/** What each of the three has answered. Throws the first refusal of any. */
export async function transact<First extends ScriptName, Last extends ScriptName>(
  connection: Connection,
  place: Place,
  first: Scripted<First>,
  command: { name: string; write: Writing },
  last: Scripted<Last>,
): Promise<ScriptReply[]> {
  const scriptStep = <N extends ScriptName>({ name, call }: Scripted<N>): Step => {
    const script = connection.scripts[name];
    return new Step('eval', (out) => {
      const { count, text, rows } = encodeCall(script, place, call());
      out.add(`*${3 + count}\r\n${bulk('EVAL')}${bulk(script.text)}${bulk(1)}${text}`);
      rows?.(out);
    });
  };
  const steps = [
    new Step('multi', (out) => out.add('*1\r\n$5\r\nMULTI\r\n')),
    scriptStep(first),
    new Step(command.name, command.write),
    scriptStep(last),
    new Step('exec', (out) => out.add('*1\r\n$4\r\nEXEC\r\n')),
  ];
  // That of the last one only says that there was an earlier one.
  const answered = Promise.all(steps.map(({ promise }) => promise));
  // Whoever waits is told below, also where nothing of it could be sent.
  answered.catch(() => {});
  connection.tellTime(first.name, answered);
  connection.send(...steps);
  const answers = (await answered).at(-1) as (ScriptReply | Error)[];
  for (const answer of answers) if (answer instanceof Error) throw explain(answer);
  return answers as ScriptReply[];
}
