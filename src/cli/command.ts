/** What every command is made of: its help with an example first, its sub-commands, its way to the API. */

import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { CarillonError } from '../domain/input/errors.js';
import { author } from './author.js';
import { noSuchCommand } from './commands.js';
import { connectRemote, type Remote } from './remote.js';
import type { Surroundings } from './surroundings.js';

const DEFAULT_PORT = '4780';

/** Where a node of this machine, or of this container, is: a container sets the port for both of them. */
function ownUrl(env: Surroundings['env']): string {
  const { CARILLON_PORT: port = '' } = env;
  // Kubernetes has a variable of that name for a service `carillon`, which is no number.
  return `http://127.0.0.1:${/^[1-9]\d*$/.test(port) ? port : DEFAULT_PORT}`;
}

/** A command whose help begins with an example. */
export function command(name: string, summary: string, ...examples: readonly string[]): Command {
  const made = new Command(name).description(summary).exitOverride();
  const title = examples.length === 1 ? 'Example:' : 'Examples:';
  return made.addHelpText('before', [title, ...examples.map((one) => `  $ ${one}`), ''].join('\n'));
}

/** Gives a command sub-commands; a word that is none is answered with those there are. */
export function group(parent: Command, ...parts: readonly Command[]): Command {
  for (const part of parts) parent.addCommand(part);
  const refuse = ([word]: readonly string[]): void => {
    if (word === undefined) return;
    const known = parent.commands.map((part) => part.name());
    throw noSuchCommand(parent.name(), word, known);
  };
  // A group that does something by itself takes its words as arguments, any other one emits them.
  return parent
    .allowExcessArguments()
    .hook('preAction', (_, acting) => {
      if (acting === parent) refuse(parent.args);
    })
    .on('command:*', refuse);
}

/** Adds `--url` and `--json` to a command that speaks to an API. */
export function remoteCommand(name: string, summary: string, ...examples: readonly string[]): Command {
  return command(name, summary, ...examples)
    .option(
      '--url <url>',
      'the API to ask (CARILLON_URL; default http://127.0.0.1:4780, or the port of CARILLON_PORT)',
    )
    .option('--json', 'print JSON');
}

export function remoteOf(
  { env }: Surroundings,
  flags: { url?: string | undefined },
  timeout?: number,
): Remote {
  const apiKey = env['CARILLON_API_KEY'] || keyOf(env['CARILLON_API_KEY_FILE']);
  return connectRemote({
    url: flags.url ?? (env['CARILLON_URL'] || ownUrl(env)),
    ...(apiKey ? { apiKey } : {}),
    by: author(env),
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
