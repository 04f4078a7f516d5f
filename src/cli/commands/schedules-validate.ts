/** `carillon schedules validate`: reads schedule files and says what is wrong with them; no server is asked. */

import type { Command } from 'commander';
import { printable } from '../../domain/input/error-text.js';
import { CarillonError } from '../../domain/input/errors.js';
import { isProcessName, NAME_GRAMMAR } from '../../domain/input/names.js';
import { wallNow } from '../../runtime/wall.js';
import { command } from '../command.js';
import type { Surroundings } from '../surroundings.js';

interface Flags {
  json?: boolean;
  strict?: boolean;
  environment?: string;
}

export function validateCommand(surroundings: Surroundings): Command {
  return command(
    'validate',
    'Check schedule files without a server; exit 2 when one is not valid, 0 with warnings',
    'carillon schedules validate schedules',
  )
    .argument('[dir]', 'directory of the files', 'schedules')
    .option('--strict', 'exit 2 with warnings, too')
    .option('--environment <name>', 'which schedules with `environments` count (CARILLON_ENVIRONMENT)')
    .option('--json', 'print JSON')
    .action((dir: string, flags: Flags) => validate(surroundings, dir, flags));
}

async function validate(
  { output, env }: Surroundings,
  dir: string,
  { json, strict, environment = env['CARILLON_ENVIRONMENT'] || undefined }: Flags,
): Promise<void> {
  const { readInThread } = await import('../../files/read-in-thread.js');
  if (environment !== undefined && !isProcessName(environment))
    throw new CarillonError('usage', `--environment must be ${NAME_GRAMMAR.process}.`);
  const loaded = await readInThread({ dir, options: { env: { ...env }, environment, now: wallNow() } });
  if (!loaded.found) throw new CarillonError('invalid_input', `There is no directory ${dir}.`);
  const { problems, warnings, elsewhere } = loaded;
  const schedules = loaded.packed?.schedules ?? 0;
  if (json) output.json({ valid: problems.length === 0, schedules, elsewhere, problems, warnings });
  for (const { pointer, detail } of json ? [] : warnings)
    output.say(printable(`${pointer}: warning: ${detail}`));
  if (problems.length > 0) {
    throw new CarillonError('invalid_schedule_file', 'The schedule files are not valid.', problems);
  }
  if (strict && warnings.length > 0) {
    throw new CarillonError('invalid_schedule_file', 'There are warnings, and --strict refuses them.');
  }
  if (json) return;
  const here = schedules === 1 ? '1 schedule, valid' : `${schedules} schedules, all valid`;
  const others = elsewhere === 1 ? '1 more is' : `${elsewhere} more are`;
  output.line(elsewhere === 0 ? here : `${here}; ${others} for other environments`);
}
