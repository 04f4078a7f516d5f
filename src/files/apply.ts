/** Brings the stored schedules of one set to what its files declare; run by the leader, safe to run again. */

import { CarillonError } from '../domain/input/errors.js';
import type { ScheduleSource } from '../domain/schedule/schedule.js';
import { type EditResult, type EditStore, putSchedule, removeSchedule } from '../schedules/edit.js';
import type {
  AppliedSet,
  RegistryStore,
  RoadStore,
  ScheduleRow,
  ScheduleStore,
  Term,
} from '../store/contract/index.js';
import type { LoadedSchedule, LoadedSet } from './load.js';

export type ApplyStore = ScheduleStore & RegistryStore & RoadStore & EditStore;

/**
 * `applied`: done and recorded. `current`: this very set is in force. `superseded`: it was in force before another
 * one and is not applied again by itself. `incomplete`: some could not be applied, see `conflicts` and `unsettled`;
 * it is not recorded. `fenced`: a later term is in office.
 */
export type ApplyWord = 'applied' | 'current' | 'superseded' | 'incomplete' | 'fenced';

export interface ApplyReport {
  word: ApplyWord;
  created: string[];
  changed: string[];
  removed: string[];
  unchanged: string[];
  /** Ids that belong to another set or to the API; left alone. */
  conflicts: { id: string; owner: string }[];
  /** Ids whose past the planner must settle first, or that others were editing: apply again soon. */
  unsettled: string[];
}

/** How many former digests are remembered. */
const REMEMBERED = 20;

/** `force`: somebody asked for this very set (an edited file, a command), so that it may be an old one again. */
export async function applySchedules(
  store: ApplyStore,
  term: Term,
  set: string,
  loaded: Pick<LoadedSet, 'schedules' | 'problems' | 'digest'>,
  now: number,
  { force = false }: { force?: boolean } = {},
): Promise<ApplyReport> {
  if (loaded.problems.length > 0) {
    throw new CarillonError('invalid_schedule_file', 'A set with problems is not applied.', loaded.problems);
  }
  const report = emptyReport();
  const before = await store.appliedSet(set);
  if (before?.digest === loaded.digest && !force) return { ...report, word: 'current' };
  if (before?.superseded.includes(loaded.digest) && !force) return { ...report, word: 'superseded' };

  const rows = new Map((await store.schedules()).map((row) => [row.schedule.definition.id, row]));
  for (const { definition, place } of loaded.schedules) {
    const row = rows.get(definition.id) ?? null;
    const result = await putSchedule(store, definition, sourceOf(set, place), now, { term, row });
    if (!note(report, definition.id, result)) return { ...report, word: 'fenced' };
  }
  for (const row of leftOver(rows, set, loaded.schedules)) {
    const { id } = row.schedule.definition;
    const owner = { kind: 'file', set } as const;
    const result = await removeSchedule(store, id, now, { term, row, owner });
    if (!note(report, id, result)) return { ...report, word: 'fenced' };
  }
  if (report.conflicts.length > 0 || report.unsettled.length > 0) return { ...report, word: 'incomplete' };
  await store.recordAppliedSet(set, succeeding(before, loaded.digest, now, term.node));
  return report;
}

function emptyReport(): ApplyReport {
  return {
    word: 'applied',
    created: [],
    changed: [],
    removed: [],
    unchanged: [],
    conflicts: [],
    unsettled: [],
  };
}

function sourceOf(set: string, place: LoadedSchedule['place']): ScheduleSource {
  return { kind: 'file', set, ...place };
}

/** Stored ones of this set that its files no longer declare. */
function leftOver(
  rows: ReadonlyMap<string, ScheduleRow>,
  set: string,
  declared: readonly LoadedSchedule[],
): ScheduleRow[] {
  const ids = new Set(declared.map(({ definition }) => definition.id));
  return [...rows.values()].filter(({ schedule: { source, definition } }) => {
    return source.kind === 'file' && source.set === set && !ids.has(definition.id);
  });
}

/** false: a later term is in office, stop. */
function note(report: ApplyReport, id: string, { word, row }: EditResult): boolean {
  switch (word) {
    case 'fenced':
      return false;
    case 'conflict': {
      const source = row?.schedule.source;
      report.conflicts.push({ id, owner: source?.kind === 'file' ? `set ${source.set}` : 'the API' });
      return true;
    }
    case 'behind':
    case 'stale':
      report.unsettled.push(id);
      return true;
    case 'unknown':
      return true;
    default:
      report[word].push(id);
      return true;
  }
}

function succeeding(before: AppliedSet | null, digest: string, appliedAt: number, node: string): AppliedSet {
  const former = before ? [before.digest, ...before.superseded] : [];
  const superseded = [...new Set(former)].filter((old) => old !== digest).slice(0, REMEMBERED);
  return { digest, appliedAt, node, superseded };
}
