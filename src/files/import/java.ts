/** Java source as tokens with places: classes, methods, and chains of calls with literal arguments. */

import { type Token, tokensOf } from './code-tokens.js';
import { type Call, CodeReader, type CodeValue } from './code-values.js';
import type { SourceText } from './draft.js';

export class JavaSource {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly #reader: CodeReader;

  constructor(source: SourceText) {
    this.text = source.text;
    this.tokens = tokensOf(source, 'java');
    this.#reader = new CodeReader(this.tokens, source.text);
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
    for (let at = index; at > 0; at -= 1) {
      const before = this.tokens[at - 1];
      if (before?.kind === 'name' && before.text === 'class') return this.tokens[at]?.text;
    }
    return undefined;
  }

  /** The method whose declaration stands last before a place. */
  methodAt(index: number): string | undefined {
    for (let at = index; at > 2; at -= 1) {
      if (this.#declares(at)) return this.tokens[at]?.text;
    }
    return undefined;
  }

  /** The next method that is declared from a place on. */
  methodFrom(index: number): string | undefined {
    for (let at = index; at < this.tokens.length; at += 1) {
      if (this.tokens[at]?.text.startsWith('@') && this.tokens[at + 1]?.text === '(')
        at = this.annotationAt(at).next - 1;
      else if (this.#declares(at)) return this.tokens[at]?.text;
    }
    return undefined;
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

export const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

/** The calls of a chain, the first one first. */
export function chainOf(value: CodeValue): Call[] {
  const calls: Call[] = [];
  for (let at: CodeValue | undefined = value; at?.kind === 'call'; at = at.on) calls.unshift(at);
  return calls;
}

/** `X.class` as `X`. */
export function className(value: CodeValue | undefined): string | undefined {
  return value?.kind === 'name' && value.name.endsWith('.class')
    ? value.name.slice(0, -'.class'.length)
    : undefined;
}
