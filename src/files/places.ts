/** Where in a file something stands: `file:line:column` for a path of keys. */

import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  type LineCounter,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml';
import type { Path } from '../domain/input/readers.js';

export interface Place {
  file: string;
  line: number;
  column: number;
}

/** Answers the place of the value at `path`, or of its key; where the path leads nowhere, of the last step that exists. */
export type Locator = (path: Path, at?: 'key') => Place;

export function pointer({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`;
}

/** For files without positions: their first character. */
export const startOf =
  (file: string): Locator =>
  () => ({ file, line: 1, column: 1 });

export function locatorOf(file: string, document: Document.Parsed, lines: LineCounter): Locator {
  const place = (node: Node | null | undefined): Place => {
    const { line, col } = lines.linePos(node?.range?.[0] ?? 0);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  return (path, at) => {
    let node: Node | null = document.contents;
    let key: Node | null = null;
    for (const step of path) {
      const inner = stepInto(node, step);
      if (!inner) return place(key ?? node);
      key = inner.key ?? inner.value;
      node = inner.value;
    }
    return place(at === 'key' ? (key ?? node) : (node ?? key));
  };
}

/** Looked up by name: a walk through all of them for each would be quadratic. */
const known = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();

function pairsOf(map: YAMLMap): ReadonlyMap<string, Pair> {
  let pairs = known.get(map);
  if (!pairs) {
    pairs = new Map(
      map.items.flatMap((pair) => (isScalar(pair.key) ? [[String(pair.key.value), pair] as const] : [])),
    );
    known.set(map, pairs);
  }
  return pairs;
}

function stepInto(
  node: Node | null,
  step: string | number,
): { key: Node | null; value: Node | null } | undefined {
  if (isAlias(node) || !isCollection(node)) return undefined;
  if (!isMap(node)) {
    const value: unknown = node.get(step, true);
    return isNode(value) ? { key: null, value } : undefined;
  }
  const pair = pairsOf(node).get(String(step));
  if (pair) return { key: pair.key as Node, value: isNode(pair.value) ? pair.value : null };
  return undefined;
}
