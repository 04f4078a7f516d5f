/** The schedule files of one directory as they are proposed: checked, counted and packed. */

import type { Warning } from '../domain/input/warnings.js';
import { BUILT_IN } from '../domain/task/built-in.js';
import { type PackedSet, packSet } from '../sets/body.js';
import { type FileProblem, type LoadedSet, type LoadOptions, loadSchedules, loadTexts } from './load.js';

export interface FileSet {
  /** False when the directory does not exist: nothing is declared, which is not the same as declaring nothing. */
  found: boolean;
  /** The `source` that the files name, if any does. */
  source?: string;
  problems: FileProblem[];
  warnings: Warning[];
  /** Valid ones for here. */
  schedules: number;
  /** null: there are problems, there is no directory, or it was not asked for. */
  packed: PackedSet | null;
  /** Valid ones for other environments than this one. */
  elsewhere: number;
  /** What modules among the files export, as JSON. */
  modules: { path: string; text: string }[];
  /** Those of its schedules whose handler comes with Carillon. */
  builtIn: { id: string; handler: string; payload: unknown }[];
}

export async function readFileSet(dir: string, options: LoadOptions, packs = true): Promise<FileSet> {
  return setOf(await loadSchedules(dir, options), packs);
}

/** Problems that are told of files that were sent: nobody reads more of them, and all of them may be larger than the files. */
const MOST_TOLD = 1_000;

/** The same of texts that were sent. */
export async function packFiles(
  files: readonly { path: string; text: string }[],
  options: LoadOptions,
): Promise<FileSet> {
  const set = await setOf(loadTexts(files, options), true);
  const { problems } = set;
  const more = problems.length - MOST_TOLD;
  const [first] = problems;
  if (more <= 0 || !first) return set;
  const rest = {
    pointer: first.pointer,
    detail: `this and ${MOST_TOLD - 1} more are told; ${more} others are not`,
  };
  return { ...set, problems: [...problems.slice(0, MOST_TOLD), rest] };
}

async function setOf(loaded: LoadedSet, packs: boolean): Promise<FileSet> {
  const { found, source, problems, warnings, schedules, elsewhere, modules } = loaded;
  const packed = packs && found && problems.length === 0 ? await packSet(schedules) : null;
  const builtIn = schedules.flatMap(({ definition: { id, handler, payload } }) =>
    BUILT_IN.includes(handler) ? [{ id, handler, payload: payload ?? null }] : [],
  );
  const facts = {
    found,
    problems,
    warnings,
    schedules: schedules.length,
    packed,
    elsewhere,
    modules,
    builtIn,
  };
  return { ...facts, ...(source === undefined ? {} : { source }) };
}
