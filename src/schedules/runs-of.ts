/** The tasks of a schedule's instants, also of those that fired under an id it had before. */

import { backfillId, idAt, occurrenceId } from '../domain/schedule/run-id.js';
import type { StoredSchedule } from '../domain/schedule/schedule.js';
import type { TaskState } from '../domain/task/task.js';
import type { OverviewStore, ReadStore, RunTimes, TaskFacts } from '../store/contract/index.js';

type Named = Pick<StoredSchedule, 'definition' | 'former'>;

/** What it is called where its task is deleted. */
export function runIdOf(
  schedule: Named,
  { nominal, backfill }: { nominal: number; backfill?: string },
): string {
  const id = idAt(schedule, nominal);
  return backfill === undefined ? occurrenceId(id, nominal) : backfillId(id, nominal, backfill);
}

/** By nominal time. What passed before it was renamed may have been caught up since, under the id it has now. */
export async function runsOf(
  store: Pick<ReadStore, 'runs'>,
  { definition, former = [] }: Named,
  nominals: readonly number[],
): Promise<Map<number, TaskFacts>> {
  const runs = new Map<number, TaskFacts>();
  for (const [id, asked] of byId(definition.id, former, nominals)) {
    const open = asked.filter((nominal) => !runs.has(nominal));
    if (open.length === 0) continue;
    for (const [nominal, run] of await store.runs(id, open)) runs.set(nominal, run);
  }
  return runs;
}

/** When runs of many schedules began and ended, by nominal time: one question, and one more where some had other ids. */
export async function runTimesOf(
  store: Pick<OverviewStore, 'runTimes'>,
  asked: readonly { schedule: Named; nominals: readonly number[] }[],
): Promise<Map<number, { id: string; times: RunTimes }>[]> {
  const found = asked.map(() => new Map<number, { id: string; times: RunTimes }>());
  const named = asked.map(({ schedule: { definition, former = [] }, nominals }) =>
    byId(definition.id, former, nominals),
  );
  const most = Math.max(0, ...named.map((ids) => ids.length));
  for (let turn = 0; turn < most; turn += 1) {
    const some = named.flatMap((ids, i) => {
      const [schedule, nominals = []] = ids[turn] ?? [];
      const open = nominals.filter((nominal) => !found[i]?.has(nominal));
      return schedule === undefined || open.length === 0 ? [] : [{ i, schedule, nominals: open }];
    });
    const told = await store.runTimes(some);
    for (const [n, { i, schedule, nominals }] of some.entries()) {
      for (const [at, nominal] of nominals.entries()) {
        const times = told[n]?.[at];
        if (times) found[i]?.set(nominal, { id: occurrenceId(schedule, nominal), times });
      }
    }
  }
  return found;
}

export async function runStatesOf(
  store: Pick<ReadStore, 'runStates'>,
  asked: readonly { schedule: Named; nominal: number }[],
): Promise<(TaskState | null)[]> {
  const names = asked.map(({ schedule, nominal }) => ({ schedule: schedule.definition.id, nominal }));
  const states = await store.runStates(names);
  const before = asked.flatMap(({ schedule, nominal }, i) => {
    const id = idAt(schedule, nominal);
    return (states[i] ?? null) === null && id !== schedule.definition.id
      ? [{ i, schedule: id, nominal }]
      : [];
  });
  if (before.length === 0) return states;
  const others = await store.runStates(before.map(({ schedule, nominal }) => ({ schedule, nominal })));
  for (const [n, { i }] of before.entries()) states[i] = others[n] ?? null;
  return states;
}

function byId(
  id: string,
  former: readonly { id: string; until: number }[],
  nominals: readonly number[],
): [string, number[]][] {
  const last = former.at(-1)?.until ?? Number.NEGATIVE_INFINITY;
  const before = nominals.filter((nominal) => nominal <= last);
  const ids = [...new Set(former.map((one) => one.id).toReversed())].filter((one) => one !== id);
  return [[id, [...nominals]], ...ids.map((one): [string, number[]] => [one, before])];
}
