/** The schedule files of a directory as they are sent to an API: their texts, and the variables they ask for. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CarillonError } from '../domain/input/errors.js';
import { listFiles } from './list-files.js';
import type { LoadOptions } from './load.js';
import { readInThread } from './read-in-thread.js';
import { type Environment, variablesIn } from './substitute.js';

export interface FilesToSend {
  files: { path: string; text: string }[];
  /** Only what the files ask for. */
  variables: Record<string, string>;
  source?: string;
}

/** Throws `invalid_schedule_file` when they are not valid here, `invalid_input` without a directory. */
export async function readToSend(dir: string, options: LoadOptions): Promise<FilesToSend> {
  const { found, problems, source, modules } = await readInThread({ dir, options });
  if (!found) throw new CarillonError('invalid_input', `There is no directory ${dir}.`);
  if (problems.length > 0) {
    throw new CarillonError('invalid_schedule_file', 'The schedule files are not valid.', problems);
  }
  const texts = (await listFiles(dir)).names
    .filter((name) => !name.endsWith('.ts'))
    .map(async (name) => ({ path: join(dir, name), text: await readFile(join(dir, name), 'utf8') }));
  // What a module exports is sent as JSON, which says the same.
  const files = [...(await Promise.all(texts)), ...modules];
  const asked = new Set(files.flatMap(({ text }) => variablesIn(text)));
  return {
    files,
    variables: valuesOf(asked, options.env),
    ...(source === undefined ? {} : { source }),
  };
}

function valuesOf(names: ReadonlySet<string>, env: Environment): Record<string, string> {
  const known = [...names].flatMap((name) => {
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(known) as Record<string, string>;
}
