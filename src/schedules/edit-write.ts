/** How an edit is read, written and tried again by compare-and-set; what each edit means stands in edit.ts. */

import { type Word, wordOf } from '../domain/schedule/ledger.js';
import type { StoredSchedule } from '../domain/schedule/schedule.js';
import type { ScheduleEdit, ScheduleRow, Term } from '../store/contract/index.js';
import { change, creation, type Skips } from './boundary.js';
import { finishMove, type MoveStore, moveSchedule } from './move.js';
import { isLive } from './planned-ahead.js';
import { revised } from './revisions.js';
import { promoteOverdue, readyLanes, withdrawReady } from './withdraw.js';

export type EditStore = MoveStore;

/** `unchanged`: it already is as asked. `conflict`: it belongs to somebody else. `stale`: others kept editing it. */
export type EditWord =
  | 'created'
  | 'changed'
  | 'removed'
  | 'unchanged'
  | 'unknown'
  | 'conflict'
  | 'stale'
  | 'fenced';

export interface EditResult {
  word: EditWord;
  /** As it now is, or as it stands in the way; null where there is none. */
  row: ScheduleRow | null;
  /** The id it had until now, with `created`. */
  renamed?: string;
}

export interface EditOptions {
  /** The leader's edits carry its term, those of an API call none. */
  term?: Term;
  /** Who edits it; the leader by its name unless said otherwise. */
  by?: string;
  /** What the caller read already; read again when it turns out to be stale. */
  row?: ScheduleRow | null;
  /** It may belong to somebody else: then it changes its owner, and keeps all else that it has. */
  anyOwner?: boolean;
  /** The id it has until now, where its definition does not say so. */
  formerly?: string;
  /** Only when it still has this revision (`If-Match`); else `stale`. */
  revision?: number;
}

/** How often an edit that lost a race reads again before it gives up. */
const TRIES = 5;

/** The next revision of it, otherwise as it is; or with another definition. */
export function edited(
  { schedule }: Pick<ScheduleRow, 'schedule'>,
  now: number,
  { by, term }: Pick<EditOptions, 'by' | 'term'>,
  definition = schedule.definition,
): StoredSchedule {
  const next = { ...schedule, definition, revision: schedule.revision + 1, updatedAt: now };
  return revised(schedule, next, by ?? term?.node ?? 'api');
}

/** A pause that has come to its end, said by nobody yet. */
export function pauseIsOver({ paused }: StoredSchedule, now: number): boolean {
  return paused?.until !== undefined && paused.until <= now;
}

/** From the end of its pause on it goes on, however late that is said; the word is whose pause it was. */
export async function endPause(
  store: EditStore,
  row: ScheduleRow,
  now: number,
  { term }: Pick<EditOptions, 'term'>,
): Promise<EditResult> {
  const { paused } = row.schedule;
  const from = paused?.until ?? now;
  const after = goesOn(edited(row, now, { by: paused?.by ?? 'api' }), from);
  return write(store, row, after, now, 'changed', term, { boundary: from - 1 });
}

/** Without its pause, from `at` on. */
export function goesOn({ paused: _over, ...schedule }: StoredSchedule, at: number): StoredSchedule {
  return schedule.definition.pauseAfter === undefined ? schedule : { ...schedule, resumedAt: at };
}

/** Reads, edits, and reads again where others were faster. A pause that is over ends first. */
export async function attempt(
  store: EditStore,
  id: string,
  now: number,
  options: EditOptions,
  edit: (row: ScheduleRow | null) => Promise<EditResult>,
): Promise<EditResult> {
  let row = options.row === undefined ? await store.schedule(id) : options.row;
  for (let tries = 1; ; tries += 1) {
    if (row?.moving) {
      await finishMove(store, row.moving, options.term);
      row = await store.schedule(id);
    }
    if (row && pauseIsOver(row.schedule, now)) {
      const { word } = await endPause(store, row, now, options);
      row = await store.schedule(id);
      if (word === 'fenced' || (word === 'stale' && tries === TRIES)) return { word, row };
      if (word === 'stale') continue;
    }
    if (options.revision !== undefined && row?.schedule.revision !== options.revision) {
      return { word: 'stale', row };
    }
    const result = await edit(row);
    if (result.word !== 'stale' || tries === TRIES) return result;
    row = await store.schedule(id);
  }
}

