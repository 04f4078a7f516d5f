/** What every command is made of: its surroundings, its help, and its way to the API. */

import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { CarillonError } from '../domain/input/errors.js';
import type { Output } from './output.js';
import { connectRemote, type Remote } from './remote.js';

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
