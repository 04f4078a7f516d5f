/** `carillon schedules pause` and `resume`, over the API. */

import type { Command } from 'commander';
import { remoteCommand, remoteOf } from '../command.js';
import type { Surroundings } from '../surroundings.js';
import { pathOf, type RemoteFlags, type Shown, showSchedule } from './schedule-shown.js';

export function pauseCommand(surroundings: Surroundings): Command {
  return acting<{ reason?: string }>(
    surroundings,
    'pause',
    'Pause a schedule; what is planned is withdrawn',
    ({ reason }) => (reason === undefined ? {} : { reason }),
  ).option('--reason <text>', 'why, shown with the schedule');
}

export function resumeCommand(surroundings: Surroundings): Command {
  return acting(surroundings, 'resume', 'Resume a schedule; what passed meanwhile stays unfired', () => ({}));
}

/** A verb of one schedule: what is sent is made of the flags, and the schedule as it then is shown. */
function acting<Flags extends object>(
  surroundings: Surroundings,
  verb: string,
  summary: string,
  bodyOf: (flags: Flags) => object,
): Command {
  return remoteCommand(verb, summary, `carillon schedules ${verb} nightly-report`)
    .argument('<id>')
    .action(async (id: string, flags: RemoteFlags & Flags) => {
      const remote = remoteOf(surroundings, flags);
      const schedule = (await remote.post(`${pathOf(id)}/${verb}`, bodyOf(flags))) as Shown;
      if (flags.json) surroundings.output.json(schedule);
      else await showSchedule(surroundings, schedule);
    });
}
