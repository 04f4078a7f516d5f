/** `carillon schedules apply`: proposes schedule files, or a saved plan, to the cluster, and waits until they count. */

import type { Command } from 'commander';
import { CarillonError } from '../../domain/input/errors.js';
import type { Warning } from '../../domain/input/warnings.js';
import { differenceText } from '../../sets/difference.js';
import type { PlanBasis } from '../../sets/plan-view.js';
import type { SetView } from '../../sets/view.js';
import type { SetDifference } from '../../store/contract/index.js';
import { author } from '../author.js';
import { remoteOf } from '../command.js';
import { warningLine } from '../findings.js';
import type { Surroundings } from '../surroundings.js';
import { type FileFlags, fileCommand, filesGiven, type GivenFiles, READING_WITHIN } from './files-given.js';
import { readPlan } from './saved-plan.js';
import { setPath, tellLeftAside, untilApplied } from './set-applied.js';

interface Answer {
  digest: string;
  verdict: 'accepted' | 'held';
  current?: boolean;
  because?: string;
  difference: SetDifference;
  takesOver?: string[];
  warnings?: Warning[];
}

export function applyCommand(surroundings: Surroundings): Command {
  return fileCommand(
    'apply',
    'Propose schedule files, or a saved plan, to the cluster; exit 2 when one is not valid, 4 when they are held',
    'carillon schedules apply schedules',
    'carillon schedules apply plan.json',
  )
    .option('--force', 'whatever speaks against it')
    .action((dir: string, flags: FileFlags) => apply(surroundings, dir, flags));
}

async function apply(surroundings: Surroundings, dir: string, flags: FileFlags): Promise<void> {
  const { output, env } = surroundings;
  const { set, body, against } = await toPropose(surroundings, dir, flags);
  const remote = remoteOf(surroundings, flags, READING_WITHIN);
  const answer = (await remote.post(`${setPath(set)}/proposals`, {
    ...{ ...body, by: author(env) },
    ...(against ? { against } : {}),
  })) as Answer;
  for (const one of answer.warnings ?? []) output.say(warningLine(one));
  if (answer.verdict === 'held') {
    if (flags.json) output.json(answer);
    const text = `The files are held: ${answer.because}. It would be: ${differenceText(answer.difference)}. --force, or carillon sets apply ${set}, lets them through.`;
    throw new CarillonError('conflict', text);
  }
  const applied = await untilApplied(remote, set, answer.digest);
  if (flags.json) output.json({ ...answer, ...(applied ? { state: applied.state } : {}) });
  else if (answer.current) output.line(`set ${set}: in force already`);
  else output.line(`set ${set}: ${appliedText(answer, applied)}`);
  tellLeftAside(output, applied);
}

/** What was carried out tells renames, and leaves out what was left aside; what is taken over is told by itself. */
function appliedText({ difference, takesOver = [] }: Answer, applied: SetView | null): string {
  const told = applied?.applied ?? difference;
  const changed = told.ids.changed.filter((id) => !takesOver.includes(id));
  const others = told.changed - (told.ids.changed.length - changed.length);
  const text = differenceText({ ...told, changed: others, ids: { ...told.ids, changed } });
  return takesOver.length > 0 ? `${text}, takes over ${takesOver.join(', ')}` : text;
}

/** A saved plan says everything itself. */
async function toPropose(
  surroundings: Surroundings,
  path: string,
  flags: FileFlags,
): Promise<GivenFiles & { against?: PlanBasis }> {
  const saved = await readPlan(path);
  if (!saved) return filesGiven(surroundings, path, flags);
  const { url: _, json: __, ...said } = flags;
  if (Object.keys(said).length > 0) {
    throw new CarillonError(
      'usage',
      `${path} is a plan, and is applied as it was made: plan again with these flags.`,
    );
  }
  return { ...saved.given, against: saved.plan.against };
}
