/** The list of what `command.run` may run: how an entry is written, and whether a command is on it. */

import { posix } from 'node:path';
import { group, listOf, type Reader, reader, text } from '../domain/input/readers.js';
import { isSettable, VARIABLE } from '../domain/task/command-variables.js';
import type { AskedCommand } from './command-payload.js';

/** An entry with more than a program. */
export interface AllowedCommand {
  /** Absolute path of the program. */
  command: string;
  /**
   * Its arguments, one for one: each a text in which `*` stands for any characters. One that begins with `*` takes no
   * argument that begins with `-`, which the program could take for an option, and none with a step `..` of a path,
   * unless it has one itself. Default: any arguments.
   */
  args?: readonly string[];
  /** Where it runs, instead of anywhere. */
  cwd?: string;
  /** Variables a payload may set; default none. */
  env?: readonly string[];
  /** Variables of the worker that it gets. */
  pass?: readonly string[];
}

/** An entry as it is looked at. */
export interface CommandEntry extends AllowedCommand {
  /** Written as a path alone: variables are as free as arguments, but for those that change what is run. */
  bare: boolean;
}

const LONGEST_PATH = 4_096;
const MOST = 1_000;
/** Entries of a list. */
export const MOST_COMMANDS = 1_000;

/** Absolute, and in the one form that a path has. */
function isPlainPath(raw: unknown): raw is string {
  if (typeof raw !== 'string' || raw.length > LONGEST_PATH || /\p{Cc}/u.test(raw)) return false;
  return raw.startsWith('/') && raw.length > 1 && !raw.endsWith('/') && posix.normalize(raw) === raw;
}

const PATH_GRAMMAR = 'an absolute path such as /usr/bin/rsync, without . and .. and doubled slashes';

/** The path of a program or a directory. */
export const plainPath: Reader<string> = reader(PATH_GRAMMAR, (raw) => (isPlainPath(raw) ? raw : undefined));

const variable: Reader<string> = reader('the name of a variable', (raw) =>
  typeof raw === 'string' && VARIABLE.test(raw) ? raw : undefined,
);

/** Also empty, as an argument may be. */
const pattern: Reader<string> = (raw, path, problems) =>
  raw === '' ? '' : text(LONGEST_PATH)(raw, path, problems);

const FIELDS = {
  command: plainPath,
  args: listOf(pattern, MOST, 0),
  cwd: plainPath,
  env: listOf(variable, MOST, 0),
  pass: listOf(variable, MOST, 0),
};

/** A path, or a mapping with `command` and what else is fixed. */
export const commandEntry: Reader<CommandEntry, string | AllowedCommand> = (raw, path, problems) => {
  if (typeof raw === 'string') {
    const command = plainPath(raw, path, problems);
    return command === undefined ? undefined : { command, bare: true };
  }
  const before = problems.length;
  const read = group(FIELDS)(raw, path, problems);
  if (!read || problems.length > before) return undefined;
  const { command } = read;
  if (command !== undefined) return { ...read, command, bare: false };
  problems.push({ path: [...path, 'command'], detail: 'is required' });
  return undefined;
};

/** The entry that allows the command, or what keeps it from being allowed, in words. */
export function entryFor(list: readonly CommandEntry[], asked: AskedCommand): CommandEntry | { why: string } {
  const same = list.filter(({ command }) => command === asked.command);
  let why = `command.run to run ${asked.command}`;
  for (const entry of same) {
    const unfit = whyUnfit(entry, asked);
    if (unfit === null) return entry;
    why = `command.run to run ${asked.command} ${unfit}`;
  }
  return { why };
}

function whyUnfit(entry: CommandEntry, { args, cwd, env }: AskedCommand): string | null {
  if (
    entry.args &&
    !(entry.args.length === args.length && args.every((arg, at) => fits(arg, entry.args?.[at])))
  )
    return 'with these arguments';
  if (entry.cwd !== undefined && cwd !== undefined && cwd !== entry.cwd)
    return `in another directory than ${entry.cwd}`;
  const refused = Object.entries(env).find(([name, value]) =>
    entry.bare ? !isSettable(name, value) : !(entry.env ?? []).includes(name),
  );
  return refused === undefined ? null : `with the variable ${refused[0]}`;
}

const PARENT = /(?:^|[/=:,])\.\.(?:$|[/:,])/;

/** Whether an argument is what a pattern says; in as many steps as the two are long together. */
function fits(arg: string, pattern = ''): boolean {
  if (pattern.startsWith('*') && arg.startsWith('-')) return false;
  // `/mnt/*` names a directory: what leads out of it again is none of it.
  if (pattern.includes('*') && PARENT.test(arg) && !PARENT.test(pattern)) return false;
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return arg === pattern;
  if (!arg.startsWith(first)) return false;
  let at = first.length;
  for (const part of others) {
    const found = arg.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return arg.length - last.length >= at && arg.endsWith(last);
}
