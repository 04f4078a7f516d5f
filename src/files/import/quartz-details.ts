/** Jobs as Java builds them for Quartz, and which of them a trigger belongs to. */

import { lastPart } from './code-tokens.js';
import type { CodeValue } from './code-values.js';
import { chainOf, className, type JavaSource } from './java.js';

export interface Detail {
  /** Its class. */
  type: string | undefined;
  identity: string | undefined;
  /** Keys and values in turn. */
  data: readonly CodeValue[];
}

interface Found extends Detail {
  /** Place of its token. */
  index: number;
  /** The variable it is assigned to, and the method that makes it. */
  names: readonly string[];
}

/** `scheduler.scheduleJob(job, trigger)` and where it stands. */
interface Link {
  from: number;
  to: number;
  detail: CodeValue;
  trigger: CodeValue | undefined;
}

export class Details {
  readonly #found: readonly Found[];
  readonly #links: readonly Link[];

  constructor(file: JavaSource) {
    this.#found = [...file.calls('newJob')].map((index) => detailAt(file, index));
    this.#links = [...file.calls('scheduleJob')].flatMap((from): Link[] => {
      const { value, next } = file.valueAt(from);
      const [detail, trigger] = value.kind === 'call' ? value.args : [];
      return detail ? [{ from, to: next, detail, trigger }] : [];
    });
  }

  /** Of a trigger at a place: by what it asks for, by the call that puts both together, or the only one there is. */
  of(index: number, variable: string | undefined, asked: CodeValue | undefined): Detail | undefined {
    if (asked) return this.#meant(asked, index);
    const link = this.#links.find(
      ({ from, to, trigger }) =>
        (index > from && index < to) ||
        (from > index && trigger?.kind === 'name' && trigger.name === variable),
    );
    const meant = link && this.#meant(link.detail, link.from, link.to);
    return meant ?? (this.#found.length === 1 ? this.#found[0] : undefined);
  }

  /** Many methods have a variable `job`: the one that was made last is meant. */
  #meant(value: CodeValue, from: number, to = from): Detail | undefined {
    if (value.kind === 'call' && lastPart(chainOf(value)[0]?.name ?? '') === 'newJob') {
      return this.#found.find(({ index }) => index > from && index < to);
    }
    const name = nameOf(value);
    if (name === undefined) return undefined;
    const named = this.#found.filter(({ names }) => names.includes(name));
    const before = named.filter(({ index }) => index < from).at(-1);
    return this.#found.find(({ identity }) => identity === name) ?? before ?? named[0];
  }
}

function detailAt(file: JavaSource, index: number): Found {
  const calls = chainOf(file.valueAt(index).value);
  let type = className(calls[0]?.args[0]);
  let identity: string | undefined;
  const data: CodeValue[] = [];
  for (const { name, args } of calls) {
    if (name === 'withIdentity') identity = textArgument(args[0]);
    if (name === 'ofType') type = className(args[0]);
    if (name === 'usingJobData') data.push(...args);
  }
  const names = [file.variableAt(index), file.methodAt(index)].filter((name) => name !== undefined);
  return { index, names, type, identity, data };
}

/** A text, the name of a variable, of a method that is called, or of a key that is made of one. */
export function nameOf(value: CodeValue | undefined): string | undefined {
  if (value?.kind === 'name') return value.name;
  if (value?.kind === 'call' && value.args.length === 0) return lastPart(value.name);
  return textArgument(value);
}

/** A literal, also one that a key is made of: `jobKey("x")`. */
export function textArgument(value: CodeValue | undefined): string | undefined {
  if (value?.kind === 'call') return textArgument(value.args[0]);
  return value?.kind === 'literal' && typeof value.value === 'string' ? value.value : undefined;
}
