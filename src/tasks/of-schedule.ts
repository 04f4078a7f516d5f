/** Which tasks are runs of a schedule, also those that have an id it had before (decision 112). */

import { readRunId } from '../domain/schedule/run-id.js';
import type { ScheduleStore, TaskFacts } from '../store/contract/index.js';

export type NamedStore = Pick<ScheduleStore, 'schedule'>;

export interface OfSchedule {
  /** By which the ids of its runs begin, the present one first. */
  schedules: readonly string[];
  /** The same, each with the last instant of its that is one of them. */
  ids: readonly { id: string; until?: number }[];
  /** Whether a task that has one of these ids is one of its runs. */
  isOne(task: Pick<TaskFacts, 'id'>): boolean;
}

const EVER = Number.POSITIVE_INFINITY;

export async function ofSchedule(store: NamedStore, id: string): Promise<OfSchedule> {
  const former = (await store.schedule(id))?.schedule.former ?? [];
  const until = new Map(former.map((one) => [one.id, one.until]));
  until.delete(id);
  // Another schedule has taken such an id since: what came after the last instant under it may belong to that.
  for (const name of until.keys()) {
    if (!(await store.schedule(name))) until.set(name, EVER);
  }
  return {
    schedules: [id, ...until.keys()],
    ids: [
      { id },
      ...[...until].map(([name, last]) => (last === EVER ? { id: name } : { id: name, until: last })),
    ],
    isOne(task) {
      const run = readRunId(task.id);
      if (!run) return false;
      return run.schedule === id || run.nominal <= (until.get(run.schedule) ?? Number.NEGATIVE_INFINITY);
    },
  };
}