/** In a partition that may be new: it is opened, and a leader takes office in it, before the first write. */
export async function create(
  store: EditStore,
  schedule: StoredSchedule,
  now: number,
  term: Term | undefined,
): Promise<EditResult> {
  const { queue } = schedule.definition;
  await store.open(queue);
  if (term && (await store.takeOffice(queue, term)) === 'fenced') return { word: 'fenced', row: null };
  const edit = creation(schedule, now);
  const word = await store.edit(queue, edit, term);
  if (typeof word === 'object') throw new Error('a creation withdraws nothing');
  if (word !== 'ok') return { word, row: null };
  const ledger = edit.ledger ? { ledger: { version: 1, text: edit.ledger.text } } : {};
  return { word: 'created', row: { schedule, cursor: edit.cursor, runs: 0, ...ledger } };
}

export async function move(
  store: EditStore,
  row: ScheduleRow,
  next: StoredSchedule,
  now: number,
  term: Term | undefined,
): Promise<EditResult> {
  const word = await moveSchedule(store, row, next, now, term);
  if (word !== 'moved') return { word, row };
  const after = await store.schedule(next.definition.id);
  const { id } = row.schedule.definition;
  return id === next.definition.id
    ? { word: 'changed', row: after }
    : { word: 'created', row: after, renamed: id };
}

/** `boundary`: the last instant of what was, where that is not the edit's. */
export async function write(
  store: EditStore,
  before: ScheduleRow,
  after: StoredSchedule | null,
  now: number,
  done: EditWord,
  term: Term | undefined,
  how: { skips?: Skips; boundary?: number } = {},
): Promise<EditResult> {
  const { definition } = before.schedule;
  const rests = !after || !isLive(after);
  if (rests) await promoteOverdue(store, definition.queue);
  let { boundary = now } = how;
  for (;;) {
    const { runsLess, ...changed } = change(before, after, now, boundary, how.skips);
    const edit = { ...changed, ...whatOf(before.schedule, after) };
    const word = await store.edit(definition.queue, edit, term);
    if (typeof word === 'object') {
      // A clock was ahead: what has begun up to there belongs to the old definition.
      if (word.begun <= boundary) return { word: 'stale', row: before };
      boundary = word.begun;
      continue;
    }
    if (word !== 'ok') return { word, row: before };
    if (rests) await withdrawReady(store, readyOf(before.schedule, after && wordOf(after, before.runs)));
    if (!after) return { word: done, row: null };
    return { word: done, row: changedRow(before, after, edit, before.runs - runsLess) };
  }
}

/** What it comes to for those who listen, where it is more than a change. */
function whatOf(before: StoredSchedule, after: StoredSchedule | null): Pick<ScheduleEdit, 'what'> {
  if (!after || Boolean(before.paused) === Boolean(after.paused)) return {};
  return { what: after.paused ? 'paused' : 'resumed' };
}

/** `word`: written down for each; null for a schedule that is gone. */
export function readyOf(schedule: StoredSchedule, word: Word | null): Parameters<typeof withdrawReady>[1] {
  const { id, queue } = schedule.definition;
  return { id, queue, revision: schedule.revision, lanes: readyLanes(schedule), word: word ?? undefined };
}

/** As it now is. Fewer may have been withdrawn, when one was promoted meanwhile. */
function changedRow(
  before: ScheduleRow,
  schedule: StoredSchedule,
  { cursor, ledger }: ScheduleEdit,
  runs: number,
): ScheduleRow {
  const stored = ledger ? { version: ledger.before + 1, text: ledger.text } : before.ledger;
  return { schedule, cursor, runs, ...(stored ? { ledger: stored } : {}) };
}
