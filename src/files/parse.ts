/** One schedule file to untyped data and a way to find the place of each part of it. */

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LineCounter, parseDocument } from 'yaml';
import type { FieldProblem } from '../domain/input/readers.js';
import { type Locator, locatorOf, pointer, startOf } from './places.js';
import { type Environment, substitute } from './substitute.js';

/** `pointer`: `file:line:column`. */
export interface FileProblem {
  pointer: string;
  detail: string;
}

export type ParsedFile = { value: unknown; locate: Locator } | { problems: FileProblem[] };

/** Longest text of a file, characters: more is not written by people. */
const LONGEST = 16_777_216;

/** YAML 1.2 and JSON, which is a part of it. No merge keys, no tags, few aliases, string keys only. */
export function parseText(file: string, text: string, env: Environment): ParsedFile {
  if (text.length > LONGEST) return oneProblem(file, 'is longer than 16 MiB');
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    resolveKnownTags: false,
    stringKeys: true,
    version: '1.2',
    // Said here, so that a %YAML 1.1 line brings back neither merge keys nor yes for true.
    schema: 'core',
    merge: false,
    logLevel: 'error',
  });
  const wrong = [...document.errors, ...document.warnings];
  if (wrong.length > 0) {
    const problems = wrong.map(({ pos, message }) => {
      const { line, col } = lines.linePos(pos[0]);
      return {
        pointer: pointer({ file, line: Math.max(1, line), column: Math.max(1, col) }),
        detail: message,
      };
    });
    return { problems };
  }
  const locate = locatorOf(file, document, lines);
  let raw: unknown;
  try {
    raw = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    return oneProblem(file, messageOf(error));
  }
  const unset: FieldProblem[] = [];
  const value = substitute(raw, env, unset);
  if (unset.length > 0) {
    return { problems: unset.map(({ path, detail }) => ({ pointer: pointer(locate(path)), detail })) };
  }
  return { value, locate };
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

function oneProblem(file: string, detail: string): ParsedFile {
  return { problems: [{ pointer: pointer(startOf(file)([])), detail }] };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
