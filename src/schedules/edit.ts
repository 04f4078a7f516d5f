/** Edits of schedules over the store contract: put, pause, resume, remove, each by compare-and-set with a few tries. */

import { canonical } from '../domain/input/canonical.js';
import { type Word, wordOf } from '../domain/schedule/ledger.js';
import type { ScheduleDefinition, ScheduleSource, StoredSchedule } from '../domain/schedule/schedule.js';
import type { ScheduleEdit, ScheduleRow, Term } from '../store/contract/index.js';
import { change, creation } from './boundary.js';
import { finishMove, type MoveStore, moveSchedule } from './move.js';
import { isLive } from './planned-ahead.js';
import { revised } from './revisions.js';
import { formerLanes, promoteOverdue, readyLanes, withdrawReady } from './withdraw.js';

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
}

export interface EditOptions {
  /** The leader's edits carry its term, those of an API call none. */
  term?: Term;
  /** Who edits it; the leader by its name unless said otherwise. */
  by?: string;
  /** What the caller read already; read again when it turns out to be stale. */
  row?: ScheduleRow | null;
  /** Only when it still has this revision (`If-Match`); else `stale`. */
  revision?: number;
}

/** How often an edit that lost a race reads again before it gives up. */
const TRIES = 5;

/** Creates or replaces a schedule. One that belongs to another set, or to the API, is left alone. */
export function putSchedule(
  store: EditStore,
  definition: ScheduleDefinition,
  source: ScheduleSource,
  now: number,
  options: EditOptions = {},
): Promise<EditResult> {
  return attempt(store, definition.id, options, async (row) => {
    const step = putting(row, definition, source, now, options);
    if ('word' in step) return step;
    if (!step.row) return create(store, step.after, now, options.term);
    if (step.row.schedule.definition.queue === definition.queue) {
      return write(store, step.row, step.after, now, 'changed', options.term);
    }
    return move(store, step.row, step.after, now, options.term);
  });
}

/** What a put comes to: nothing, and why; or what is to be stored in place of what was read. */
export function putting(
  row: ScheduleRow | null,
  definition: ScheduleDefinition,
  source: ScheduleSource,
  now: number,
  options: Pick<EditOptions, 'by' | 'term'>,
): EditResult | { row: ScheduleRow | null; after: StoredSchedule } {
  if (!row) {
    // Begun at the time, so that one removed and made anew never meets a plan for the old one.
    const by = options.by === undefined ? {} : { by: options.by };
    return { row, after: { definition, revision: now, source, createdAt: now, updatedAt: now, ...by } };
  }
  const { schedule } = row;
  if (!sameOwner(schedule.source, source)) return { word: 'conflict', row };
  if (canonical(schedule.definition) === canonical(definition)) return { word: 'unchanged', row };
  const lanes = formerLanes(schedule, definition);
  const { lanes: _, ...kept } = edited(row, now, options);
  return { row, after: { ...kept, definition, source, ...(lanes.length > 0 ? { lanes } : {}) } };
}

/** Planned runs that have not begun are withdrawn; the pause outlives restarts and file changes. */
export function pauseSchedule(
  store: EditStore,
  id: string,
  { reason }: { reason?: string },
  now: number,
  options: EditOptions = {},
): Promise<EditResult> {
  return attempt(store, id, options, async (row) => {
    if (!row) return { word: 'unknown', row };
    if (row.schedule.paused) {
      // The process that paused it may have died before the last ready run was taken back.
      await withdrawReady(store, readyOf(row.schedule, 'paused'));
      return { word: 'unchanged', row };
    }
    const paused = reason === undefined ? { at: now } : { at: now, reason };
    return write(store, row, { ...edited(row, now, options), paused }, now, 'changed', options.term);
  });
}

/** Goes on with the first instant after now; what passed during the pause stays unfired. */
export function resumeSchedule(
  store: EditStore,
  id: string,
  now: number,
  options: EditOptions = {},
): Promise<EditResult> {
  return attempt(store, id, options, async (row) => {
    if (!row?.schedule.paused) return { word: row ? 'unchanged' : 'unknown', row };
    const { paused: _over, ...schedule } = edited(row, now, options);
    return write(store, row, schedule, now, 'changed', options.term);
  });
}

/** `owner`: remove it only when it belongs to this source. */
export function removeSchedule(
  store: EditStore,
  id: string,
  now: number,
  options: EditOptions & { owner?: Pick<ScheduleSource, 'kind' | 'set'> } = {},
): Promise<EditResult> {
  return attempt(store, id, options, async (row) => {
    if (!row) return { word: 'unknown', row };
    if (options.owner && !sameOwner(row.schedule.source, options.owner)) return { word: 'conflict', row };
    return write(store, row, null, now, 'removed', options.term);
  });
}

function sameOwner(
  a: Pick<ScheduleSource, 'kind' | 'set'>,
  b: Pick<ScheduleSource, 'kind' | 'set'>,
): boolean {
  return a.kind === b.kind && (a.kind === 'api' || a.set === b.set);
}

function edited({ schedule }: ScheduleRow, now: number, { by, term }: EditOptions): StoredSchedule {
  const next = { ...schedule, revision: schedule.revision + 1, updatedAt: now };
  return revised(schedule, next, by ?? term?.node ?? 'api');
}

async function attempt(
  store: EditStore,
  id: string,
  options: EditOptions,
  edit: (row: ScheduleRow | null) => Promise<EditResult>,
): Promise<EditResult> {
  let row = options.row === undefined ? await store.schedule(id) : options.row;
  for (let tries = 1; ; tries += 1) {
    if (row?.moving) {
      await finishMove(store, row.moving, options.term);
      row = await store.schedule(id);
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
async function create(
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

async function move(
  store: EditStore,
  row: ScheduleRow,
  next: StoredSchedule,
  now: number,
  term: Term | undefined,
): Promise<EditResult> {
  const word = await moveSchedule(store, row, next, now, term);
  if (word !== 'moved') return { word, row };
  return { word: 'changed', row: await store.schedule(next.definition.id) };
}

async function write(
  store: EditStore,
  before: ScheduleRow,
  after: StoredSchedule | null,
  now: number,
  done: EditWord,
  term: Term | undefined,
): Promise<EditResult> {
  const { definition } = before.schedule;
  const rests = !after || !isLive(after);
  if (rests) await promoteOverdue(store, definition.queue);
  let boundary = now;
  for (;;) {
    const { runsLess, ...edit } = change(before, after, now, boundary);
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

/** `word`: written down for each; null for a schedule that is gone. */
function readyOf(schedule: StoredSchedule, word: Word | null): Parameters<typeof withdrawReady>[1] {
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
