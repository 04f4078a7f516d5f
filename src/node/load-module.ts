/** Imports modules that people wrote, TypeScript included, and reads the handlers a worker is given. */

import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Jiti } from 'jiti';
import { CarillonError } from '../domain/input/errors.js';
import { type Handlers, handlerProblems } from '../worker/handlers.js';
import { guardLoad, placeOf, type Refuse } from './load-guard.js';

/** The module's default export: JavaScript as Node loads it, TypeScript through jiti. Throws what `refuse` makes. */
export function importModule(path: string, refuse: Refuse, within?: number): Promise<unknown> {
  return guardLoad(() => importOnce(path), refuse, within);
}

async function importOnce(path: string): Promise<unknown> {
  if (!/\.[cm]?js$/.test(path)) return (await loader(path)).import(path, { default: true });
  try {
    return ((await import(pathToFileURL(path).href)) as { default?: unknown }).default;
  } catch (error) {
    // Node keeps the place of a syntax error to itself.
    if (error instanceof SyntaxError && placeOf(error) === undefined)
      error.message += await placeOfSyntax(path);
    throw error;
  }
}

/** Where a JavaScript file does not parse, in the form the TypeScript loader gives; '' when another file is to blame. */
async function placeOfSyntax(path: string): Promise<string> {
  const source = readFileSync(path, 'utf8');
  const output = (await loader(path)).transform({ source, filename: path, async: true });
  const [, line, column] = /__JITI_ERROR__ = \{.*"line":(\d+),"column":(\d+)/.exec(output) ?? [];
  return line === undefined ? '' : `\n ${path}:${line}:${Number(column) + 1}`;
}

/** The same as it is on disk now, with everything it imports, never a copy that was loaded before. */
async function importAfresh(path: string): Promise<unknown> {
  const source = readFileSync(path, 'utf8');
  // Transpiled whatever it is: what Node itself has imported once it never reads again.
  const loaded: unknown = await (await loader(path)).evalModule(source, {
    filename: path,
    async: true,
    forceTranspile: true,
  });
  return typeof loaded === 'object' && loaded !== null && 'default' in loaded ? loaded.default : loaded;
}

/** Loaded when the first module needs it: plain JavaScript does not wait for a transpiler. */
async function loader(path: string): Promise<Jiti> {
  const { createJiti } = await import('jiti');
  return createJiti(pathToFileURL(path).href, { moduleCache: false, fsCache: false });
}

export interface LoadHandlersOptions {
  /** It may have changed since it was loaded. */
  afresh?: boolean;
  /** How long it may take, ms; default 30 s. */
  within?: number;
}

/** Throws `handler_module` when the module does not load as it should, or exports no record of handlers. */
export async function loadHandlers(
  directory: string,
  module: string,
  { afresh = false, within }: LoadHandlersOptions = {},
): Promise<Handlers> {
  const refuse: Refuse = (detail) =>
    new CarillonError('handler_module', `The handler module ${module} cannot be used: ${detail}.`);
  const path = resolve(directory, module);
  if (!existsSync(path)) throw refuse('there is no such file');
  const exported = await guardLoad(() => (afresh ? importAfresh(path) : importOnce(path)), refuse, within);
  const problems = handlerProblems(exported);
  if (problems.length > 0) throw refuse(`its default export: ${problems.join('; ')}`);
  return exported as Handlers;
}
