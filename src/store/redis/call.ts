/** A script is called by name: its arguments are named as in its Lua header, and sent in that order. */

import type { ScriptArgs, ScriptName, ScriptRows } from './headers.js';
import type { Script } from './scripts.js';
import { bulk, type Items, items } from './wire.js';

type Argument = string | number;

/** What a place, a partition or the registry, tells every script that asks for it. */
export interface Place {
  readonly prefix: string;
  readonly birth: string;
  readonly queue: string;
  readonly channel: string;
}

/** Every other argument of the header by its name, and what repeats. */
export type Call<N extends ScriptName> = {
  [name in Exclude<ScriptArgs[N][number], keyof Place>]: Argument;
} & { more?: Items };

export type Row<N extends keyof ScriptRows> = { [name in ScriptRows[N][number]]: Argument };

/** The key and the arguments of a call. */
export function encodeCall<N extends ScriptName>(script: Script, place: Place, call: Call<N>): Items {
  const named: Record<string, unknown> = call;
  let text = bulk(place.prefix);
  for (const name of script.args) {
    const value = named[name] ?? place[name as keyof Place];
    if (value === undefined) throw new Error(`${script.name} is called without ${name}`);
    text += bulk(value as Argument);
  }
  const { more } = call;
  if (!more) return { count: 1 + script.args.length, text };
  return { ...more, count: 1 + script.args.length + more.count, text: text + more.text };
}

export function encodeRows<N extends keyof ScriptRows>(script: Script, rows: readonly Row<N>[]): Items {
  const order = script.row as readonly ScriptRows[N][number][];
  return items(rows.flatMap((row) => order.map((name) => row[name])));
}
