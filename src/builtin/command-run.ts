/** `command.run`: runs one allowed program without a shell, and ends its attempt as the program does. */

import { stat } from 'node:fs/promises';
import type { Duration } from '../domain/input/durations.js';
import { readOptions } from '../domain/input/options.js';
import { duration, listOf } from '../domain/input/readers.js';
import { COMMAND_RUN } from '../domain/task/built-in.js';
import type { TaskContext } from '../worker/context.js';
import {
  type AllowedCommand,
  type CommandEntry,
  commandEntry,
  entryFor,
  MOST_COMMANDS,
} from './command-allow.js';
import { environmentOf } from './command-environment.js';
import { type AskedCommand, readCommandPayload } from './command-payload.js';
import { type ProcessEnd, runProcess } from './command-process.js';
import { limited } from './limited.js';
import { OutputLines } from './output-lines.js';
import { Refused, unfit } from './payload.js';

/** Between SIGTERM and SIGKILL, ms. */
export const USUAL_GRACE = 5_000;

/** The payload of `command.run`. */
export interface CommandRun {
  /** Absolute path of the program; it must be allowed. */
  command: string;
  /** Handed to the program as they are: no shell looks at them. */
  args?: readonly string[];
  /** Where it runs; default the worker's own directory, or what the list says. */
  cwd?: string;
  /** Variables besides the few it gets of the worker's. */
  env?: Readonly<Record<string, string>>;
  /** What it reads; default nothing. */
  stdin?: string;
  /** How long it may run; default as long as its task may. */
  timeout?: string;
}

/** What `command.run` brings, kept as the result of its task. */
export interface CommandResult {
  /** Always 0: any other fails the attempt. */
  exitCode: 0;
  /** The last 20 lines it printed, at most 4,000 characters; its log has more. */
  output: string;
}

/** What `command.run` may do at this worker. */
export interface CommandRunOptions {
  /** Programs by their absolute paths, or entries that say more. */
  allow?: readonly (string | AllowedCommand)[];
  /** How long a command that is told to stop has before it is killed; default `5s`. */
  grace?: Duration;
}

const OPTIONS = { allow: listOf(commandEntry, MOST_COMMANDS, 0), grace: duration(0, 3_600_000) };

/**
 * The handler `command.run`, for a worker of one's own. It runs nothing that is not in `allow`, and never through a
 * shell. Exit code 0 completes the task, any other fails the attempt; what the program prints goes to the task's log;
 * an abort ends the program with everything it has started. See docs/built-in-handlers.md. Throws `invalid_input` with
 * each option that cannot be used.
 *
 * @example
 * const worker = new Worker({
 *   handlers: {
 *     'command.run': commandRun({
 *       allow: ['/usr/local/bin/backup', { command: '/usr/bin/rsync', args: ['-a', '/srv/data/', '/mnt/*'] }],
 *     }),
 *   },
 * });
 */
export function commandRun(
  options: CommandRunOptions = {},
): (payload: CommandRun, ctx: TaskContext) => Promise<CommandResult> {
  const given = readOptions(COMMAND_RUN, OPTIONS, options);
  return commandRunBy({ allow: given.allow ?? [], grace: given.grace ?? USUAL_GRACE });
}

/** What a worker allows, read. */
export interface CommandRules {
  allow: readonly CommandEntry[];
  /** Between SIGTERM and SIGKILL, ms. */
  grace: number;
}

/** The same by rules that were read. */
export function commandRunBy({ allow, grace }: CommandRules) {
  return async (payload: CommandRun, ctx: TaskContext): Promise<CommandResult> => {
    const { asked, entry } = admittedCommand(payload, allow);
    const cwd = asked.cwd ?? entry.cwd;
    if (cwd !== undefined && !(await isDirectory(cwd)))
      throw unfit(COMMAND_RUN, [{ path: ['cwd'], detail: 'is no directory on this machine' }]);
    const output = new OutputLines((stream, line) => ctx.log[stream === 'stdout' ? 'info' : 'warn'](line));
    const { timeout = Number.POSITIVE_INFINITY } = asked;
    const { signal, cancel } = limited(ctx.signal, timeout, `${asked.command} ran longer than`);
    try {
      const env = environmentOf({
        ...{ own: process.env, pass: entry.pass ?? [], given: asked.env },
        task: factsOf(ctx),
      });
      const { command, args, stdin } = asked;
      const end = await runProcess({ command, args, cwd, env, stdin, signal, grace, output });
      output.end();
      signal.throwIfAborted();
      return judged(asked, end, output, ctx);
    } finally {
      output.end();
      cancel();
    }
  };
}

/** Throws `Fatal` for what no attempt here can do. */
export function admittedCommand(
  payload: unknown,
  allow: readonly CommandEntry[],
): { asked: AskedCommand; entry: CommandEntry } {
  const asked = readCommandPayload(payload);
  const entry = entryFor(allow, asked);
  if ('command' in entry) return { asked, entry };
  const how = `start the worker with --command-allow ${asked.command} (CARILLON_COMMAND_ALLOW, commandAllow)`;
  const listed = allow.some(({ command }) => command === asked.command);
  const fix = listed ? 'Its entry in commandAllow of the worker says what is allowed' : `To allow it, ${how}`;
  throw new Refused(`This worker does not allow ${entry.why}. ${fix}`);
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

/** So that a command can make its effects idempotent, and say what it stands for. */
function factsOf({ task, attempt, schedule }: TaskContext): Record<string, string> {
  return {
    CARILLON_TASK_ID: task.id,
    CARILLON_ATTEMPT: String(attempt),
    ...(schedule ? { CARILLON_NOMINAL_AT: schedule.nominalAt } : {}),
  };
}

function judged(
  { command }: AskedCommand,
  end: ProcessEnd,
  output: OutputLines,
  ctx: TaskContext,
): CommandResult {
  if (end.left) {
    ctx.log.warn(`${command} left processes behind when it had ended; they were ended, too`);
  }
  const { code, signal } = end;
  if (code === 0) return { exitCode: 0, output: output.last };
  const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
  const said = output.last === '' ? '' : `; its last lines:\n${output.last}`;
  throw Object.assign(new Error(`${command} ended ${how}${said}`), { code: code ?? signal });
}
