/** What every command is made of: its surroundings, the shared flags, and how its settings are read. */

import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { Command } from 'commander';
import { CarillonError, type Problem } from '../domain/errors.js';
import { suggestion } from '../domain/suggestions.js';
import { readConfigFile } from '../files/config.js';
import { importModule } from './load-module.js';
import type { Output } from './output.js';
import { connectRemote, type Remote } from './remote.js';
import { flagWord, type Runner, SETTINGS } from './settings.js';
import { readSettings, type Settings } from './settings-read.js';

/** The world a command runs in. */
export interface Surroundings {
  env: Record<string, string | undefined>;
  directory: string;
  output: Output;
  version: string;
}

const DEFAULT_URL = 'http://127.0.0.1:4780';

/** A command whose help begins with an example. */
export function command(name: string, summary: string, ...examples: readonly string[]): Command {
  const made = new Command(name).description(summary).exitOverride();
  const title = examples.length === 1 ? 'Example:' : 'Examples:';
  return made.addHelpText('before', [title, ...examples.map((one) => `  $ ${one}`), ''].join('\n'));
}

/** Adds `--url` and `--json` to a command that speaks to an API. */
export function remoteCommand(name: string, summary: string, ...examples: readonly string[]): Command {
  return command(name, summary, ...examples)
    .option('--url <url>', `the API to ask (CARILLON_URL; default ${DEFAULT_URL})`)
    .option('--json', 'print JSON');
}

export function remoteOf({ env }: Surroundings, flags: { url?: string }, timeout?: number): Remote {
  const apiKey = env['CARILLON_API_KEY'] || keyOf(env['CARILLON_API_KEY_FILE']);
  return connectRemote({
    url: flags.url ?? (env['CARILLON_URL'] || DEFAULT_URL),
    ...(apiKey ? { apiKey } : {}),
    ...(timeout === undefined ? {} : { timeout }),
  });
}

function keyOf(path: string | undefined): string | undefined {
  if (!path) return undefined;
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new CarillonError('configuration', `The API key file ${path} cannot be read (${reason}).`);
  }
}

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
  const file = await readConfigFile({ directory, ...(path ? { path } : {}), importModule }).catch(
    (error: unknown) => {
      if (!(error instanceof CarillonError)) throw error;
      problems.push(...error.errors);
      return null;
    },
  );
  const reading = readSettings({ runner, flags, env, file, host: hostname(), pid: process.pid });
  for (const warning of reading.warnings) output.say(`warning: ${warning}`);
  if (!reading.ok) problems.push(...reading.problems);
  if (reading.ok && problems.length === 0) return { settings: reading.settings, words };
  const count = problems.length === 1 ? 'One setting is' : `${problems.length} settings are`;
  throw new CarillonError('configuration', `${count} not valid.`, problems);
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
