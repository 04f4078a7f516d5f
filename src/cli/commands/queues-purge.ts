/** `carillon queues purge`, over the API. */

import type { Command } from 'commander';
import { PURGE } from '../../operations/purge.js';
import { remoteCommand } from '../command.js';
import { addFlags } from '../flags.js';
import type { Surroundings } from '../surroundings.js';
import { addCount, begin, type ManyFlags } from './tasks-many.js';

export function purgeCommand(surroundings: Surroundings): Command {
  const made = remoteCommand(
    'purge',
    'Cancel what waits in a queue, or delete records of what has ended; as an operation',
    'carillon queues purge mail --count 1200',
    'carillon queues purge mail --state dead --count 17',
  ).argument('<queue>');
  return addCount(addFlags(made, { states: PURGE.states })).action(
    async (queue: string, { state, ...flags }: ManyFlags & { state?: string[] }) => {
      const wish = state === undefined ? {} : { states: state };
      await begin(surroundings, `/v1/queues/${encodeURIComponent(queue)}/purge`, wish, flags, 'purge');
    },
  );
}
