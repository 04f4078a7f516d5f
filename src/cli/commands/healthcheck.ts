/** `carillon healthcheck`: whether the API and its Redis answer. */

import type { Command } from 'commander';
import { remoteCommand, remoteOf } from '../command.js';
import type { Surroundings } from '../surroundings.js';

interface Flags {
  url?: string;
  json?: boolean;
}

export function healthcheckCommand(surroundings: Surroundings): Command {
  return remoteCommand(
    'healthcheck',
    'Exit 0 when the API and its Redis answer, 69 otherwise',
    'carillon healthcheck',
  ).action(async (flags: Flags) => {
    const health = await remoteOf(surroundings, flags, 5_000).get('/readyz');
    if (flags.json) surroundings.output.json(health);
    else surroundings.output.line('ok');
  });
}
