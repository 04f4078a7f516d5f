/** `carillon schedules trigger`, over the API. */

import type { Command } from 'commander';
import { CarillonError } from '../../domain/input/errors.js';
import type { Task } from '../../domain/task/task.js';
import { TRIGGER } from '../../schedules/asked.js';
import { remoteCommand, remoteOf } from '../command.js';
import { addFlags, bodyOf, type FlagValues } from '../flags.js';
import type { Surroundings } from '../surroundings.js';
import { pathOf, type RemoteFlags } from './schedule-shown.js';

/** One question for the end of the run, and how long its answer may take, ms. */
const PATIENCE = '50s';
const WAITING_WITHIN = 65_000;

export function triggerCommand(surroundings: Surroundings): Command {
  const made = remoteCommand(
    'trigger',
    'Run a schedule once, now; its own instants stay as they are',
    'carillon schedules trigger nightly-report --wait',
  ).argument('<id>');
  return addFlags(made, TRIGGER)
    .option('--wait', 'wait until the run has ended; exit 1 unless it completed')
    .action(async (id: string, { url, json, wait, ...flags }: RemoteFlags & FlagValues) => {
      const { output } = surroundings;
      const remote = remoteOf(surroundings, { url }, WAITING_WITHIN);
      let task = (await remote.post(`${pathOf(id)}/trigger`, bodyOf(TRIGGER, flags))) as Task;
      if (!json) output.line(task.id);
      while (wait && task.finishedAt === undefined) {
        task = (await remote.get(`/v1/tasks/${encodeURIComponent(task.id)}/wait`, {
          timeout: PATIENCE,
        })) as Task;
      }
      if (json) output.json(task);
      else output.say(`${task.state}${task.unroutable ? ': no worker has its handler' : ''}`);
      if (!wait || task.state === 'completed') return;
      const why = task.error?.message ?? task.reason;
      throw new CarillonError('not_completed', `The run is ${task.state}${why ? `: ${why}` : ''}.`);
    });
}
