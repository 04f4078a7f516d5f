/** Holds what files declare against every live schedule: what differs, what belongs to somebody else, what is paused. */

import { slices } from '../runtime/slices.js';
import type { ScheduleRow, ScheduleStore } from '../store/contract/index.js';
import { declaredIn, digestOfDefinition, formerlyOf, type Line } from './body.js';
import { Peaks } from './peaks.js';
import { ownerOf, type PlannedAction, timetableAfter, timetableOfRow } from './plan-schedule.js';
import type { PlanBasis, PlannedConflict } from './plan-view.js';
import { belongsTo, everyRow, idOf } from './steps.js';

/** A schedule to be created, changed or removed. */
export interface Differing {
  id: string;
  action: PlannedAction;
  line?: Line;
  /** As it is; under its former id where it is renamed. */
  row?: ScheduleRow;
}

export interface Comparison {
  differing: Differing[];
  unchanged: number;
  conflicts: PlannedConflict[];
  owners: PlanBasis['owners'];
  /** Of the set, paused and not changed. */
  paused: ScheduleRow[];
  peaks: Peaks;
}

export interface Compared {
  set: string;
  lines: ReadonlyMap<string, Line>;
  /** Ids that may be somebody else's until now. */
  takeOver: ReadonlySet<string>;
  now: number;
}

export async function compareLive(
  store: Pick<ScheduleStore, 'schedulesFrom'>,
  { set, lines, takeOver, now }: Compared,
): Promise<Comparison> {
  const found: Comparison = {
    ...{ differing: [], unchanged: 0, conflicts: [], owners: [], paused: [] },
    peaks: new Peaks(now),
  };
  const open = new Map(lines);
  const former = formerIds(lines);
  /** Own ones that are declared no longer, and those of others that were to go on under another id. */
  const [gone, others] = [new Map<string, ScheduleRow>(), new Map<string, ScheduleRow>()];
  const rest = slices();
  const becomes = (one: Differing): void => {
    found.differing.push(one);
    const definition = one.line && declaredIn(one.line).definition;
    const after = definition ? timetableAfter(definition, one.row ?? null, now) : null;
    found.peaks.add(one.id, one.row ? timetableOfRow(one.row, now) : null, after);
  };
  const stays = (row: ScheduleRow): void => {
    const timetable = timetableOfRow(row, now);
    found.peaks.add(idOf(row), timetable, timetable);
  };

  for await (const row of everyRow(store)) {
    await rest();
    const id = idOf(row);
    const line = open.get(id);
    const own = belongsTo(set, row);
    if (!own && (line || former.has(id))) found.owners.push({ id, owner: ownerOf(row.schedule.source) });
    if (!line) {
      if (own) gone.set(id, row);
      else if (former.has(id)) others.set(id, row);
      else stays(row);
      continue;
    }
    open.delete(id);
    if (!own && !takeOver.has(id)) {
      found.conflicts.push(conflictOf(line, row));
      stays(row);
    } else if (!own) becomes({ id, action: 'takeOver', line, row });
    else if (digestOfDefinition(row.schedule.definition) !== line.digest) {
      becomes({ id, action: 'change', line, row });
    } else {
      found.unchanged += 1;
      if (row.schedule.paused) found.paused.push(row);
      stays(row);
    }
  }
  // Files from before a rename are back: it is undone.
  const undone = new Map<string, string>();
  for (const [id, { schedule }] of gone) {
    const { formerly } = schedule.definition;
    if (formerly !== undefined) undone.set(formerly, id);
  }
  for (const line of open.values()) {
    await rest();
    const formerly = (former.size === 0 ? undefined : formerlyOf(line)) ?? undone.get(line.id);
    const row = formerly === undefined ? undefined : gone.get(formerly);
    const other = formerly === undefined ? undefined : others.get(formerly);
    if (row) {
      gone.delete(formerly as string);
      becomes({ id: line.id, action: 'rename', line, row });
    } else if (!other) becomes({ id: line.id, action: 'create', line });
    else {
      others.delete(formerly as string);
      found.conflicts.push(conflictOf(line, other));
      stays(other);
    }
  }
  for (const [id, row] of gone) becomes({ id, action: 'remove', row });
  for (const row of others.values()) stays(row);
  return found;
}

function formerIds(lines: ReadonlyMap<string, Line>): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const line of lines.values()) {
    const formerly = formerlyOf(line);
    if (formerly !== undefined) ids.add(formerly);
  }
  return ids;
}

function conflictOf(line: Line, row: ScheduleRow): PlannedConflict {
  const { source, definition } = row.schedule;
  const { file, line: at } = declaredIn(line).place;
  return {
    ...{ id: line.id, owner: ownerOf(source) },
    ...(definition.id === line.id ? {} : { formerly: definition.id }),
    ...(source.file === undefined ? {} : { ownerFile: source.file }),
    ...(source.line === undefined ? {} : { ownerLine: source.line }),
    ...{ file, line: at },
  };
}
