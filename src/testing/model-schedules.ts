/** Schedules in the model: office and plan under a term, apply, and what is read of cursors and fates. */

import { isDeepStrictEqual } from 'node:util';
import type {
  EditWord,
  Fenced,
  LedgerWrite,
  OpenMove,
  PlanEntry,
  PlanWord,
  ScheduleEdit,
  ScheduleRow,
  ScheduleStore,
  Term,
} from '../store/contract/index.js';
import { deleteTask, tellOfDeleted } from './model-children.js';
import { elsewhereVerbs } from './model-elsewhere.js';
import { addTask, depthLeft, type ModelTask, occurrenceOf, type Partition } from './model-partition.js';
import { handOn, runReads } from './model-runs.js';
import { ahead, late, plannable, resuming, undecided, watched } from './model-schedule-reads.js';
import { writeSingle } from './model-singles.js';
import { withdrawReady } from './model-withdraw.js';

export function takeOffice(partition: Partition, term: Term, now: number): 'ok' | Fenced {
  const inOffice = partition.term;
  if (inOffice && term.number <= inOffice.number && term.token !== inOffice.token) return 'fenced';
  if (inOffice?.token !== term.token) partition.terms.push({ number: term.number, since: now });
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
    const late = entry.late ?? [];
    const found = row ? [row.schedule.revision, row.cursor] : [null, null];
    if (found[0] !== entry.revision || found[1] !== entry.cursor) return 'stale';
    if (entry.ledger && (row?.ledger?.version ?? 0) !== entry.ledger.before) return 'stale';
    if (late.some((id) => partition.tasks.get(id)?.place.at !== 'late')) return 'stale';
    const backfills = entry.occurrences.some(({ draft }) => draft.id.includes('+'));
    if (backfills && depthLeft(partition) < entry.occurrences.length) return 'full';
    const full: number[] = [];
    let fired = -late.filter((id) => partition.tasks.delete(id)).length;
    partition.pace.totals.enqueued += fired;
    for (const { nominal, draft } of entry.occurrences) {
      if (!partition.tasks.has(draft.id) && depthLeft(partition) <= 0) full.push(nominal);
      else if (addTask(partition, draft)) fired += 1;
    }
    for (const id of late) tellOfDeleted(partition, id);
    if (!row) return 'planned';
    if (!entry.uncounted) row.runs += fired;
    row.cursor = entry.next;
    writeLedger(partition, row, entry.ledger);
    for (const nominal of full) writeSingle(partition, { schedule: entry.schedule, nominal }, 'limit');
    return 'planned';
  });
}

function writeLedger(partition: Partition, row: ScheduleRow, write: LedgerWrite | undefined): void {
  if (!write) return;
  const { id } = row.schedule.definition;
  row.ledger = { version: write.before + 1, text: write.text };
  const singles = (row.singles ?? []).filter(([nominal]) => !write.taken.includes(nominal));
  if (singles.length > 0) row.singles = singles;
  else delete row.singles;
  if (write.undecided === null) partition.backlogs.delete(id);
  else partition.backlogs.set(id, write.undecided);
}

export function writeEdit(partition: Partition, edit: ScheduleEdit, now: number, term?: Term): EditWord {
  if (term && !holdsOffice(partition, term)) return 'fenced';
  const row = partition.schedules.get(edit.id);
  // The same edit sent again has nothing left to do.
  if (row ? isDeepStrictEqual(row.schedule, edit.schedule) : !edit.schedule && edit.expect) return 'ok';
  const found = row ? { revision: row.schedule.revision, cursor: row.cursor } : null;
  if (found?.revision !== edit.expect?.revision || found?.cursor !== edit.expect?.cursor) return 'stale';
  if (edit.ledger && (row?.ledger?.version ?? 0) !== edit.ledger.before) return 'stale';
  // All that is known of one that moves goes along.
  const taken = edit.ledger?.taken ?? [];
  if (edit.moves !== undefined && (row?.singles ?? []).length > taken.length) return 'stale';
  const { going, begun } = withdrawn(partition, edit);
  if (begun !== undefined) return { begun };
  for (const task of going) deleteTask(partition, task.draft.id);
  const [schedule, rest] = [edit.schedule, edit.withdraw?.rest];
  if (rest?.ready) {
    const ready = structuredClone(rest.ready);
    partition.withdrawals.set(edit.id, {
      id: edit.id,
      revision: edit.expect?.revision ?? 0,
      at: now,
      ...ready,
    });
  }
  if (!schedule) {
    partition.schedules.delete(edit.id);
    partition.backlogs.delete(edit.id);
    if (edit.moves === undefined) partition.successes.delete(edit.id);
    const runs = (row?.runs ?? 0) - going.length;
    if (edit.moves !== undefined) partition.moves.set(edit.id, `${runs} ${edit.moves}`);
    if (edit.moves !== undefined && row?.schedule.definition.overlap !== 'allow') partition.left.add(edit.id);
    return 'ok';
  }
  const next: ScheduleRow = {
    ...row,
    schedule: structuredClone(schedule),
    cursor: edit.cursor,
    runs: (row?.runs ?? edit.runs ?? 0) - going.length,
  };
  partition.schedules.set(edit.id, next);
  // One that comes back before the leader let go on what it left here: its home is here again.
  const back = !row && partition.left.delete(edit.id);
  for (const { draft } of going) {
    const one = occurrenceOf(draft.id);
    if (rest && one && one.nominal <= rest.until) writeSingle(partition, one, rest.word);
  }
  writeLedger(partition, next, edit.ledger);
  if (back || schedule.definition.overlap === 'allow') handOn(partition, edit.id);
  return 'ok';
}

