/** `carillon schedules apply`: proposes the schedule files of a directory to the cluster, and waits until they count. */

import type { Command } from 'commander';
import { printable } from '../../domain/input/error-text.js';
import { CarillonError } from '../../domain/input/errors.js';
import { mono } from '../../runtime/clock.js';
import { sleep } from '../../runtime/timers.js';
import { wallNow } from '../../runtime/wall.js';
import { conflictText, differenceText } from '../../sets/difference.js';
import { type SetView, USUAL_SET } from '../../sets/view.js';
import type { SetDifference } from '../../store/contract/index.js';
import { author } from '../author.js';
import { remoteCommand, remoteOf } from '../command.js';
import type { Remote } from '../remote.js';
import type { Surroundings } from '../surroundings.js';

interface Flags {
  url?: string;
  json?: boolean;
  force?: boolean;
  source?: string;
  environment?: string;
  release?: string;
}

interface Answer {
  digest: string;
  verdict: 'accepted' | 'held';
  current?: boolean;
  because?: string;
  difference: SetDifference;
}

/** How long the leader is waited for, ms. */
const PATIENCE = 15_000;
const ASK_AGAIN = 100;
/** Many files take their time. */
const REQUEST_WITHIN = 60_000;

export function applyCommand(surroundings: Surroundings): Command {
  return remoteCommand(
    'apply',
    'Propose schedule files to the cluster; exit 2 when one is not valid, 4 when they are held',
    'carillon schedules apply schedules',
  )
    .argument('[dir]', 'directory of the files', 'schedules')
    .option('--force', 'whatever speaks against it')
    .option(
      '--source <name>',
      'name of the set (CARILLON_SOURCE; default the `source` of the files, else files)',
    )
    .option('--environment <name>', 'which schedules with `environments` apply (CARILLON_ENVIRONMENT)')
    .option('--release <name>', 'release the files come with (CARILLON_RELEASE)')
    .action((dir: string, flags: Flags) => apply(surroundings, dir, flags));
}

async function apply(surroundings: Surroundings, dir: string, flags: Flags): Promise<void> {
  const { output, env } = surroundings;
  const environment = flags.environment ?? (env['CARILLON_ENVIRONMENT'] || undefined);
  const release = flags.release ?? (env['CARILLON_RELEASE'] || undefined);
  const { readToSend } = await import('../../files/send.js');
  const read = await readToSend(dir, { env, environment, now: wallNow() });
  for (const { pointer, detail } of read.warnings) output.say(printable(`${pointer}: warning: ${detail}`));
  const set = flags.source ?? (env['CARILLON_SOURCE'] || undefined) ?? read.source ?? USUAL_SET;
  const remote = remoteOf(surroundings, flags, REQUEST_WITHIN);
  const answer = (await remote.post(`/v1/sets/${encodeURIComponent(set)}/proposals`, {
    ...{ files: read.files, variables: read.variables, by: author(env) },
    ...(environment === undefined ? {} : { environment }),
    ...(release === undefined ? {} : { release }),
    ...(flags.force ? { force: true } : {}),
  })) as Answer;
  if (answer.verdict === 'held') {
    if (flags.json) output.json(answer);
    const text = `The files are held: ${answer.because}. It would be: ${differenceText(answer.difference)}. --force, or carillon sets apply ${set}, lets them through.`;
    throw new CarillonError('conflict', text);
  }
  const applied = await untilApplied(remote, set, answer.digest);
  if (flags.json) output.json({ ...answer, ...(applied ? { state: applied.state } : {}) });
  else if (answer.current) output.line(`set ${set}: in force already`);
  else output.line(`set ${set}: ${differenceText(answer.difference)}`);
  if (!applied) output.say('In force, but no leader has carried it out yet.');
  const conflicts = (applied?.conflicts ?? []).map(conflictText);
  if (conflicts.length > 0) {
    throw new CarillonError('conflict', `Left aside: ${conflicts.join('; ')}.`);
  }
}

/** null: no leader did it in time, or something else is in force by now. */
async function untilApplied(remote: Remote, set: string, digest: string): Promise<SetView | null> {
  const until = mono() + PATIENCE;
  while (mono() < until) {
    const view = (await remote.get(`/v1/sets/${encodeURIComponent(set)}`)) as SetView;
    if (view.digest !== digest) return null;
    if (view.state === 'applied') return view;
    await sleep(ASK_AGAIN);
  }
  return null;
}
