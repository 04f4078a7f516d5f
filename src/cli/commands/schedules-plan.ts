/** `carillon schedules plan`: says what applying schedule files would change in what fires; nothing is changed by it. */

import type { Command } from 'commander';
import type { PlanView } from '../../sets/plan-view.js';
import { remoteOf } from '../command.js';
import { Exit } from '../exit.js';
import { warningLine } from '../findings.js';
import type { Surroundings } from '../surroundings.js';
import { type FileFlags, fileCommand, filesGiven, type GivenFiles, READING_WITHIN } from './files-given.js';
import { planLines } from './plan-shown.js';
import { savePlan } from './saved-plan.js';
import { setPath } from './set-applied.js';

interface Flags extends FileFlags {
  exitCode?: boolean;
  out?: string;
}

export function planCommand(surroundings: Surroundings): Command {
  return fileCommand(
    'plan',
    'Say what applying schedule files would change in what fires; exit 2 when one is not valid',
    'carillon schedules plan schedules',
    'carillon schedules plan schedules --out plan.json && carillon schedules apply plan.json',
  )
    .option('--force', 'as it would be with apply --force')
    .option('--exit-code', 'exit 8 when it changes something')
    .option('--out <file>', 'save it, to be applied as it is or not at all')
    .action((dir: string, flags: Flags) => plan(surroundings, dir, flags));
}

async function plan(surroundings: Surroundings, dir: string, flags: Flags): Promise<void> {
  const { output } = surroundings;
  const given = await filesGiven(surroundings, dir, flags);
  const planned = await planOf(surroundings, given, flags);
  if (flags.json) output.json(planned);
  else for (const line of planLines(planned)) output.line(line);
  if (flags.out !== undefined) {
    await savePlan(flags.out, planned, given);
    output.say(`Saved to ${flags.out}: carillon schedules apply ${flags.out}`);
  }
  if (flags.exitCode && changesSomething(planned)) throw new Exit(CHANGES);
}

/** There are changes. */
export const CHANGES = 8;

export async function planOf(
  surroundings: Surroundings,
  { set, body }: GivenFiles,
  flags: FileFlags,
): Promise<PlanView> {
  const remote = remoteOf(surroundings, flags, READING_WITHIN);
  const planned = (await remote.post(`${setPath(set)}/plan`, body)) as PlanView;
  for (const one of planned.warnings) surroundings.output.say(warningLine(one));
  return planned;
}

function changesSomething({ changes, more }: PlanView): boolean {
  return changes.length + more > 0;
}
