/** A command of a crontab as what `command.run` takes: the program itself where that is all, a shell where one is needed. */

import { posix } from 'node:path';
import type { Gathered } from './draft.js';
import { plainWords } from './shell-words.js';

export interface CommandPayload {
  command: string;
  args?: string[];
  cwd?: string;
  env?: Readonly<Record<string, string>>;
  stdin?: string;
}

/** What the crontab says about all its commands. */
export interface Around {
  shell: string;
  home?: string;
  env: Readonly<Record<string, string>>;
}

/** On a list it is everything on the list. */
export const SHELL = /\/(?:ba|da|z|k|a)?sh$/;
const ASSIGNMENT = /^([A-Za-z_]\w*)=/;
/** Output that is thrown away: it goes to the log of the task instead. */
const THROWN_AWAY = /[ \t]*(?:(?:&>|>&|1?>>?|2>>?)[ \t]*\/dev\/null|2>&1|1>&2)[ \t]*$/;

export function commandOf(gathered: Gathered, id: string, text: string, around: Around): CommandPayload {
  const { line, stdin } = withoutInput(text);
  const plain = plainCommand(line, around);
  const given = stdin === undefined ? {} : { stdin };
  const payload = plain?.payload ?? { command: around.shell, args: ['-c', line], ...placeOf(around) };
  if (!plain) gathered.remark('warn', needsShell(around.shell), id);
  else if (plain.thrownAway) {
    gathered.remark('note', 'output that was thrown away or joined there goes to the log of the task', id);
  }
  if (!payload.command.startsWith('/')) {
    const text = `${payload.command} is no full path, and is not run here: write where it is`;
    gathered.remark('decide', text, id);
  }
  return { ...payload, ...given };
}

const needsShell = (shell: string): string =>
  `it needs a shell: a worker would have to allow ${shell}, which runs anything; better a script of its own`;

/** An unescaped percent sign ends the command: what follows is its input, and further ones are line ends. */
function withoutInput(text: string): { line: string; stdin?: string } {
  const [command = '', ...input] = text.trim().split(/(?<!\\)%/);
  const clean = (part: string): string => part.replaceAll('\\%', '%');
  if (input.length === 0) return { line: clean(command).trim() };
  const stdin = input.map(clean).join('\n');
  return { line: clean(command).trim(), stdin: stdin.endsWith('\n') ? stdin : `${stdin}\n` };
}

function plainCommand(
  text: string,
  around: Around,
): { payload: CommandPayload; thrownAway: boolean } | undefined {
  let line = text;
  while (THROWN_AWAY.test(line)) {
    // What one stream only is thrown away of, or where it went to a file, is for a shell.
    line = line.replace(THROWN_AWAY, '');
  }
  const [, directory, rest = line] = /^cd[ \t]+([^&|;]+?)[ \t]*&&[ \t]*(.*)$/.exec(line) ?? [];
  const place = directory === undefined ? undefined : plainWords(directory);
  if (directory !== undefined && place?.length !== 1) return undefined;
  const words = plainWords(rest);
  if (!words || words.length === 0) return undefined;
  const env: Record<string, string> = { ...around.env };
  while (words.length > 0) {
    const name = ASSIGNMENT.exec(words[0] ?? '')?.[1];
    if (name === undefined) break;
    env[name] = (words.shift() ?? '').slice(name.length + 1);
  }
  const [command, ...args] = words;
  // Words of the shell itself.
  if (
    command === undefined ||
    /^(?:cd|\.|source|export|exec|umask|ulimit|set|test|\[|if|for|while|time)$/.test(command)
  ) {
    return undefined;
  }
  const cwd = place?.[0];
  const payload: CommandPayload = {
    command,
    ...(args.length === 0 ? {} : { args }),
    ...placeOf({ ...around, env }),
    ...(cwd === undefined ? {} : { cwd }),
  };
  // A path within the directory it runs in is a full path.
  const from = payload.cwd;
  if (from?.startsWith('/') && !command.startsWith('/') && command.includes('/')) {
    payload.command = posix.join(from, command);
  }
  return { payload, thrownAway: line !== text };
}

function placeOf({ home, env }: Around): Pick<CommandPayload, 'cwd' | 'env'> {
  return {
    ...(home === undefined ? {} : { cwd: home }),
    ...(Object.keys(env).length === 0 ? {} : { env }),
  };
}
