/** What a leader asks of the schedules of one partition, in the model. */

import { isWatched } from '../domain/schedule/expectations.js';
import type { LateRun, ScheduleRow } from '../store/contract/index.js';
import { occurrenceOf, type Partition } from './model-partition.js';

export function late(partition: Partition, limit: number): { runs: LateRun[]; rows: ScheduleRow[] } {
  const runs = [...partition.tasks.values()]
    .filter(({ place }) => place.at === 'late')
    .flatMap(({ draft: { id } }) => {
      const one = occurrenceOf(id);
      return one ? [{ ...one, member: id }] : [];
    })
    .sort((a, b) => (a.member < b.member ? -1 : 1))
    .slice(0, limit);
  const ids = new Set(runs.map(({ schedule }) => schedule));
  return { runs, rows: structuredClone([...ids].flatMap((id) => partition.schedules.get(id) ?? [])) };
}

export function undecided(
  partition: Partition,
  until: number,
  limit: number,
): { rows: ScheduleRow[]; next: number | null } {
  const all = [...partition.backlogs].sort(([a, at], [b, bt]) => at - bt || (a < b ? -1 : 1));
  const some = all.filter(([, at]) => at <= until).slice(0, limit);
  const rows = structuredClone(some.flatMap(([id]) => partition.schedules.get(id) ?? []));
  return { rows, next: all[some.length]?.[1] ?? null };
}

export function watched({ schedules }: Partition): string[] {
  const rows = [...schedules.values()].map(({ schedule }) => schedule.definition);
  return rows
    .filter(isWatched)
    .map(({ id }) => id)
    .sort();
}

export function ahead(partition: Partition, after: number, offset: number, limit: number): ScheduleRow[] {
  const { rows } = plannable(partition, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
  return rows.filter(({ cursor }) => cursor !== null && cursor > after).slice(offset, offset + limit);
}

export function plannable(
  partition: Partition,
  until: number,
  limit: number,
): { rows: ScheduleRow[]; next: number | null } {
  const rows = [...partition.schedules.values()]
    .flatMap((row) => (row.cursor === null ? [] : [{ row, cursor: row.cursor }]))
    .sort(
      (a, b) => a.cursor - b.cursor || (a.row.schedule.definition.id < b.row.schedule.definition.id ? -1 : 1),
    );
  const count = Math.min(limit, rows.filter(({ cursor }) => cursor <= until).length);
  return {
    rows: structuredClone(rows.slice(0, count).map(({ row }) => row)),
    next: rows[count]?.cursor ?? null,
  };
}

export function resuming(partition: Partition): { id: string; at: number }[] {
  const ends = [...partition.schedules].flatMap(([id, { schedule }]) => {
    const at = schedule.paused?.until;
    return at === undefined ? [] : [{ id, at }];
  });
  return ends.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}
