/** Plain schedules and plan entries for the suite. */

import type { ScheduleDefinition, StoredSchedule } from '../../../src/domain/schedule/schedule.js';
import { DEFAULT_RETRY } from '../../../src/domain/task/retry.js';
import type { LedgerWrite, PlanEntry, ScheduleEdit } from '../../../src/store/contract/index.js';
import type { Stage } from './stage.js';

/** Instants are whole seconds, an hour and more ahead. */
export function instant(stage: Stage, n: number): number {
  return Math.ceil(stage.start / 1000) * 1000 + 3_600_000 + n * 1000;
}

export function plain(id: string, queue: string, over: Partial<ScheduleDefinition> = {}): StoredSchedule {
  return {
    definition: {
      id,
      handler: 'work',
      spec: { kind: 'every', every: 1000, phase: 0 },
      queue,
      priority: 'normal',
      retry: { ...DEFAULT_RETRY },
      catchUp: { policy: 'latest', window: 86_400_000, max: 100 },
      enabled: true,
      labels: {},
      overlap: 'allow',
      ...over,
    },
    revision: 1,
    source: { kind: 'file', set: 'default', file: 'schedules/a.yaml', line: 3, column: 3 },
    createdAt: 1,
    updatedAt: 1,
  };
}

/** A text for the ledger of a schedule that has had `before` others. */
export function ledgerText(before: number, text: string, over: Partial<LedgerWrite> = {}): LedgerWrite {
  return { before, text, undecided: null, taken: [], ...over };
}

/** Creates the schedule; spread and override for other edits. */
export function scheduleEdit(schedule: StoredSchedule, cursor: number | null): ScheduleEdit {
  return { id: schedule.definition.id, expect: null, schedule, cursor, withdraw: null };
}

/** Plans the instants `from`…`to` (by number) of a schedule whose cursor is at `from`. */
export function entry(
  stage: Stage,
  schedule: string,
  from: number,
  to: number,
  over: Partial<PlanEntry> = {},
): PlanEntry {
  const occurrences = [];
  for (let n = from; n <= to; n += 1) {
    const nominal = instant(stage, n);
    occurrences.push({ nominal, draft: stage.draft(`${schedule}@${nominal}`, { due: nominal }) });
  }
  return {
    schedule,
    revision: 1,
    cursor: instant(stage, from),
    next: instant(stage, to + 1),
    occurrences,
    ...over,
  };
}

/** The schedule `daily` in the queue main of a stage, its instants by number, and edits of it. */
export function dailyOn(stage: () => Stage) {
  const daily = () => plain('daily', 'main');
  const at = (n: number) => instant(stage(), n);
  const idAt = (n: number) => `daily@${at(n)}`;
  const revised = (revision: number, over: Partial<StoredSchedule> = {}) => ({
    ...daily(),
    revision,
    ...over,
  });
  const create = () => stage().store.edit('main', scheduleEdit(daily(), at(0)));

  /** An edit of `daily` that withdraws the instants named. */
  function edit(revision: number, cursor: number | null, withdraw: number[] = []): ScheduleEdit {
    return {
      id: 'daily',
      expect: { revision, cursor },
      schedule: revised(revision + 1),
      cursor: at(50),
      withdraw: { nominals: withdraw.map(at), planned: daily().definition },
    };
  }
  return { daily, at, idAt, revised, create, edit };
}
