/** What is wrong with a YAML text, in words that say what to write instead; each thing once. */

import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type LineCounter,
  type Node,
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import { numberSurvives } from './numbers.js';
import type { FileProblem } from './parse.js';
import { pointer } from './places.js';

interface Source {
  file: string;
  text: string;
  lines: LineCounter;
}

function at({ file, lines }: Source, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return pointer({ file, line: Math.max(1, line), column: Math.max(1, col) });
}

/** What the parser refused. After a star that is not quoted the rest of its line means nothing. */
export function syntaxProblems(source: Source, errors: readonly YAMLError[]): FileProblem[] {
  const starred = new Set<number>();
  const problems: FileProblem[] = [];
  const sorted = [...errors].sort((a, b) => a.pos[0] - b.pos[0]);
  for (const { pos, code, message } of sorted) {
    const { line } = source.lines.linePos(pos[0]);
    if (starred.has(line)) continue;
    const star = starOf(source, pos[0]);
    if (star) {
      starred.add(line);
      problems.push({ pointer: at(source, star.offset), detail: star.detail });
    } else problems.push({ pointer: at(source, pos[0]), detail: wordsFor(code, message) });
  }
  return problems;
}

/** A cron that begins with a star and is not quoted: YAML takes it for an alias. */
function starOf({ text }: Source, offset: number): { offset: number; detail: string } | null {
  const from = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  const line = text.slice(from, end < 0 ? text.length : end);
  const match = /^(.*?(?:[:[,{]|-)\s+|\s*)(\*(?![A-Za-z]+\s*$)[^#"'\]}]*)/.exec(line);
  if (!match) return null;
  const [, before = '', value = ''] = match;
  return {
    offset: from + before.length,
    detail: `a value that begins with * must be quoted: "${value.trim().replace(/,$/, '')}"`,
  };
}

function wordsFor(code: YAMLError['code'], message: string): string {
  switch (code) {
    case 'TAB_AS_INDENT':
      return 'a tab indents this line: indent with spaces';
    case 'BAD_INDENT':
      return 'is not indented like its neighbours';
    case 'MISSING_CHAR':
      return /quote/.test(message) ? 'a quote that opens here is not closed' : message;
    case 'MULTIPLE_DOCS':
      return 'one file is one document: leave out ---';
    default:
      return message;
  }
}

/** What the parser passes over: keys that stand twice, and numbers that would become others. Linear in the text. */
export function contentProblems(source: Source, document: Document.Parsed): FileProblem[] {
  const problems: FileProblem[] = [];
  const walk = (node: unknown, path: string): void => {
    if (isMap(node)) {
      for (const [name, value] of entriesOf(source, node, path, problems)) walk(value, join(path, name));
    } else if (isSeq(node)) {
      for (const [index, item] of node.items.entries()) walk(item, join(path, String(index)));
    } else if (isScalar(node) && typeof node.value === 'number') {
      const { source: written = '', value } = node;
      if (numberSurvives(written, value)) return;
      const detail = `${path}: ${written} would become ${value}; write it as a text, in quotes`;
      problems.push({ pointer: at(source, node.range?.[0] ?? 0), detail });
    }
  };
  walk(document.contents, '');
  return problems;
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function entriesOf(
  source: Source,
  map: YAMLMap<unknown, unknown>,
  path: string,
  problems: FileProblem[],
): [string, unknown][] {
  const first = new Map<string, number>();
  return map.items.map(({ key, value }) => {
    const name = nameOf(key as Node);
    const offset = offsetOf(key);
    const earlier = first.get(name);
    if (earlier === undefined) first.set(name, offset);
    else {
      const detail = `${join(path, name)}: stands twice, first at ${at(source, earlier)}`;
      problems.push({ pointer: at(source, offset), detail });
    }
    return [name, value];
  });
}

function offsetOf(key: unknown): number {
  return isScalar(key) ? (key.range?.[0] ?? 0) : 0;
}

function nameOf(key: Node): string {
  if (isScalar(key)) return String(key.value);
  return isAlias(key) ? `*${key.source}` : String(key);
}
