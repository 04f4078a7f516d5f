/** What the YAML parser passes over and people should not: keys that stand twice, numbers that change, merge keys, aliases of nothing. */

import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type LineCounter,
  type Node,
  type YAMLMap,
} from 'yaml';
import { numberSurvives } from './numbers.js';
import type { FileProblem } from './parse.js';
import { pointer } from './places.js';

export interface Source {
  file: string;
  text: string;
  lines: LineCounter;
}

export function at({ file, lines }: Source, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return pointer({ file, line: Math.max(1, line), column: Math.max(1, col) });
}

/** `readable`: what else stands there means what it says, and can be looked at besides. */
export interface ContentProblems {
  problems: FileProblem[];
  readable: boolean;
}

/** Linear in the text. */
export function contentProblems(source: Source, document: Document.Parsed): ContentProblems {
  const problems: FileProblem[] = [];
  let readable = true;
  const anchors = new Set<string>();
  const walk = (node: unknown, path: string): void => {
    if (isAlias(node) && !anchors.has(node.source)) {
      const detail = `${path}: *${node.source} asks for an anchor &${node.source} above it, and there is none; where a star is meant, quote it: "*${node.source}"`;
      problems.push({ pointer: at(source, node.range?.[0] ?? 0), detail });
      readable = false;
    }
    if ((isScalar(node) || isMap(node) || isSeq(node)) && node.anchor) anchors.add(node.anchor);
    if (isMap(node)) {
      const entries = entriesOf(source, node, path, problems);
      if (node.items.some(({ key }) => isMergeKey(key))) readable = false;
      for (const [name, value] of entries) walk(value, join(path, name));
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
  return { problems, readable };
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
    if (isMergeKey(key)) {
      const detail = `${join(path, name)}: merge keys are not read; write what schedules share under defaults, or an alias (*name) for a whole value`;
      problems.push({ pointer: at(source, offset), detail });
    }
    const earlier = first.get(name);
    if (earlier === undefined) first.set(name, offset);
    else {
      const detail = `${join(path, name)}: stands twice, first at ${at(source, earlier)}`;
      problems.push({ pointer: at(source, offset), detail });
    }
    return [name, value];
  });
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.value === '<<';
}

function offsetOf(key: unknown): number {
  return isScalar(key) ? (key.range?.[0] ?? 0) : 0;
}

function nameOf(key: Node): string {
  if (isScalar(key)) return String(key.value);
  return isAlias(key) ? `*${key.source}` : String(key);
}
