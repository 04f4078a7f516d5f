/** Foreign YAML to plain values: several documents, merge keys, tags; never anything that runs. */

import {
  type Document,
  isScalar,
  LineCounter,
  type Node,
  Pair,
  Scalar,
  type Tags,
  visit,
  YAMLMap,
} from 'yaml';
import { CarillonError } from '../../domain/input/errors.js';
import { documentsOf, TooDeep } from '../yaml-depth.js';
import type { Gathered, SourceText } from './draft.js';

export interface YamlOptions {
  /** 1.1 is what Ruby and Go read: `yes` is true there. */
  version: '1.1' | '1.2';
  /** `!Sub x` as `{ "Fn::Sub": x }`; else what a tag stands before is taken as it is. */
  tags?: boolean;
}

const BOOLEAN = 'tag:yaml.org,2002:bool';
/** Aliases of one file. */
const MOST_ALIASES = 1_000;
const PROBLEMS_SHOWN = 5;
const DEEPEST = 100;

/** A value for each document that is not empty. Throws `invalid_input` with every place that is not YAML. */
export function readYaml(
  gathered: Gathered,
  { path, text }: SourceText,
  { version, tags = false }: YamlOptions,
): unknown[] {
  const lines = new LineCounter();
  const refuse = (found: readonly { offset: number; detail: string }[]): never => {
    const problems = found.slice(0, PROBLEMS_SHOWN).map(({ offset, detail }) => {
      const { line, col } = lines.linePos(offset);
      return { pointer: `${path}:${line}:${col}`, detail };
    });
    throw new CarillonError('invalid_input', `${path} is no valid YAML.`, problems);
  };
  const documents: Document.Parsed[] = [];
  try {
    documents.push(
      ...documentsOf(text, {
        version,
        merge: true,
        lineCounter: lines,
        prettyErrors: false,
        logLevel: 'silent',
        uniqueKeys: false,
        intAsBigInt: true,
        customTags: (tags) => tags.map(withoutLetters),
      }),
    );
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error;
    refuse([{ offset: error.offset, detail: error.message }]);
  }
  const errors = documents.flatMap((document) => document.errors);
  if (errors.length > 0)
    refuse(errors.map(({ pos, message }) => ({ offset: pos[0], detail: `${message}${hint(text)}` })));
  return documents.flatMap((document) => {
    if (tags) wrapTags(document);
    for (const key of doubledKeys(document)) {
      gathered.remark('warn', `${path}: the key ${key} stands twice in one place: the last one counts`);
    }
    const value = plainValue(gathered, document, path);
    return value === null || value === undefined ? [] : [value];
  });
}

/** `y` and `n` are texts to Ruby, Go and Python, whatever YAML 1.1 says. */
function withoutLetters(tag: Tags[number]): Tags[number] {
  if (typeof tag === 'string' || tag.tag !== BOOLEAN || !('test' in tag) || !tag.test) return tag;
  const { test } = tag;
  return { ...tag, test: new RegExp(`^(?![YyNn]$)(?:${test.source})`) };
}

function plainValue(gathered: Gathered, document: Document.Parsed, path: string): unknown {
  try {
    return plain(document.toJS({ maxAliasCount: MOST_ALIASES }), 0, (number) => {
      gathered.remark('warn', `${number} has more digits than a number holds: it is a text`);
    });
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new CarillonError('invalid_input', `${path} is no valid YAML.`, [{ pointer: path, detail }]);
  }
}

/** JSON and nothing else: times as texts, whole numbers that JavaScript cannot hold as texts, too. */
function plain(value: unknown, depth: number, tooLong: (number: bigint) => void): unknown {
  const inner = (one: unknown): unknown => plain(one, depth + 1, tooLong);
  if (depth > DEEPEST) throw new Error('it is nested too deeply, or in itself');
  if (typeof value === 'bigint') {
    const number = Number(value);
    if (Number.isSafeInteger(number)) return number;
    tooLong(value);
    return String(value);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(inner);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof Set) return [...value].map(inner);
  const pairs = value instanceof Map ? [...value] : Object.entries(value);
  return Object.fromEntries(pairs.map(([key, one]) => [String(key), inner(one)]));
}

function doubledKeys(document: Document.Parsed): string[] {
  const doubled: string[] = [];
  visit(document, {
    Map(_key, { items }) {
      const seen = new Set<string>(['<<']);
      for (const { key } of items) {
        const name = isScalar(key) ? String(key.value) : '<<';
        if (name !== '<<' && seen.has(name)) doubled.push(name);
        seen.add(name);
      }
    },
  });
  return doubled;
}

function hint(text: string): string {
  return /\{\{[-\s]*\.?\w/.test(text) ? ' (is it a template? render it first, as with helm template)' : '';
}

/** `!GetAtt Fn.Arn` becomes a map of one key, as the long form writes it. */
function wrapTags(document: Document.Parsed): void {
  visit(document, {
    Node(_key, node) {
      const tag = (node as { tag?: string }).tag;
      if (tag === undefined || !/^![A-Za-z]/.test(tag)) return undefined;
      const name = tag.slice(1);
      const bare = node as Node & { tag?: string };
      delete bare.tag;
      const map = new YAMLMap();
      map.items.push(
        new Pair(new Scalar(name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`), bare),
      );
      return map;
    },
  });
}
