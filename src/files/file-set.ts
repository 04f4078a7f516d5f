/** The schedule files of one directory as they are proposed: checked, counted and packed. */

import { type PackedSet, packSet } from '../sets/body.js';
import { type FileProblem, type LoadedSet, type LoadOptions, loadSchedules, loadTexts } from './load.js';

export interface FileSet {
  /** False when the directory does not exist: nothing is declared, which is not the same as declaring nothing. */
  found: boolean;
  /** The `source` that the files name, if any does. */
  source?: string;
  problems: FileProblem[];
  warnings: FileProblem[];
  /** null: there are problems, or there is no directory. */
  packed: PackedSet | null;
  /** Valid ones for other environments than this one. */
  elsewhere: number;
  /** What modules among the files export, as JSON. */
  modules: { path: string; text: string }[];
}

export async function readFileSet(dir: string, options: LoadOptions): Promise<FileSet> {
  return pack(await loadSchedules(dir, options));
}

/** The same of texts that were sent. */
export async function packFiles(
  files: readonly { path: string; text: string }[],
  options: LoadOptions,
): Promise<FileSet> {
  return pack(loadTexts(files, options));
}

async function pack({
  found,
  source,
  problems,
  warnings,
  schedules,
  elsewhere,
  modules,
}: LoadedSet): Promise<FileSet> {
  const packed = found && problems.length === 0 ? await packSet(schedules) : null;
  const facts = { found, problems, warnings, packed, elsewhere, modules };
  return { ...facts, ...(source === undefined ? {} : { source }) };
}
