/** The schedule files of a directory as they are sent to an API: their texts, and the variables they ask for. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CarillonError } from '../domain/input/errors.js';
import { type FileProblem, type LoadOptions, listFiles, loadSchedules } from './load.js';
import { importFile } from './parse.js';
import { type Environment, variablesIn } from './substitute.js';

export interface FilesToSend {
  files: { path: string; text: string }[];
  /** Only what the files ask for. */
  variables: Record<string, string>;
  warnings: FileProblem[];
  source?: string;
}

/** Throws `invalid_schedule_file` when they are not valid here, `invalid_input` without a directory. */
export async function readToSend(dir: string, options: LoadOptions): Promise<FilesToSend> {
  const { found, problems, warnings, source } = await loadSchedules(dir, options);
  if (!found) throw new CarillonError('invalid_input', `There is no directory ${dir}.`);
  if (problems.length > 0) {
    throw new CarillonError('invalid_schedule_file', 'The schedule files are not valid.', problems);
  }
  const files: FilesToSend['files'] = [];
  for (const name of (await listFiles(dir)).names)
    files.push({ path: join(dir, name), text: await textOf(join(dir, name)) });
  const asked = new Set(files.flatMap(({ text }) => variablesIn(text)));
  return {
    files,
    variables: valuesOf(asked, options.env),
    warnings,
    ...(source === undefined ? {} : { source }),
  };
}

/** What a module exports is sent as JSON, which says the same. */
async function textOf(file: string): Promise<string> {
  if (!file.endsWith('.ts')) return readFile(file, 'utf8');
  const read = await importFile(file);
  if ('problems' in read)
    throw new CarillonError('invalid_schedule_file', 'It changed meanwhile.', read.problems);
  return JSON.stringify(read.value);
}

function valuesOf(names: ReadonlySet<string>, env: Environment): Record<string, string> {
  const known = [...names].flatMap((name) => {
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(known) as Record<string, string>;
}
