/** Imports modules that people wrote, TypeScript included, and reads the handlers a worker is given. */

import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createJiti, type Jiti } from 'jiti';
import { CarillonError } from '../domain/errors.js';
import { type Handlers, handlerProblems } from '../worker/handlers.js';

/** The module's default export: JavaScript as Node loads it, TypeScript through jiti. */
export async function importModule(path: string): Promise<unknown> {
  if (/\.[cm]?js$/.test(path))
    return ((await import(pathToFileURL(path).href)) as { default?: unknown }).default;
  return loader(path).import(path, { default: true });
}

/** The same as it is on disk now, with everything it imports, never a copy that was loaded before. */
async function importAfresh(path: string): Promise<unknown> {
  const source = readFileSync(path, 'utf8');
  // Transpiled whatever it is: what Node itself has imported once it never reads again.
  const loaded: unknown = await loader(path).evalModule(source, {
    filename: path,
    async: true,
    forceTranspile: true,
  });
  return typeof loaded === 'object' && loaded !== null && 'default' in loaded ? loaded.default : loaded;
}

function loader(path: string): Jiti {
  return createJiti(pathToFileURL(path).href, { moduleCache: false, fsCache: false });
}

/** Throws `handler_module` when the module throws, or exports no record of handlers. `afresh`: it may have changed. */
export async function loadHandlers(directory: string, module: string, afresh = false): Promise<Handlers> {
  const path = resolve(directory, module);
  if (!existsSync(path)) throw refused(module, 'there is no such file');
  let exported: unknown;
  try {
    exported = await (afresh ? importAfresh(path) : importModule(path));
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw refused(module, `it throws on load: ${reason}`);
  }
  const problems = handlerProblems(exported);
  if (problems.length > 0) throw refused(module, `its default export: ${problems.join('; ')}`);
  return exported as Handlers;
}

function refused(module: string, detail: string): CarillonError {
  return new CarillonError('handler_module', `The handler module ${module} cannot be used: ${detail}.`);
}
