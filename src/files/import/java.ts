/** Java source as tokens with places: classes, methods, and chains of calls with literal arguments. */

import { lastPart, type Token, tokensOf } from './code-tokens.js';
import { type Call, CodeReader, type CodeValue } from './code-values.js';
import type { SourceText } from './draft.js';

export class JavaSource {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly #reader: CodeReader;
  /** Places of the names of classes and of methods, where they are declared. */
  readonly #classes: number[] = [];
  readonly #methods: number[] = [];
  /** What `methodFrom` found, from each place that it passed. */
  readonly #following = new Map<number, string | undefined>();

  constructor(source: SourceText) {
    this.text = source.text;
    this.tokens = tokensOf(source, 'java');
    this.#reader = new CodeReader(this.tokens, source.text);
    for (const [at, { kind, text }] of this.tokens.entries()) {
      if (kind === 'name' && text === 'class') this.#classes.push(at + 1);
      if (at > 2 && this.#declares(at)) this.#methods.push(at);
    }
  }

  /** What begins at a token, and the token behind it. */
  valueAt(index: number): { value: CodeValue; next: number } {
    this.#reader.at = index;
    const value = this.#reader.value();
    return { value, next: this.#reader.at };
  }

  /** The same of an annotation: what it stands before is no part of it. */
  annotationAt(index: number): { call: Call | undefined; next: number } {
    this.#reader.at = index;
    const call = this.#reader.call();
    return { call, next: this.#reader.at };
  }

  /** Places of the names that end in one of these words and are called. */
  *calls(...names: readonly string[]): Iterable<number> {
    for (const [index, { kind, text }] of this.tokens.entries()) {
      if (kind === 'name' && names.includes(lastPart(text)) && this.tokens[index + 1]?.text === '(')
        yield index;
    }
  }

  /** The class that a place lies in, by what was declared last before it. */
  classAt(index: number): string | undefined {
    const at = lastUpTo(this.#classes, index);
    return at === undefined ? undefined : this.tokens[at]?.text;
  }

  /** The method whose declaration stands last before a place. */
  methodAt(index: number): string | undefined {
    const at = lastUpTo(this.#methods, index);
    return at === undefined ? undefined : this.tokens[at]?.text;
  }

  /** The next method that is declared from a place on. */
  methodFrom(index: number): string | undefined {
    let at = index;
    const passed: number[] = [];
    while (at < this.tokens.length && !this.#following.has(at) && !this.#declares(at)) {
      passed.push(at);
      const annotated = this.tokens[at]?.text.startsWith('@') && this.tokens[at + 1]?.text === '(';
      at = annotated ? Math.max(at + 1, this.annotationAt(at).next) : at + 1;
    }
    const found = this.#following.has(at) ? this.#following.get(at) : this.tokens[at]?.text;
    for (const one of passed) this.#following.set(one, found);
    return found;
  }

  /** The variable that what stands at a place is assigned to. */
  variableAt(index: number): string | undefined {
    const [name, sign] = [this.tokens[index - 2], this.tokens[index - 1]];
    return sign?.text === '=' && name?.kind === 'name' ? name.text : undefined;
  }

  /** `void report(`: a type or a modifier, a name, a bracket; and no `new` or `return` before it. */
  #declares(at: number): boolean {
    const [type, name, sign] = [this.tokens[at - 1], this.tokens[at], this.tokens[at + 1]];
    if (name?.kind !== 'name' || sign?.text !== '(' || name.text.includes('.') || name.text.startsWith('@'))
      return false;
    if (type?.text === '>' || type?.text === ']') return true;
    return (
      type?.kind === 'name' &&
      !type.text.startsWith('@') &&
      !/^(?:new|return|throw|else|case|await)$/.test(type.text)
    );
  }

  /** Names of classes with an annotation. */
  annotated(annotation: string): string[] {
    return this.tokens.flatMap(({ text }, index) => {
      if (lastPart(text.replace(/^@/, '')) !== annotation || !text.startsWith('@')) return [];
      const at = this.tokens.findIndex((token, place) => place > index && token.text === 'class');
      return this.tokens[at + 1]?.text ?? [];
    });
  }
}

/** The last of these places that is not behind `index`. */
function lastUpTo(places: readonly number[], index: number): number | undefined {
  let [from, to] = [0, places.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((places[middle] ?? 0) <= index) from = middle + 1;
    else to = middle;
  }
  return places[from - 1];
}

/** The calls of a chain, the first one first. */
export function chainOf(value: CodeValue): Call[] {
  const calls: Call[] = [];
  for (let at: CodeValue | undefined = value; at?.kind === 'call'; at = at.on) calls.push(at);
  return calls.reverse();
}

/** `X.class` as `X`. */
export function className(value: CodeValue | undefined): string | undefined {
  return value?.kind === 'name' && value.name.endsWith('.class')
    ? value.name.slice(0, -'.class'.length)
    : undefined;
}
