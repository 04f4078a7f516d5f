/** A directory of schedule files to one validated set, or to every problem in it with its place. */

import { constants, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Warning } from '../domain/input/warnings.js';
import type { ScheduleDefinition } from '../domain/schedule/schedule.js';
import { collectCalendars } from './calendars.js';
import { type ListedFiles, listFiles } from './list-files.js';
import {
  type FileProblem,
  importFile,
  isRead,
  LARGEST_FILE,
  messageOf,
  oneProblem,
  type ParsedFile,
  parseText,
  TOO_LARGE,
} from './parse.js';
import { type Place, pointer } from './places.js';
import { type DeclaredEntry, readFileValue } from './read-file.js';
import { environmentAdvice, type KnownHandlers, setAdvice } from './set-advice.js';
import type { Environment } from './substitute.js';

export type { FileProblem } from './parse.js';

export interface LoadOptions {
  /** For `${VAR}`. */
  env: Environment;
  /** Name of this environment, for `environments: [..]`. */
  environment?: string | undefined;
  /** What time it is, to warn of what has passed. */
  now?: number;
  /** Looks for what is odd about the set as a whole, too: for people who check files. */
  thorough?: boolean;
  /** To warn of handlers that are none of these; looked at where it is thorough. */
  handlers?: KnownHandlers;
  /** Told before a module is loaded, and with null after it. */
  onModule?(file: string | null): void;
}

export interface LoadedSchedule {
  definition: ScheduleDefinition;
  place: Place;
}

export interface LoadedSet {
  /** False when the directory does not exist: nothing is declared, which is not the same as declaring nothing. */
  found: boolean;
  /** Valid ones, by id. Apply them only when there are no problems. */
  schedules: LoadedSchedule[];
  problems: FileProblem[];
  /** What is legal but probably not meant. */
  warnings: Warning[];
  /** The `source` that the files name, if any does. */
  source?: string;
  /** Valid ones for other environments than this one. */
  elsewhere: number;
  /** What modules among the files export, as JSON. */
  modules: { path: string; text: string }[];
}

export async function loadSchedules(dir: string, options: LoadOptions): Promise<LoadedSet> {
  const { found, names, error } = await listFiles(dir);
  const parsed: ParsedFile[] = error ? [unlisted(dir, error)] : [];
  const modules: LoadedSet['modules'] = [];
  for (const name of names) {
    const file = join(dir, name);
    if (!name.endsWith('.ts')) parsed.push(await parse(file, options.env));
    else {
      options.onModule?.(file);
      const read = await importFile(file);
      options.onModule?.(null);
      parsed.push(read);
      if (isRead(read)) modules.push({ path: file, text: JSON.stringify(read.value) });
    }
  }
  return { found, modules, ...joined(parsed, options, dir) };
}

/** The same from texts that were read elsewhere; `.ts` files come as the JSON of what they export: no code is run. */
export function loadTexts(files: readonly { path: string; text: string }[], options: LoadOptions): LoadedSet {
  const parsed = files.map(({ path, text }) => {
    const refused = refusedText(path, text);
    return refused === undefined ? parseText(path, text, options.env) : oneProblem(path, refused);
  });
  return { found: true, modules: [], ...joined(parsed, options, 'files') };
}

function refusedText(path: string, text: string): string | undefined {
  if (/\.(?:ya?ml|json)$/.test(path)) return undefined;
  if (!path.endsWith('.ts')) return 'is no schedule file: its name must end in .yaml, .yml or .json';
  try {
    JSON.parse(text);
    return undefined;
  } catch {
    return 'is a module, and no code is run here: send what it exports as JSON, as `carillon schedules apply` does';
  }
}

