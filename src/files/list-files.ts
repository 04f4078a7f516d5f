/** Which files of a directory are schedule files. */

import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';

/** `error`: there is something, and it cannot be listed. */
export interface ListedFiles {
  /** False when the directory does not exist. */
  found: boolean;
  /** In the order of their names. */
  names: string[];
  error?: NodeJS.ErrnoException;
}

export async function listFiles(dir: string): Promise<ListedFiles> {
  let found: Dirent[];
  try {
    found = await readdir(dir, { withFileTypes: true });
  } catch (caught) {
    const error = caught as NodeJS.ErrnoException;
    return error.code === 'ENOENT' ? { found: false, names: [] } : { found: true, names: [], error };
  }
  const names = found.flatMap((entry) =>
    isScheduleFile(entry.name) && !entry.isDirectory() ? [entry.name] : [],
  );
  return { found: true, names: names.sort() };
}

/** Schedule files of a directory, not of those below it; hidden files and `schema.json` are none. */
function isScheduleFile(name: string): boolean {
  if (name.startsWith('.') || name.endsWith('schema.json') || name.endsWith('.d.ts')) return false;
  return /\.(?:ya?ml|json|ts)$/.test(name);
}
