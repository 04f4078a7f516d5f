/** Imports modules that people wrote, TypeScript included, and reads the handlers a worker is given. */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { createJiti } from 'jiti';
import { CarillonError } from '../domain/errors.js';
import { isHandlerName, NAME_GRAMMAR } from '../domain/names.js';
import type { Handlers } from '../worker/context.js';

/** The default export of the module as it is on disk now, never a copy loaded before. */
export async function importModule(path: string): Promise<unknown> {
  const jiti = createJiti(import.meta.url, { moduleCache: false, fsCache: false, interopDefault: false });
  const loaded = await jiti.import<{ default?: unknown }>(path);
  return loaded.default;
}

/** Throws `handler_module` when the module throws, or exports no record of handlers. */
export async function loadHandlers(directory: string, module: string): Promise<Handlers> {
  const path = resolve(directory, module);
  if (!existsSync(path)) throw refused(module, 'there is no such file');
  let exported: unknown;
  try {
    exported = await importModule(path);
  } catch (error) {
    throw refused(module, `it throws on load: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof exported !== 'object' || exported === null || Array.isArray(exported)) {
    throw refused(
      module,
      'its default export must be a record: handler name → async (payload, ctx) => result',
    );
  }
  const entries = Object.entries(exported);
  if (entries.length === 0) throw refused(module, 'its default export has no handlers');
  for (const [name, handler] of entries) {
    if (!isHandlerName(name))
      throw refused(module, `"${name}" is no handler name: it must be ${NAME_GRAMMAR.handler}`);
    if (typeof handler !== 'function') throw refused(module, `"${name}" must be a function`);
  }
  return exported as Handlers;
}

function refused(module: string, detail: string): CarillonError {
  return new CarillonError('handler_module', `The handler module ${module} cannot be used: ${detail}`);
}
