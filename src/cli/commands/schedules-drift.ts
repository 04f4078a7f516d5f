/** `carillon schedules drift`: says where what is live differs from schedule files; exit 8 when it does. */

import type { Command } from 'commander';
import { type Difference, type Drift, driftOf } from '../../sets/drift.js';
import { Exit } from '../exit.js';
import type { Cell } from '../look.js';
import type { Surroundings } from '../surroundings.js';
import { type FileFlags, fileCommand, filesGiven } from './files-given.js';
import { pausedPieces, valueText } from './plan-shown.js';
import { CHANGES, planOf } from './schedules-plan.js';

export function driftCommand(surroundings: Surroundings): Command {
  return fileCommand(
    'drift',
    'Say where what is live differs from schedule files; exit 8 when it does',
    'carillon schedules drift schedules',
  ).action(async (dir: string, flags: FileFlags) => {
    const given = await filesGiven(surroundings, dir, flags);
    const found = driftOf(await planOf(surroundings, given, flags));
    if (flags.json) surroundings.output.json(found);
    else for (const line of driftLines(found)) surroundings.output.line(line);
    if (found.drift) throw new Exit(CHANGES);
  });
}

function driftLines({ set, differences, more, paused, held, applying }: Drift): Cell[] {
  const count = differences.length + more;
  return [
    ...differences.flatMap(differenceLines),
    ...(more > 0 ? [`and ${more} more`] : []),
    ...paused.map((one): Cell => [`  ${one.id}`, 'paused', ...pausedPieces(one), '(no drift)']),
    ...(held === undefined ? [] : [`A proposal is held: ${held}.`]),
    ...(applying ? ['What is in force is still being carried out.'] : []),
    count === 0
      ? `set ${set}: what is live is what the files say`
      : `set ${set}: ${count === 1 ? '1 schedule differs' : `${count} schedules differ`}`,
  ];
}

function differenceLines(difference: Difference): Cell[] {
  const { id, file, line, fields = [] } = difference;
  const place = file === undefined ? '' : `  (${file}:${line ?? 1})`;
  return [
    `${id}${place}: ${words(difference)}`,
    ...fields.map(({ field, live, files }): Cell => {
      if (live === undefined && files === undefined) return `    ${field} differs`;
      return `    ${field}: ${told(live)} live, ${told(files)} in the files`;
    }),
  ];
}

const told = (value: unknown): string => (value === undefined ? 'nothing' : valueText(value));

function words({ kind, formerly, owner }: Difference): string {
  switch (kind) {
    case 'missing':
      return 'declared, and not live';
    case 'extra':
      return 'live, and declared no longer';
    case 'renamed':
      return `live as ${formerly} still`;
    case 'foreign':
      return formerly === undefined
        ? `belongs to ${owner}`
        : `${formerly}, which it was, belongs to ${owner}`;
    default:
      return 'differs';
  }
}
