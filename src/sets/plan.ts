/** What carrying out a set comes to: which schedules are to be put, and which removed. */

import { slices } from '../runtime/slices.js';
import type { ScheduleRow, ScheduleStore, SetRecord, SetStore } from '../store/contract/index.js';
import { digestOfDefinition, keptLines, type Line } from './body.js';
import { changesBetween } from './difference.js';

export type PlanStore = SetStore & Pick<ScheduleStore, 'schedulesFrom'>;

/** Schedules read at a time, where all are compared. */
const PAGE = 500;

export type Wanted = { line: Line; row?: ScheduleRow | null };

export interface Plan {
  put: Wanted[];
  remove: { id: string; row?: ScheduleRow }[];
}

/** Against the proposal carried out last where that is known, else against every stored schedule of the set. */
export async function planFor(record: SetRecord, store: PlanStore): Promise<Plan | 'stale'> {
  const { set, live, removing, carriedOut } = record;
  if (removing || !live) {
    const plan: Plan = { put: [], remove: [] };
    for await (const row of everyRow(store)) {
      if (belongsTo(set, row)) plan.remove.push({ id: idOf(row), row });
    }
    return plan;
  }
  const kept = await store.proposals(set);
  const slicesOf = (number: number | undefined): string[] | undefined =>
    kept.find((one) => one.number === number)?.slices;
  const wanted = slicesOf(live.number);
  if (!wanted) return 'stale';
  const former = carriedOut ? slicesOf(carriedOut.number) : undefined;
  return former && carriedOut
    ? planByProposals(store, set, former, wanted, carriedOut.conflicts)
    : planByRows(store, set, wanted);
}

async function planByProposals(
  store: PlanStore,
  set: string,
  former: readonly string[],
  wanted: readonly string[],
  conflicts: readonly { id: string }[],
): Promise<Plan | 'stale'> {
  // Ids that could not be put before are tried again, wherever they stand.
  const again = new Set(conflicts.map(({ id }) => id));
  const common = again.size > 0 ? new Set<string>() : new Set(wanted.filter((id) => former.includes(id)));
  const before = await keptLines(
    store,
    set,
    former.filter((id) => !common.has(id)),
  );
  const after = await keptLines(
    store,
    set,
    wanted.filter((id) => !common.has(id)),
  );
  if (!before || !after) return 'stale';
  for (const id of again) before.delete(id);
  const { created, changed, removed } = changesBetween(before, after);
  return { put: [...created, ...changed].map((line) => ({ line })), remove: removed.map((id) => ({ id })) };
}

/** Page by page, because neither the process nor Redis is to be held up by many of them. */
async function planByRows(store: PlanStore, set: string, wanted: readonly string[]): Promise<Plan | 'stale'> {
  const lines = await keptLines(store, set, wanted);
  if (!lines) return 'stale';
  const plan: Plan = { put: [], remove: [] };
  const rest = slices();
  for await (const row of everyRow(store)) {
    await rest();
    const id = idOf(row);
    const line = lines.get(id);
    const own = belongsTo(set, row);
    lines.delete(id);
    if (!line) {
      if (own) plan.remove.push({ id, row });
    } else if (!own || digestOfDefinition(row.schedule.definition) !== line.digest) {
      plan.put.push({ line, row });
    }
  }
  for (const line of lines.values()) plan.put.push({ line, row: null });
  return plan;
}

async function* everyRow(store: PlanStore): AsyncGenerator<ScheduleRow> {
  for (let after: string | null = ''; after !== null; ) {
    const page: { rows: ScheduleRow[]; next: string | null } = await store.schedulesFrom(after, PAGE);
    yield* page.rows;
    after = page.next;
  }
}

function belongsTo(set: string, { schedule: { source } }: ScheduleRow): boolean {
  return source.kind === 'file' && source.set === set;
}

function idOf({ schedule }: ScheduleRow): string {
  return schedule.definition.id;
}
