/** Schedules in the model: office, plan and prune under a term, apply, and what is read of cursors and fates. */

import { isDeepStrictEqual } from 'node:util';
import type {
  Fate,
  Fenced,
  PlanEntry,
  PlanWord,
  Retention,
  ScheduleEdit,
  ScheduleRow,
  Term,
} from '../store/contract/index.js';
import { addTask, type Ledger, type ModelTask, type Partition } from './model-partition.js';

/** When nothing finished is kept, look again after this. */
const LOOK_AGAIN = 60_000;

export function takeOffice(partition: Partition, term: Term): 'ok' | Fenced {
  const inOffice = partition.term;
  if (inOffice && term.number <= inOffice.number && term.token !== inOffice.token) return 'fenced';
  partition.term = structuredClone(term);
  return 'ok';
}

function holdsOffice(partition: Partition, term: Term): boolean {
  return partition.term?.token === term.token;
}

export function plan(partition: Partition, term: Term, entries: readonly PlanEntry[]): PlanWord[] | Fenced {
  if (!holdsOffice(partition, term)) return 'fenced';
  return entries.map((entry) => {
    const row = partition.schedules.get(entry.schedule);
    if (!row || row.schedule.revision !== entry.revision || row.cursor !== entry.cursor) return 'stale';
    const ledger = ledgerOf(partition, entry.schedule);
    for (const { nominal, draft } of entry.occurrences) {
      if (ledger.planned.has(nominal)) continue;
      ledger.planned.set(nominal, { fate: 'planned', nominal, term: term.number });
      row.runs += 1;
      addTask(partition, draft);
    }
    for (const range of entry.missed) ledger.missed.push({ fate: 'missed', ...range });
    row.cursor = entry.next;
    return 'planned';
  });
}

export function apply(partition: Partition, edit: ScheduleEdit, term?: Term): 'ok' | 'stale' | Fenced {
  if (term && !holdsOffice(partition, term)) return 'fenced';
  const row = partition.schedules.get(edit.id);
  // The same edit sent again has nothing left to do.
  if (row ? isDeepStrictEqual(row.schedule, edit.schedule) : !edit.schedule && edit.expect) return 'ok';
  const found = row ? { revision: row.schedule.revision, cursor: row.cursor } : null;
  if (found?.revision !== edit.expect?.revision || found?.cursor !== edit.expect?.cursor) return 'stale';
  let runs = row?.runs ?? edit.runs ?? 0;
  for (const nominal of edit.withdraw?.nominals ?? []) runs -= withdraw(partition, edit.id, nominal);
  for (const range of edit.missed ?? []) {
    ledgerOf(partition, edit.id).missed.push({ fate: 'missed', ...range });
  }
  if (edit.schedule) {
    partition.schedules.set(edit.id, { schedule: structuredClone(edit.schedule), cursor: edit.cursor, runs });
  } else {
    partition.schedules.delete(edit.id);
  }
  return 'ok';
}

/** Only what still waits for its first time: ready, retrying, running and finished runs go on. How many runs less. */
function withdraw(partition: Partition, schedule: string, nominal: number): 0 | 1 {
  const id = `${schedule}@${nominal}`;
  const task = partition.tasks.get(id);
  if (task?.place.at !== 'due' || task.attempt > 0) return 0;
  partition.tasks.delete(id);
  return partition.ledgers.get(schedule)?.planned.delete(nominal) ? 1 : 0;
}

function ledgerOf(partition: Partition, schedule: string): Ledger {
  const ledger = partition.ledgers.get(schedule) ?? { planned: new Map(), missed: [] };
  partition.ledgers.set(schedule, ledger);
  return ledger;
}

export function behind(
  rows: readonly ScheduleRow[],
  after: string,
  limit: number,
): { rows: ScheduleRow[]; next: string | null } {
  const idOf = (row: ScheduleRow): string => row.schedule.definition.id;
  const all = rows.filter((row) => idOf(row) > after).sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
  const some = all.slice(0, limit);
  const last = some.at(-1);
  return { rows: some, next: all.length > limit && last ? idOf(last) : null };
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

export function fates(
  partition: Partition,
  schedule: string,
  nominals: readonly number[],
  from: number,
  to: number,
): Fate[] {
  const ledger = partition.ledgers.get(schedule);
  if (!ledger) return [];
  const planned = nominals.flatMap((nominal) => ledger.planned.get(nominal) ?? []);
  const missed = ledger.missed.filter((range) => range.from <= to && range.to >= from);
  return structuredClone([...planned, ...missed]);
}

export function prune(
  partition: Partition,
  now: number,
  term: Term,
  retention: Retention,
): { pruned: number; again: number } | Fenced {
  if (!holdsOffice(partition, term)) return 'fenced';
  let pruned = 0;
  let again = LOOK_AGAIN;
  for (const kind of ['completed', 'dead'] as const) {
    const { count, age } = retention[kind];
    newestFirst(partition, kind).forEach(({ task, finishedAt }, index) => {
      const goes = finishedAt + Math.max(retention.atLeast, index < count ? age : 0);
      if (goes <= now) {
        partition.tasks.delete(task.draft.id);
        pruned += 1;
      } else {
        again = Math.min(again, goes - now);
      }
    });
  }
  return { pruned, again };
}

/** Dead tasks have a retention of their own; completed and cancelled ones share one. */
function newestFirst(
  partition: Partition,
  kind: 'completed' | 'dead',
): { task: ModelTask; finishedAt: number }[] {
  const ended: { task: ModelTask; finishedAt: number; order: number }[] = [];
  for (const task of partition.tasks.values()) {
    if (task.place.at !== 'finished') continue;
    if ((task.place.state === 'dead') === (kind === 'dead')) ended.push({ task, ...task.place });
  }
  return ended.sort((a, b) => b.order - a.order);
}
