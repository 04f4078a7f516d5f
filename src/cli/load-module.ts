/** Imports modules that people wrote, TypeScript included, and reads the handlers a worker is given. */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createJiti } from 'jiti';
import { CarillonError } from '../domain/errors.js';
import { type Handlers, handlerProblems } from '../worker/handlers.js';

/** The default export of the module as it is on disk now, never a copy loaded before. */
export async function importModule(path: string): Promise<unknown> {
  const jiti = createJiti(pathToFileURL(path).href, { moduleCache: false, fsCache: false });
  return jiti.import(path, { default: true });
}

/** Throws `handler_module` when the module throws, or exports no record of handlers. */
export async function loadHandlers(directory: string, module: string): Promise<Handlers> {
  const path = resolve(directory, module);
  if (!existsSync(path)) throw refused(module, 'there is no such file');
  let exported: unknown;
  try {
    exported = await importModule(path);
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
