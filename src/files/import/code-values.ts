/** Literals of Python and Java: texts, numbers, lists, maps, and calls with such arguments; anything else only by its text. */

import { CarillonError } from '../../domain/input/errors.js';
import type { Token } from './code-tokens.js';
import { Refusal } from './draft.js';

export type CodeValue = { text: string } & (
  | { kind: 'literal'; value: string | number | boolean | null }
  | { kind: 'list'; items: CodeValue[] }
  | { kind: 'map'; entries: [key: CodeValue, value: CodeValue][]; spreads: CodeValue[] }
  | Call
  | { kind: 'name'; name: string }
  | { kind: 'other' }
);

/** `on`: what it is called on, in a chain. */
export interface Call {
  kind: 'call';
  text: string;
  name: string;
  args: CodeValue[];
  named: Map<string, CodeValue>;
  on?: CodeValue;
}

const CONSTANTS = new Map<string, boolean | null>([
  ['True', true],
  ['False', false],
  ['None', null],
  ['true', true],
  ['false', false],
  ['null', null],
]);
const CLOSING: ReadonlyMap<string, string> = new Map(Object.entries({ '(': ')', '[': ']', '{': '}' }));
const LONGEST_SHOWN = 60;
/** Of a value, for messages and for names: there is one at every level. */
const LONGEST_TEXT = 500;
const DEEPEST = 200;

export class CodeReader {
  readonly tokens: readonly Token[];
  readonly #source: string;
  at = 0;
  #depth = 0;
  /** Steps that are left: whoever reads a file begins at many places of it, and mostly reads on a little. */
  #steps: number;

  constructor(tokens: readonly Token[], source: string) {
    this.tokens = tokens;
    this.#source = source;
    this.#steps = 1_000_000 + 50 * tokens.length;
  }

  #step(): void {
    this.#steps -= 1;
    if (this.#steps > 0) return;
    throw new CarillonError('invalid_input', 'The code cannot be read: its calls stand too deep.');
  }

  get token(): Token {
    return this.tokens[this.at] ?? (this.tokens.at(-1) as Token);
  }

  is(...texts: readonly string[]): boolean {
    return this.token.kind === 'sign' && texts.includes(this.token.text);
  }

  takeIf(text: string): boolean {
    const found = this.is(text);
    if (found) this.at += 1;
    return found;
  }

  toNextLine(): void {
    while (this.token.kind !== 'line' && this.token.kind !== 'end') this.at += 1;
    if (this.token.kind === 'line') this.at += 1;
  }

  /** From here to where its value ends: a comma, a closing bracket, the end of the line. */
  value(): CodeValue {
    const start = this.at;
    this.#step();
    this.#depth += 1;
    const read = this.#depth > DEEPEST ? undefined : this.#sum();
    this.#depth -= 1;
    if (read && this.#ended()) return read;
    // From where it began, so that brackets it stopped in are not taken for those around it.
    this.at = start;
    this.#skip();
    if (this.at === start) this.at += 1;
    return { kind: 'other', text: this.#textFrom(start) };
  }

  /** A call, whatever stands behind it: an annotation. */
  call(): Call | undefined {
    const value = this.#primary();
    return value?.kind === 'call' ? value : undefined;
  }

  #ended(): boolean {
    const { kind } = this.token;
    return kind === 'line' || kind === 'end' || this.is(',', ')', ']', '}', ':', ';', '=');
  }

  #skip(): void {
    for (let depth = 0; this.token.kind !== 'end'; this.at += 1) {
      this.#step();
      if (depth === 0 && (this.token.kind === 'line' || this.is(',', ')', ']', '}', ';'))) return;
      if (this.is('(', '[', '{')) depth += 1;
      else if (this.is(')', ']', '}')) depth -= 1;
    }
  }

