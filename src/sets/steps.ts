/** What carrying out a set comes to: which schedules are to be put, and which removed. */

import { slices } from '../runtime/slices.js';
import type { ScheduleRow, ScheduleStore, SetRecord, SetStore } from '../store/contract/index.js';
import { digestOfDefinition, formerlyOf, keptLines, type Line } from './body.js';
import { changesBetween } from './difference.js';

export type StepsStore = SetStore & Pick<ScheduleStore, 'schedulesFrom'>;

/** Schedules read at a time, where all are compared. */
const PAGE = 500;

/** `undoes`: what it is called until now, having been renamed from it: files from before that are back. */
export type Wanted = { line: Line; row?: ScheduleRow | null; undoes?: string };

export interface Steps {
  put: Wanted[];
  remove: { id: string; row?: ScheduleRow }[];
  /** As they are, but declared at another place. */
  placed: Line[];
}

/** Against the proposal carried out last where that is known, else against every stored schedule of the set. */
export async function stepsFor(record: SetRecord, store: StepsStore): Promise<Steps | 'stale'> {
  const { set, live, removing, carriedOut } = record;
  if (removing || !live) {
    const steps: Steps = { put: [], remove: [], placed: [] };
    for await (const row of everyRow(store)) {
      if (belongsTo(set, row)) steps.remove.push({ id: idOf(row), row });
    }
    return steps;
  }
  const kept = await store.proposals(set);
  const slicesOf = (number: number | undefined): string[] | undefined =>
    kept.find((one) => one.number === number)?.slices;
  const wanted = slicesOf(live.number);
  if (!wanted) return 'stale';
  const taken = takenBy(record).map((id) => ({ id }));
  const former = carriedOut ? slicesOf(carriedOut.number) : undefined;
  return former && carriedOut
    ? stepsByProposals(store, set, former, wanted, [...carriedOut.conflicts, ...taken])
    : stepsByRows(store, set, wanted);
}

/** What the live proposal takes over from others: once, so that it does not take back what is taken from it later. */
export function takenBy({ live, carriedOut }: SetRecord): string[] {
  return live && carriedOut?.number !== live.number ? (live.takeOver ?? []) : [];
}

async function stepsByProposals(
  store: StepsStore,
  set: string,
  former: readonly string[],
  wanted: readonly string[],
  conflicts: readonly { id: string }[],
): Promise<Steps | 'stale'> {
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
  const { created, changed, removed, placed } = await changesBetween(before, after);
  const undone = new Map<string, string>();
  for (const id of removed) {
    const line = before.get(id);
    const formerly = line && formerlyOf(line);
    if (formerly !== undefined) undone.set(formerly, id);
  }
  const put = [...created, ...changed].map((line) => ({ line, ...undoing(line, undone) }));
  return { put, remove: removed.map((id) => ({ id })), placed };
}

/** Page by page, because neither the process nor Redis is to be held up by many of them. */
async function stepsByRows(
  store: StepsStore,
  set: string,
  wanted: readonly string[],
): Promise<Steps | 'stale'> {
  const lines = await keptLines(store, set, wanted);
  if (!lines) return 'stale';
  const steps: Steps = { put: [], remove: [], placed: [] };
  const undone = new Map<string, string>();
  const rest = slices();
  for await (const row of everyRow(store)) {
    await rest();
    const id = idOf(row);
    const line = lines.get(id);
    const own = belongsTo(set, row);
    lines.delete(id);
    if (!line) {
      if (!own) continue;
      steps.remove.push({ id, row });
      const { formerly } = row.schedule.definition;
      if (formerly !== undefined) undone.set(formerly, id);
    } else if (!own || digestOfDefinition(row.schedule.definition) !== line.digest) {
      steps.put.push({ line, row });
    } else if (!standsAt(line, row)) steps.placed.push(line);
  }
  for (const line of lines.values()) steps.put.push({ line, row: null, ...undoing(line, undone) });
  return steps;
}

function undoing(line: Line, undone: ReadonlyMap<string, string>): Pick<Wanted, 'undoes'> {
  const undoes = undone.get(line.id);
  return undoes === undefined ? {} : { undoes };
}

/** Whether the place of a line is the one that is stored. */
function standsAt({ text }: Line, { schedule: { source } }: ScheduleRow): boolean {
  const { file, line, column } = source;
  return text.endsWith(JSON.stringify([file, line, column]).slice(1));
}

export async function* everyRow(store: Pick<ScheduleStore, 'schedulesFrom'>): AsyncGenerator<ScheduleRow> {
  for (let after: string | null = ''; after !== null; ) {
    const page: { rows: ScheduleRow[]; next: string | null } = await store.schedulesFrom(after, PAGE);
    yield* page.rows;
    after = page.next;
  }
}

export function belongsTo(set: string, { schedule: { source } }: ScheduleRow): boolean {
  return source.kind === 'file' && source.set === set;
}

export function idOf({ schedule }: ScheduleRow): string {
  return schedule.definition.id;
}
