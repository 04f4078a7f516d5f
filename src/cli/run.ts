/** Runs one command line: the command its first word names, or the help, and turns errors into exit codes. */

import { type Command, CommanderError } from 'commander';
import { describeError } from '../domain/input/error-text.js';
import { VERSION } from '../runtime/version.js';
import { command } from './command.js';
import { COMMANDS, noSuchCommand } from './commands.js';
import { Exit } from './exit.js';
import { createOutput, exitCodeOf } from './output.js';
import type { Surroundings } from './surroundings.js';

const USAGE = 2;
const CONFIGURATION = 78;
/** Their flags are settings, and a wrong setting is a matter of configuration. */
const RUNNERS = ['start', 'worker', 'dev'];

export async function run(given: readonly string[]): Promise<number> {
  const [, topic] = given;
  const words = given[0] === 'help' && topic !== undefined ? [topic, '--help'] : given;
  const [first = ''] = words;
  const output = createOutput(process.stdout, process.stderr, process.env);
  try {
    const program = await programFor(first, {
      env: process.env,
      directory: process.cwd(),
      output,
      version: VERSION,
    });
    await program.parseAsync(words, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has said what is wrong; help that was asked for is no error.
      if (error.exitCode === 0) return 0;
      return RUNNERS.includes(first) ? CONFIGURATION : USAGE;
    }
    if (error instanceof Exit) return error.code;
    output.say(describeError(error));
    return exitCodeOf(error);
  }
}

/** With the one command that is asked for, or with the names and summaries of all, for the help. */
async function programFor(first: string, surroundings: Surroundings): Promise<Command> {
  const program = command('carillon', 'Distributed cron and delayed tasks on Redis', 'carillon dev');
  program.version(VERSION, '--version', 'print the version');
  const entry = Object.hasOwn(COMMANDS, first) ? COMMANDS[first] : undefined;
  if (entry) return program.addCommand((await entry.load())(surroundings));
  const names = Object.keys(COMMANDS);
  if (first !== '' && first !== 'help' && !first.startsWith('-')) throw noSuchCommand('', first, names);
  for (const name of names) program.command(name).summary(COMMANDS[name]?.summary ?? '');
  return program;
}
