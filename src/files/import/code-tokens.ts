/** Python and Java as tokens: enough to find literals in them, nothing that would run. */

import { CarillonError } from '../../domain/input/errors.js';
import type { SourceText } from './draft.js';

export type Language = 'python' | 'java';

export interface Token {
  kind: 'text' | 'number' | 'name' | 'sign' | 'line' | 'end';
  /** As it is written; names with their dots and without blanks. */
  text: string;
  /** Of a text that is literal, and of a number. */
  value?: string | number;
  /** In the source. */
  from: number;
  to: number;
  /** Line, from 1. */
  line: number;
}

const NAME = {
  python: /[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*/uy,
  java: /@?[\p{L}_$][\p{L}\p{N}_$]*(?:\s*\.\s*[\p{L}_$][\p{L}\p{N}_$]*)*/uy,
};
const NUMBER = /(?:0[xX][\da-fA-F_]+|0[bB][01_]+|(?:\d[\d_]*)?\.?\d[\d_]*\.?(?:[eE][-+]?\d+)?)[lLfFdDjJ]?/y;
const SIGN = /\*\*|\/\/|==|!=|<=|>=|->|:=|\+=|-=|::|&&|\|\||\.\.\.|[^\s\w]/y;
const BLANK = { python: /(?:[ \t\f]|\\\n|#[^\n]*)+/y, java: /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))+/y };
const PREFIX = /[rRbBuUfF]{0,2}(?=["'])/y;

const ESCAPES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    n: '\n',
    t: '\t',
    r: '\r',
    b: '\b',
    f: '\f',
    s: ' ',
    '0': '\0',
    '\n': '',
  }),
);

/** Throws `invalid_input` where a text has no end. */
export function tokensOf({ path, text }: SourceText, language: Language): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let line = 1;
  let depth = 0;
  const matched = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  const put = (kind: Token['kind'], length: number, value?: string | number): void => {
    const written = text.slice(at, at + length);
    const shown = kind === 'name' ? written.replace(/\s+/g, '') : written;
    tokens.push({
      kind,
      text: shown,
      from: at,
      to: at + length,
      line,
      ...(value === undefined ? {} : { value }),
    });
    line += written.split('\n').length - 1;
    at += length;
  };
  while (at < text.length) {
    const blank = matched(BLANK[language]);
    if (blank) {
      line += blank.split('\n').length - 1;
      at += blank.length;
      continue;
    }
    if (text[at] === '\n') {
      if (depth === 0) put('line', 1);
      else {
        line += 1;
        at += 1;
      }
      continue;
    }
    const prefix = language === 'python' ? (matched(PREFIX) ?? '') : '';
    if (/["']/.test(text[at + prefix.length] ?? '')) {
      const read = readText(text, at, prefix);
      if (!read) {
        throw new CarillonError('invalid_input', `${path} cannot be read.`, [
          { pointer: `${path}:${line}:1`, detail: 'a quote that opens here is not closed' },
        ]);
      }
      put('text', read.to - at, read.value);
      continue;
    }
    const name = matched(NAME[language]);
    if (name) {
      put('name', name.length);
      continue;
    }
    const number = /[\d.]/.test(text[at] ?? '') ? matched(NUMBER) : undefined;
    if (number) {
      put('number', number.length, numberOf(number));
      continue;
    }
    const sign = matched(SIGN) ?? text[at] ?? '';
    if (/^[([{]$/.test(sign)) depth += 1;
    if (/^[)\]}]$/.test(sign)) depth = Math.max(0, depth - 1);
    put('sign', sign.length);
  }
  put('end', 0);
  return tokens;
}

/** Of a name with its dots. */
export const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

/** A text where it has more digits than a number holds. */
function numberOf(written: string): number | string {
  const hex = /^0[xXbB]/.test(written);
  const digits = written.replaceAll('_', '').replace(hex ? /[lL]$/ : /[lLfFdDjJ]$/, '');
  const number = Number(digits);
  return /^\d+$/.test(digits) && !Number.isSafeInteger(number) ? digits : number;
}

/** `value` is absent where the text is put together when it runs (an f-string, bytes). */
function readText(text: string, start: number, prefix: string): { to: number; value?: string } | undefined {
  const raw = /r/i.test(prefix);
  const made = /[bf]/i.test(prefix);
  const open = start + prefix.length;
  const sign = text[open] ?? '';
  const quote = text.startsWith(sign.repeat(3), open) ? sign.repeat(3) : sign;
  let value = '';
  for (let at = open + quote.length; at < text.length; at += 1) {
    if (text.startsWith(quote, at)) {
      const to = at + quote.length;
      // An f-string without braces says what it says.
      const literal = !made || (/f/i.test(prefix) && !value.includes('{'));
      return literal ? { to, value } : { to };
    }
    const letter = text[at] ?? '';
    if (letter === '\n' && quote.length === 1) return undefined;
    if (letter !== '\\') value += letter;
    else if (raw) {
      value += letter + (text[at + 1] ?? '');
      at += 1;
    } else {
      const [, code] =
        /^\\(?:x([\da-fA-F]{2})|u+([\da-fA-F]{4})|U([\da-fA-F]{8}))/
          .exec(text.slice(at, at + 12))
          ?.filter((one) => one !== undefined) ?? [];
      if (code !== undefined) {
        value += String.fromCodePoint(Math.min(Number.parseInt(code, 16), 0x10ffff));
        at += code.length + 1;
      } else {
        at += 1;
        const next = text[at] ?? '';
        value += ESCAPES.get(next) ?? next;
      }
    }
  }
  return undefined;
}
