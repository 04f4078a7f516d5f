/** What the commands that run something have in common: flags from the settings table, and reading them. */

import { hostname } from 'node:os';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { CarillonError, type Problem } from '../domain/input/errors.js';
import { suggestion } from '../domain/input/suggestions.js';
import { readConfigFile } from '../files/config.js';
import { flagWord } from '../node/flag-names.js';
import { importModule } from '../node/load-module.js';
import { type Runner, SETTINGS } from '../node/settings.js';
import { readSettings, type Settings } from '../node/settings-read.js';
import { command } from './command.js';
import type { Surroundings } from './surroundings.js';

/** Adds the flags of the settings table. Unknown ones are collected, so that all problems are told at once. */
export function runnerCommand(runner: Runner, summary: string, ...examples: readonly string[]): Command {
  const made = command(runner, summary, ...examples)
    .allowUnknownOption()
    .allowExcessArguments();
  for (const setting of Object.values(SETTINGS)) {
    if ('flag' in setting && (setting.for as readonly Runner[]).includes(runner)) {
      made.option(setting.flag, `${setting.help} (${setting.env}; default: ${setting.default})`);
    }
  }
  return made.option(
    '--config <path>',
    'configuration file (CARILLON_CONFIG; default carillon.config.yaml, .json or .ts)',
  );
}

/** Reads the settings of a runner, or throws `configuration` with everything that is wrong. */
export async function settingsOf(
  surroundings: Surroundings,
  runner: Runner,
  parsed: Command,
  operands: number,
): Promise<{ settings: Settings; words: string[] }> {
  const { env, directory, output } = surroundings;
  const { words, problems } = readWords(parsed, operands);
  const { config, ...flags } = parsed.opts<{ config?: string }>();
  const path = config ?? (env['CARILLON_CONFIG'] || undefined);
  const file = await readConfigFile({
    directory,
    ...(path ? { path } : {}),
    importModule: importConfig,
  }).catch((error: unknown) => {
    if (!(error instanceof CarillonError)) throw error;
    problems.push(...error.errors);
    return null;
  });
  const reading = readSettings({ runner, flags, env, file, host: hostname(), pid: process.pid });
  for (const warning of reading.warnings) output.say(`warning: ${warning}`);
  if (!reading.ok) problems.push(...reading.problems);
  if (reading.ok && problems.length === 0) return { settings: reading.settings, words };
  const count = problems.length === 1 ? 'One setting is' : `${problems.length} settings are`;
  throw new CarillonError('configuration', `${count} not valid.`, problems);
}

async function importConfig(path: string): Promise<unknown> {
  const pointer = basename(path);
  return importModule(path, (detail) => {
    const message = `The configuration file ${pointer} cannot be used: ${detail}.`;
    return new CarillonError('configuration', message, [{ pointer, detail }]);
  });
}

/** Commander leaves what it does not know among the arguments: flags there are mistakes. */
function readWords(parsed: Command, operands: number): { words: string[]; problems: Problem[] } {
  const known = [...parsed.options.map((option) => flagWord(option.long ?? '')), '--help'];
  const flags = parsed.args.filter((word) => word.startsWith('-') && word !== '-');
  const problems = flags.map((flag) => {
    const word = flag.split('=')[0] ?? flag;
    return { pointer: word, detail: `is no flag of this command${suggestion(word, known)}` };
  });
  // What follows an unknown flag may be its value, so extra words are a problem of their own only without one.
  if (problems.length === 0) {
    for (const word of parsed.args.slice(operands))
      problems.push({ pointer: word, detail: 'is one word too many' });
  }
  return { words: parsed.args.slice(0, operands), problems };
}
