/** The payload of `command.run`: what may be asked for, read strictly. */

import { duration, isRecord, listOf, objectSchema, type Reader } from '../domain/input/readers.js';
import { LARGEST_PAYLOAD } from '../domain/input/sizes.js';
import { COMMAND_RUN } from '../domain/task/built-in.js';
import { VARIABLE } from '../domain/task/command-variables.js';
import { plainPath } from './command-allow.js';
import { readPayload } from './payload.js';

const DAY = 86_400_000;
const MOST_ARGUMENTS = 1_000;
const MOST_VARIABLES = 100;
/** Of one argument or variable: more than Linux takes in one. */
const LONGEST = 131_071;

/** A command as the handler runs it. */
export interface AskedCommand {
  command: string;
  args: readonly string[];
  cwd?: string;
  env: Readonly<Record<string, string>>;
  stdin?: string;
  /** ms. */
  timeout?: number;
}

const words =
  (longest: number): Reader<string> =>
  (raw, path, problems) => {
    const fits = typeof raw === 'string' && raw.length <= longest && !raw.includes('\0');
    if (fits) return raw;
    problems.push({ path, detail: `must be a text of at most ${longest} characters, without NUL` });
    return undefined;
  };

const env: Reader<Record<string, string>> = (raw, path, problems) => {
  if (!isRecord(raw) || Object.keys(raw).length > MOST_VARIABLES) {
    problems.push({ path, detail: `must be a mapping of at most ${MOST_VARIABLES} names to texts` });
    return undefined;
  }
  for (const [name, value] of Object.entries(raw)) {
    if (!VARIABLE.test(name))
      problems.push({ path: [...path, name], detail: 'must have a name of letters, digits and _' });
    words(LONGEST)(value, [...path, name], problems);
  }
  return raw as Record<string, string>;
};

/** As people write directories: with a slash at the end, too. */
const directory: Reader<string> = (raw, path, problems) =>
  raw === '/' ? raw : plainPath(typeof raw === 'string' ? raw.replace(/\/$/, '') : raw, path, problems);

const FIELDS = {
  command: plainPath,
  args: listOf(words(LONGEST), MOST_ARGUMENTS, 0),
  cwd: directory,
  env,
  stdin: words(LARGEST_PAYLOAD),
  timeout: duration(1, DAY),
};

const TOLD = objectSchema(FIELDS, ['command']);
const text = { type: 'string' };

/** What people are told of it: JSON Schema. */
export const COMMAND_SCHEMA = {
  ...TOLD,
  properties: {
    ...(TOLD['properties'] as object),
    command: { ...text, description: 'the path of a program that the worker allows' },
    args: { type: 'array', items: text, maxItems: MOST_ARGUMENTS },
    cwd: { ...text, description: 'the directory it runs in' },
    env: { type: 'object', additionalProperties: text, description: 'variables of its environment' },
    stdin: text,
  },
};

/** Throws `Fatal` with each field that cannot be used. */
export function readCommandPayload(raw: unknown): AskedCommand {
  const given = readPayload(COMMAND_RUN, FIELDS, raw, 'command');
  return { ...given, args: given.args ?? [], env: given.env ?? {} };
}
