/** Which environment schedule files are read for where no server is asked. */

import { CarillonError } from '../domain/input/errors.js';
import { isProcessName, NAME_GRAMMAR } from '../domain/input/names.js';
import type { Surroundings } from './surroundings.js';

/** `given`: with the flag. undefined: none is named. Throws `usage` for what is no name of one. */
export function environmentOf(env: Surroundings['env'], given?: string): string | undefined {
  const environment = given ?? (env['CARILLON_ENVIRONMENT'] || undefined);
  if (environment !== undefined && !isProcessName(environment))
    throw new CarillonError('usage', `--environment must be ${NAME_GRAMMAR.process}.`);
  return environment;
}
