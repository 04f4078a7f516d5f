/** Reads source text without a compiler: code apart from comments and strings, imports, and names. */

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export interface Source {
  /** Relative to the repository, with slashes. */
  path: string;
  text: string;
}

export function readSources(root: string, folders: readonly string[], endings: readonly string[]): Source[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => ({ path: relative(root, path), text: readFileSync(path, 'utf8') })),
  );
}

/** The pieces of a file. In `code` comments are gone and every string reads as an empty one. */
export interface Pieces {
  code: string;
  strings: string[];
}

/** Where one of these came before it, a slash begins a regular expression. */
const BEFORE_REGEX = /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|case|typeof|of|in))\s*$/;

const TS_TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`|\/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/g;

/** TypeScript and JavaScript. Code inside the `${}` of a template stays code. */
export function typescriptPieces(text: string): Pieces {
  const strings: string[] = [];
  let code = '';
  let at = 0;
  while (at < text.length) {
    TS_TOKEN.lastIndex = at;
    const match = TS_TOKEN.exec(text);
    if (!match) break;
    code += text.slice(at, match.index);
    const token = match[0];
    at = match.index + token.length;
    if (token === '`') {
      const template = templateEnd(text, at);
      strings.push(template.literal);
      code += `'' ${template.inner.map((inner) => typescriptPieces(inner).code).join(' ')}`;
      at = template.end;
    } else if (token.startsWith('//') || token.startsWith('/*')) {
      code += ' ';
    } else if (token.startsWith('/')) {
      if (BEFORE_REGEX.test(code)) code += '/x/';
      else {
        // A division: take the slash alone and look again right behind it.
        code += '/';
        at = match.index + 1;
      }
    } else {
      strings.push(token.slice(1, -1));
      code += "''";
    }
  }
  return { code: code + text.slice(at), strings };
}

function templateEnd(text: string, start: number): { end: number; literal: string; inner: string[] } {
  const inner: string[] = [];
  let literal = '';
  let at = start;
  while (at < text.length && text[at] !== '`') {
    if (text[at] === '\\') {
      literal += text.slice(at, at + 2);
      at += 2;
    } else if (text.startsWith('${', at)) {
      const from = at + 2;
      at = braceEnd(text, from);
      inner.push(text.slice(from, at));
      at += 1;
    } else {
      literal += text[at];
      at += 1;
    }
  }
  return { end: at + 1, literal, inner };
}

function braceEnd(text: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    if (text[at] === '`') at = templateEnd(text, at + 1).end - 1;
    else if (text[at] === '{') depth += 1;
    else if (text[at] === '}') {
      if (depth === 0) return at;
      depth -= 1;
    }
    at += 1;
  }
  return at;
}

export function luaPieces(text: string): Pieces {
  const strings: string[] = [];
  const code = text.replace(
    /--\[\[[\s\S]*?\]\]|--[^\n]*|'((?:\\.|[^'\\\n])*)'|"((?:\\.|[^"\\\n])*)"/g,
    (token, single?: string, double?: string) => {
      if (token.startsWith('--')) return ' ';
      strings.push(single ?? double ?? '');
      return "''";
    },
  );
  return { code, strings };
}

/** What a TypeScript or JavaScript file imports, re-exports or loads, in the order of the text. */
export function importsOf(text: string): string[] {
  const found = text.matchAll(
    /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]|\b(?:import|require)\s*\(\s*['"]([^'"]+)['"]/gm,
  );
  return [...found].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

/** The words a name is made of, in lower case: `retryDelay`, `retry-delay` and `RETRY_DELAY` are two each. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
}
