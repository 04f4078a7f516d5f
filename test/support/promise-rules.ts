/** No promise without an owner: the kinds the linter lets pass, found in the text. */

import { type Source, typescriptPieces } from './source-text.js';

/** Attempts end by the ten thousand a second; neither of the two callbacks there answers a promise. */
const ENDS_WITH_BOTH = ['src/worker/attempt.ts'];

/**
 * The `void` operator hides a promise from the linter, and a chain that ends in `.then` with two callbacks passes
 * it although what the callbacks answer may reject: a chain nobody waits for ends in `.catch`.
 */
export function promiseProblems({ path, text }: Source): string[] {
  const { code } = typescriptPieces(text);
  const hidden = [...code.matchAll(/\bvoid\s+[\w$(]/g)].map(() => `${path} hides a promise behind void`);
  const loose = [...code.matchAll(/\.(?:then|finally)\(/g)].flatMap(({ index }) => {
    const last = lastCall(code, index);
    if (last === 'catch' || !isStatement(code, index)) return [];
    if (last === 'then' && ENDS_WITH_BOTH.includes(path)) return [];
    return [`${path}: a chain of promises that nobody waits for ends in .${last}, not in .catch`];
  });
  return [...hidden, ...loose];
}

/** The name of the last call of the chain that has a call at `at`. */
function lastCall(code: string, at: number): string {
  let name = '';
  let next = at;
  for (;;) {
    const call = /^\s*\??\.(\w+)\(/.exec(code.slice(next));
    if (!call) return name;
    name = call[1] ?? '';
    next = closing(code, next + call[0].length);
  }
}

/** Behind the parenthesis that closes the one opened before `from`. */
function closing(code: string, from: number): number {
  let depth = 1;
  let at = from;
  for (; at < code.length && depth > 0; at += 1) {
    if ('([{'.includes(code[at] ?? '')) depth += 1;
    else if (')]}'.includes(code[at] ?? '')) depth -= 1;
  }
  return at;
}

/** Whether the expression that has a call at `at` is a statement of its own: its value goes to nobody. */
function isStatement(code: string, at: number): boolean {
  const before = code.slice(0, opening(code, at));
  return /(?:^|[;{}])\s*$/.test(before);
}

/** Where the expression before `at` begins; words such as `await` and `return` in front of it make it owned. */
function opening(code: string, at: number): number {
  let depth = 0;
  let from = at;
  for (; from > 0; from -= 1) {
    const character = code[from - 1] ?? '';
    if (')]'.includes(character)) depth += 1;
    else if ('(['.includes(character)) {
      if (depth === 0) return from;
      depth -= 1;
    } else if (depth === 0 && !/[\w$#.?!\s]/.test(character)) break;
  }
  const owned = /\b(?:await|return|yield|throw)\b/.test(code.slice(from, at));
  return owned ? at : from;
}
