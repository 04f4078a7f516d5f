/** `carillon sets rollback` and `carillon rollback`: bring an earlier revision of a file set into force again. */

import type { Command } from 'commander';
import { CarillonError } from '../../domain/input/errors.js';
import { differenceText } from '../../sets/difference.js';
import { type SetView, USUAL_SET } from '../../sets/view.js';
import { author } from '../author.js';
import { remoteCommand, remoteOf } from '../command.js';
import type { Surroundings } from '../surroundings.js';
import { setPath, tellLeftAside, untilApplied } from './set-applied.js';

interface Flags {
  url?: string;
  json?: boolean;
}

export function rollbackCommand(surroundings: Surroundings): Command {
  return remoteCommand(
    'rollback',
    `Bring an earlier revision of the file set \`${USUAL_SET}\` into force again`,
    'carillon rollback 12',
  )
    .argument('<revision>', 'as carillon sets revisions lists them')
    .action((revision: string, flags: Flags) => rollBack(surroundings, USUAL_SET, revision, flags));
}

export function setsRollbackCommand(surroundings: Surroundings): Command {
  return remoteCommand(
    'rollback',
    'Bring an earlier revision of a file set into force again; its files are not needed',
    'carillon sets rollback billing 12',
  )
    .argument('<set>')
    .argument('<revision>', 'as carillon sets revisions lists them')
    .action((set: string, revision: string, flags: Flags) => rollBack(surroundings, set, revision, flags));
}

async function rollBack(
  surroundings: Surroundings,
  set: string,
  revision: string,
  flags: Flags,
): Promise<void> {
  const { output, env } = surroundings;
  if (!/^[1-9]\d{0,14}$/.test(revision))
    throw new CarillonError('usage', `A revision is a whole number, and not "${revision}".`);
  const remote = remoteOf(surroundings, flags);
  const body = { revision: Number(revision), by: author(env) };
  const begun = (await remote.post(`${setPath(set)}/rollback`, body)) as SetView;
  const applied = await untilApplied(remote, set, begun.digest ?? '');
  if (flags.json) output.json(applied ?? begun);
  else if (begun.restores !== Number(revision)) {
    output.line(
      `set ${set}: what revision ${revision} has is in force already, as revision ${begun.revision}`,
    );
  } else {
    const text = applied?.applied ? `: ${differenceText(applied.applied)}` : '';
    output.line(`set ${set}: revision ${revision} is in force again, as revision ${begun.revision}${text}`);
  }
  tellLeftAside(output, applied);
}