/** Only what still waits for its first time: ready, retrying, running and finished runs have begun. */
function withdrawn(
  partition: Partition,
  { id, withdraw }: ScheduleEdit,
): { going: ModelTask[]; begun?: number } {
  const going: ModelTask[] = [];
  let begun: number | undefined;
  for (const nominal of withdraw?.nominals ?? []) {
    const task = partition.tasks.get(`${id}@${nominal}`);
    if (!task) continue;
    const waits = task.attempt === 0 && (task.place.at === 'due' || task.place.at === 'late');
    if (waits) going.push(task);
    else if (task.attempt > 0 || task.place.at !== 'finished') begun = nominal;
  }
  if (!withdraw?.rest) return begun === undefined ? { going } : { going, begun };
  for (const task of partition.tasks.values()) {
    const waits = task.place.at === 'late' || (task.place.at === 'parked' && task.attempt === 0);
    const late = waits && occurrenceOf(task.draft.id)?.schedule === id;
    if (late && !going.includes(task)) going.push(task);
  }
  return { going };
}

/** What a marker says of its schedule. */
export function movingRow(move: OpenMove): ScheduleRow {
  type Marker = Omit<ScheduleRow, 'ledger' | 'runs'> & { ledger: string };
  const { ledger, ...row } = JSON.parse(move.text.slice(move.text.indexOf(' '))) as Marker;
  return { ...row, runs: Number.parseInt(move.text, 10), ledger: { version: 0, text: ledger }, moving: move };
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

type Verbs =
  | 'plannable'
  | 'ahead'
  | 'undecided'
  | 'singled'
  | 'watched'
  | 'late'
  | 'openMoves'
  | keyof ReturnType<typeof elsewhereVerbs>
  | 'terms'
  | keyof ReturnType<typeof runReads>
  | 'withdrawReady'
  | 'openWithdrawals'
  | 'resuming';

/** Verbs that ask one partition. */
export function verbs(of: (queue: string) => Partition): Pick<ScheduleStore, Verbs> {
  return {
    plannable: async (queue, until, limit) => plannable(of(queue), until, limit),
    ahead: async (queue, after, offset, limit) => ahead(of(queue), after, offset, limit),
    undecided: async (queue, until, limit) => undecided(of(queue), until, limit),
    singled: async (queue) =>
      [...of(queue).schedules.values()]
        .filter(({ singles = [] }) => singles.length > 0)
        .map(({ schedule }) => schedule.definition.id)
        .sort(),
    watched: async (queue) => watched(of(queue)),
    late: async (queue, limit) => late(of(queue), limit),
    openMoves: async (queue) => [...of(queue).moves].map(([id, text]) => ({ id, queue, text })),
    ...runReads(of),
    ...elsewhereVerbs(of),
    terms: async (queue) => structuredClone(of(queue).terms),
    withdrawReady: async (queue, schedule, lane, _position, how) =>
      withdrawReady(of(queue), schedule, lane, how),
    openWithdrawals: async (queue) =>
      structuredClone([...of(queue).withdrawals.values()].map((one) => ({ ...one, queue }))),
    resuming: async (queue, limit) => resuming(of(queue)).slice(0, limit),
  };
}