  #textFrom(start: number): string {
    const from = this.tokens[start]?.from ?? 0;
    const to = this.tokens[this.at - 1]?.to ?? from;
    return this.#source.slice(from, Math.min(to, from + LONGEST_TEXT)).replace(/\s+/g, ' ');
  }

  #sum(): CodeValue | undefined {
    return this.#folded(['+', '-'], () => this.#product());
  }

  #product(): CodeValue | undefined {
    return this.#folded(['*', '/', '//', '%'], () => this.#signed());
  }

  #folded(signs: readonly string[], next: () => CodeValue | undefined): CodeValue | undefined {
    const start = this.at;
    let left = next();
    while (left && this.is(...signs)) {
      const sign = this.token.text;
      this.at += 1;
      const right = next();
      const value = right && folded(left, sign, right);
      left = value === undefined ? undefined : { kind: 'literal', value, text: this.#textFrom(start) };
    }
    return left;
  }

  #signed(): CodeValue | undefined {
    let sign = '';
    for (; this.is('+', '-'); this.at += 1) if (this.is('-')) sign = sign === '' ? '-' : '';
    const value = this.#primary();
    if (sign === '' || !value) return value;
    if (value.kind !== 'literal' || typeof value.value !== 'number') return undefined;
    return { kind: 'literal', value: -value.value, text: `-${value.text}` };
  }

  #primary(): CodeValue | undefined {
    const start = this.at;
    const { kind, text, value } = this.token;
    if (kind === 'text') return this.#texts();
    if (kind === 'number') {
      this.at += 1;
      return { kind: 'literal', value: value ?? 0, text };
    }
    if (kind === 'name') {
      this.at += 1;
      const constant = CONSTANTS.get(text);
      if (constant !== undefined) return { kind: 'literal', value: constant, text };
      return this.#chain({ kind: 'name', name: text, text }, start);
    }
    if (this.is('(', '[')) {
      const items = this.#items(CLOSING.get(text) ?? '');
      if (!items) return undefined;
      const [only] = items.values;
      if (text === '(' && only && items.values.length === 1 && !items.comma) return only;
      return { kind: 'list', items: items.values, text: this.#textFrom(start) };
    }
    return this.is('{') ? this.#map(start) : undefined;
  }

  /** Python joins texts that follow each other. */
  #texts(): CodeValue | undefined {
    const start = this.at;
    let joined: string | undefined = '';
    for (; this.token.kind === 'text'; this.at += 1) {
      const { value } = this.token;
      joined = joined === undefined || typeof value !== 'string' ? undefined : joined + value;
    }
    const text = this.#textFrom(start);
    return joined === undefined ? { kind: 'other', text } : { kind: 'literal', value: joined, text };
  }

  /** Calls on a name, and on what they answer. */
  #chain(first: CodeValue, start: number): CodeValue | undefined {
    let value = first;
    while (this.is('(', '.')) {
      this.#step();
      let name = value.kind === 'name' ? value.name : '';
      let on: CodeValue | undefined;
      if (this.takeIf('.')) {
        if (this.token.kind !== 'name') return undefined;
        on = value;
        name = this.token.text;
        this.at += 1;
        if (!this.is('(')) return undefined;
      } else if (value.kind !== 'name') return undefined;
      const read = this.#arguments();
      if (!read) return undefined;
      value = { kind: 'call', name, ...read, text: this.#textFrom(start), ...(on ? { on } : {}) };
    }
    return value;
  }

  #arguments(): Pick<Call, 'args' | 'named'> | undefined {
    const args: CodeValue[] = [];
    const named = new Map<string, CodeValue>();
    this.at += 1;
    while (!this.takeIf(')')) {
      if (this.token.kind === 'end') return undefined;
      const spread = this.takeIf('**') || this.takeIf('*');
      const name = this.token;
      const next = this.tokens[this.at + 1];
      if (!spread && name.kind === 'name' && next?.kind === 'sign' && next.text === '=') {
        this.at += 2;
        named.set(name.text, this.value());
      } else if (spread) named.set('**', this.value());
      else args.push(this.value());
      if (!this.is(')') && !this.takeIf(',')) return undefined;
    }
    return { args, named };
  }

  #items(closing: string): { values: CodeValue[]; comma: boolean } | undefined {
    const values: CodeValue[] = [];
    let comma = false;
    this.at += 1;
    while (!this.takeIf(closing)) {
      if (this.token.kind === 'end') return undefined;
      values.push(this.value());
      comma = this.takeIf(',');
      if (!comma && !this.is(closing)) return undefined;
    }
    return { values, comma };
  }

  /** A map of Python, or a list in braces. */
  #map(start: number): CodeValue | undefined {
    const entries: [CodeValue, CodeValue][] = [];
    const items: CodeValue[] = [];
    const spreads: CodeValue[] = [];
    this.at += 1;
    while (!this.takeIf('}')) {
      if (this.token.kind === 'end') return undefined;
      if (this.takeIf('**')) spreads.push(this.value());
      else {
        const key = this.value();
        if (this.takeIf(':')) entries.push([key, this.value()]);
        else items.push(key);
      }
      if (!this.is('}') && !this.takeIf(',')) return undefined;
    }
    const text = this.#textFrom(start);
    return items.length > 0 ? { kind: 'list', items, text } : { kind: 'map', entries, spreads, text };
  }
}

function folded(left: CodeValue, sign: string, right: CodeValue): string | number | undefined {
  if (left.kind !== 'literal' || right.kind !== 'literal') return undefined;
  const [a, b] = [left.value, right.value];
  if (sign === '+' && typeof a === 'string' && typeof b === 'string') return a + b;
  if (typeof a !== 'number' || typeof b !== 'number') return undefined;
  if (sign === '+') return a + b;
  if (sign === '-') return a - b;
  if (sign === '*') return a * b;
  if (b === 0) return undefined;
  return sign === '%' ? a % b : sign === '//' ? Math.floor(a / b) : a / b;
}

/** For messages. */
export function shown({ text }: CodeValue): string {
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

/** A literal as JSON. Throws a Refusal that names what is code. */
export function literalOf(value: CodeValue, what: string): unknown {
  switch (value.kind) {
    case 'literal':
      return value.value;
    case 'list':
      return value.items.map((item) => literalOf(item, what));
    case 'map': {
      const [spread] = value.spreads;
      if (spread) return refuse(spread, what);
      return Object.fromEntries(
        value.entries.map(([key, one]) => [String(literalOf(key, what)), literalOf(one, what)]),
      );
    }
    default:
      return refuse(value, what);
  }
}

function refuse(value: CodeValue, what: string): never {
  throw new Refusal(`${what} is ${shown(value)}: code, which is not run here`);
}