/** What all files declare together. `where`: what was read. */
function joined(
  all: readonly ParsedFile[],
  options: LoadOptions,
  where: string,
): Omit<LoadedSet, 'found' | 'modules'> {
  const problems: FileProblem[] = [];
  const warnings: Warning[] = [];
  const entries: DeclaredEntry[] = [];
  const sources = new Map<string, string>();
  const files = all.filter(isRead);
  for (const parsed of all) if (!isRead(parsed)) problems.push(...parsed.problems);
  const { environment, now, handlers, thorough } = options;
  const { calendars, places, problems: declaredTwice } = collectCalendars(files);
  for (const { value, locate, substituted = [], problems: found = [] } of files) {
    const read = readFileValue(value, locate, { environment, calendars, now, substituted });
    problems.push(...together(found, read.problems));
    warnings.push(...read.warnings);
    entries.push(...read.entries);
    if (read.source !== undefined) sources.set(read.source, pointer(locate(['source'])));
  }
  problems.push(...declaredTwice, ...duplicates(entries), ...renames(entries), ...severalSources(sources));
  warnings.push(...environmentAdvice(entries, environment));
  if (thorough)
    warnings.push(
      ...setAdvice({
        entries,
        calendars: places,
        now,
        handlers,
        where: problems.length > 0 ? undefined : where,
      }),
    );
  const schedules = entries
    .flatMap(({ definition, place, elsewhere }) => (definition && !elsewhere ? [{ definition, place }] : []))
    .sort((a, b) => (a.definition.id < b.definition.id ? -1 : 1));
  const [source] = sources.keys();
  return {
    schedules,
    problems,
    warnings,
    elsewhere: entries.filter((entry) => entry.elsewhere).length,
    ...(source === undefined ? {} : { source }),
  };
}

/** In the order of the file; of two at one place only the first kind, which the other follows from. */
function together(found: readonly FileProblem[], others: readonly FileProblem[]): readonly FileProblem[] {
  if (found.length === 0) return others;
  const told = new Set(found.map(({ pointer }) => pointer));
  const placed = [...found, ...others.filter(({ pointer }) => !told.has(pointer))].map((problem) => {
    const [line = 0, column = 0] = problem.pointer.split(':').slice(-2).map(Number);
    return { problem, line, column };
  });
  return placed.sort((a, b) => a.line - b.line || a.column - b.column).map(({ problem }) => problem);
}

function unlisted(dir: string, error: NonNullable<ListedFiles['error']>): ParsedFile {
  const why = error.code === 'ENOTDIR' ? 'it is a file; name the directory it stands in' : messageOf(error);
  return oneProblem(dir, `cannot be read: ${why}`);
}

async function parse(file: string, env: Environment): Promise<ParsedFile> {
  try {
    const bytes = await readRegular(file);
    if (typeof bytes === 'string') return oneProblem(file, bytes);
    const text = textFrom(bytes);
    return text === null
      ? oneProblem(file, 'cannot be read: it is no UTF-8 text')
      : parseText(file, text, env);
  } catch (error) {
    return oneProblem(file, `cannot be read: ${messageOf(error)}`);
  }
}

function textFrom(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Opened without waiting: a pipe that nobody writes to would keep it for ever, and a device never ends. */
async function readRegular(file: string): Promise<Uint8Array | string> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) return 'is no regular file';
    if (stats.size > LARGEST_FILE) return TOO_LARGE;
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/** Each place of an id that is declared more than once names the first one. */
function duplicates(entries: readonly DeclaredEntry[]): FileProblem[] {
  const first = new Map<string, Place>();
  return entries.flatMap(({ id, place }) => {
    const earlier = first.get(id);
    if (!earlier) first.set(id, place);
    const detail = earlier && `schedules.${id}: is declared at ${pointer(earlier)} already`;
    return detail ? [{ pointer: pointer(place), detail }] : [];
  });
}

/** Of one schedule only one can go on under a new id, and none where it is declared still. */
function renames(entries: readonly DeclaredEntry[]): FileProblem[] {
  const here = entries.filter(({ elsewhere }) => !elsewhere);
  const declared = new Map(here.map(({ id, place }) => [id, place]));
  const first = new Map<string, DeclaredEntry>();
  return here.flatMap((entry): FileProblem[] => {
    const { id, definition } = entry;
    const formerly = definition?.formerly;
    if (formerly === undefined) return [];
    const problem = (detail: string): FileProblem[] => [
      { pointer: pointer(entry.formerly ?? entry.place), detail: `schedules.${id}.formerly: ${detail}` },
    ];
    const still = declared.get(formerly);
    if (still)
      return problem(
        `${formerly} is declared at ${pointer(still)} still; remove it there, or leave this out`,
      );
    const other = first.get(formerly);
    if (other)
      return problem(`${other.id} at ${pointer(other.place)} was ${formerly} already; only one can be`);
    first.set(formerly, entry);
    return [];
  });
}

function severalSources(sources: ReadonlyMap<string, string>): FileProblem[] {
  const [first, ...others] = sources;
  return others.map(([source, place]) => ({
    pointer: place,
    detail: `source: "${source}" differs from "${first?.[0]}" at ${first?.[1]}; one directory is one source`,
  }));
}
