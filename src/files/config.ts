/** Finds and reads the configuration file (`carillon.config.yaml`, `.json` or `.ts`), keeping positions. */

import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CarillonError, type Problem } from '../domain/input/errors.js';
import { MIB } from '../domain/input/sizes.js';

export interface ConfigFile {
  path: string;
  values: Record<string, unknown>;
  /** Where a key stands, by the keys and numbers on the way to it: `file:line:column`, or just the file for a module. */
  at(...path: string[]): string;
}

export interface ConfigRequest {
  directory: string;
  /** A path somebody named; without it the usual names are looked for in `directory`. */
  path?: string;
  /** Loads a TypeScript module and answers its default export. */
  importModule(path: string): Promise<unknown>;
}

const USUAL = ['carillon.config.yaml', 'carillon.config.yml', 'carillon.config.json', 'carillon.config.ts'];
const LARGEST = MIB;

/** null when there is none. Throws `configuration` when there are two, or when it cannot be read. */
export async function readConfigFile(request: ConfigRequest): Promise<ConfigFile | null> {
  const names = request.path
    ? [request.path]
    : USUAL.filter((name) => existsSync(resolve(request.directory, name)));
  const [name, second] = names;
  if (name === undefined) return null;
  if (second !== undefined) {
    throw refused(`There are two configuration files, ${name} and ${second}.`, [
      { pointer: second, detail: 'keep one of them' },
    ]);
  }
  const path = resolve(request.directory, name);
  if (/\.[cm]?[jt]s$/.test(name)) {
    const values = asRecord(await request.importModule(path), name);
    return { path: name, values, at: () => name };
  }
  return readDocument(name, readText(path, name));
}

function readText(path: string, name: string): string {
  try {
    const text = readFileSync(path, 'utf8');
    if (text.length <= LARGEST) return text;
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw refused(`The configuration file cannot be read.`, [{ pointer: name, detail: reason }]);
  }
  throw refused('The configuration file is larger than 1 MiB.', [{ pointer: name, detail: 'too large' }]);
}

async function readDocument(name: string, text: string): Promise<ConfigFile> {
  // Most processes have no configuration file, and then do not wait for the parser.
  const { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  if (document.errors.length > 0) {
    throw refused(
      'The configuration file is not valid YAML.',
      document.errors.map((error) => ({ pointer: place(error.pos[0]), detail: error.message })),
    );
  }
  /** The place of the last key, or item, of a path that is there. */
  const at = (...path: string[]): string => {
    let node: unknown = document.contents;
    let found = name;
    for (const part of path) {
      if (isSeq(node)) {
        const item: unknown = node.items[Number(part)];
        if (!isNode(item) || !item.range) break;
        found = place(item.range[0]);
        node = item;
        continue;
      }
      if (!isMap(node)) break;
      const item = node.items.find(({ key }) => isScalar(key) && String(key.value) === part);
      if (!item || !isScalar(item.key) || !item.key.range) break;
      found = place(item.key.range[0]);
      node = item.value;
    }
    return found;
  };
  const values = asRecord(document.toJS({ maxAliasCount: 100 }), name);
  return { path: name, values, at };
}

function asRecord(value: unknown, name: string): Record<string, unknown> {
  if (value === null || value === undefined) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return { ...value };
  throw refused('The configuration file must be a mapping of settings.', [
    { pointer: name, detail: 'no mapping' },
  ]);
}

function refused(message: string, problems: Problem[]): CarillonError {
  return new CarillonError('configuration', message, problems);
}
