/** One schedule file to untyped data and a way to find the place of each part of it. */

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Document, LineCounter, YAMLParseError } from 'yaml';
import type { FieldProblem } from '../domain/input/readers.js';
import { MIB } from '../domain/input/sizes.js';
import { parseInPieces } from './pieces.js';
import { type Locator, locatorOf, pointer, startOf } from './places.js';
import { EACH_VALUE, type Environment, type Substituted, substitute, TooMuch } from './substitute.js';
import { documentsOf, TooDeep } from './yaml-depth.js';
import { at, contentProblems } from './yaml-problems.js';
import { syntaxProblems } from './yaml-syntax.js';

/** `pointer`: `file:line:column`. */
export interface FileProblem {
  pointer: string;
  detail: string;
}

/** `substituted`: where variables stood. `problems` beside a value: what else is wrong can be told at the same time. */
export type ParsedFile =
  | {
      value: unknown;
      locate: Locator;
      substituted?: readonly Substituted[];
      problems?: readonly FileProblem[];
    }
  | { value?: never; problems: readonly FileProblem[] };

/** Whether it could be read, be it with problems. */
export function isRead(parsed: ParsedFile): parsed is Extract<ParsedFile, { locate: Locator }> {
  return 'locate' in parsed;
}

/** Largest file, bytes. */
export const LARGEST_FILE = 64 * MIB;

/** YAML 1.2 and JSON, which is a part of it. No merge keys, no tags, few aliases, string keys only. */
export function parseText(file: string, text: string, env: Environment): ParsedFile {
  if (text.length > LARGEST_FILE) return oneProblem(file, TOO_LARGE);
  const parsed = parseInPieces(file, text, parsePiece) ?? parseWhole(file, text);
  if (!isRead(parsed)) return parsed;
  const { locate, problems = [] } = parsed;
  const unset: FieldProblem[] = [];
  const substituted: Substituted[] = [];
  let value: unknown;
  try {
    const most = LARGEST_FILE + text.length * (EACH_VALUE + 1);
    value = substitute(parsed.value, env, { problems: unset, substituted, most });
  } catch (error) {
    if (error instanceof TooMuch) return oneProblem(file, TOO_MUCH);
    throw error;
  }
  const missing = unset.map(({ path, detail }) => ({ pointer: pointer(locate(path)), detail }));
  return { value, locate, substituted, problems: [...problems, ...missing] };
}

function parseWhole(file: string, text: string): ParsedFile {
  const lines = new LineCounter();
  let document: Document.Parsed;
  try {
    document = documentOf(text, lines);
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error;
    return { problems: [{ pointer: at({ file, text, lines }, error.offset), detail: error.message }] };
  }
  const wrong = [...document.errors, ...document.warnings];
  if (wrong.length > 0) return { problems: syntaxProblems({ file, text, lines }, document, wrong) };
  const { problems, readable } = contentProblems({ file, text, lines }, document);
  if (!readable) return { problems };
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    return { value, locate: locatorOf(file, document, lines), problems };
  } catch {
    return oneProblem(file, TOO_MANY_ALIASES);
  }
}

/** null: something is wrong with it. */
function parsePiece(text: string, lines: LineCounter): { document: Document.Parsed; value: unknown } | null {
  try {
    const document = documentOf(text, lines);
    if (document.errors.length > 0 || document.warnings.length > 0) return null;
    if (contentProblems({ file: '', text, lines }, document).problems.length > 0) return null;
    return { document, value: document.toJS({ maxAliasCount: 100 }) };
  } catch {
    return null;
  }
}

function documentOf(text: string, lines: LineCounter): Document.Parsed {
  const [document, other] = documentsOf(text, {
    one: true,
    lineCounter: lines,
    prettyErrors: false,
    resolveKnownTags: false,
    stringKeys: true,
    version: '1.2',
    // Said here, so that a %YAML 1.1 line brings back neither merge keys nor yes for true.
    schema: 'core',
    merge: false,
    logLevel: 'error',
    // The parser compares every key with every other one; ours are looked at below.
    uniqueKeys: false,
  });
  if (!document) throw new Error('no document');
  if (other) {
    const [from, to] = other.range;
    document.errors.push(new YAMLParseError([from, to], 'MULTIPLE_DOCS', 'several documents'));
  }
  return document;
}

/** Runs a TypeScript module and takes its default export; it is read anew at every call. */
export async function importFile(file: string): Promise<ParsedFile> {
  const absolute = resolve(file);
  try {
    const { createJiti } = await import('jiti');
    const jiti = createJiti(pathToFileURL(absolute).href, { moduleCache: false, fsCache: false });
    const value: unknown = await jiti.import(absolute, { default: true });
    return { value, locate: startOf(file) };
  } catch (error) {
    return oneProblem(file, `cannot be loaded: ${messageOf(error)}`);
  }
}

const TOO_MANY_ALIASES =
  'aliases stand for so much that it would fill the memory; write out what they stand for';

const TOO_MUCH =
  'what aliases and variables stand for would fill the memory, or holds itself; write out what they stand for';

export const TOO_LARGE = 'is larger than 64 MiB';

export function oneProblem(file: string, detail: string): ParsedFile {
  return { problems: [{ pointer: pointer(startOf(file)([])), detail }] };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
