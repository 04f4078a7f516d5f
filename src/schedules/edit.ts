/** Edits of schedules over the store contract: put, pause, resume, remove, each by compare-and-set with a few tries. */

import { canonical } from '../domain/input/canonical.js';
import { isInvalid } from '../domain/input/errors.js';
import { missedBetween } from '../domain/schedule/catch-up.js';
import { firstAfter, runsLeft } from '../domain/schedule/expand.js';
import type { ScheduleDefinition, ScheduleSource, StoredSchedule } from '../domain/schedule/schedule.js';
import type {
  LeaderStore,
  RoadStore,
  ScheduleEdit,
  ScheduleRow,
  ScheduleStore,
  Term,
} from '../store/contract/index.js';
import { isLive, plannedAhead } from './planned-ahead.js';

export type EditStore = ScheduleStore & Pick<RoadStore, 'open'> & Pick<LeaderStore, 'takeOffice'>;

/**
 * `unchanged`: it already is as asked. `conflict`: it belongs to somebody else. `behind`: instants of the old
 * definition have passed unplanned; the planner must settle them first. `stale`: others kept editing it.
 */
export type EditWord =
  | 'created'
  | 'changed'
  | 'removed'
  | 'unchanged'
  | 'unknown'
  | 'conflict'
  | 'behind'
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
  /** What the caller read already; read again when it turns out to be stale. */
  row?: ScheduleRow | null;
  /** Only when it still has this revision (`If-Match`); else `stale`. */
  revision?: number;
}

/** How often an edit that lost a race reads again before it gives up. */
const TRIES = 5;

/** Instants that passed unplanned: counted so many at a time, and so many times at most. */
const MISSED_AT_A_TIME = 10_000;
const MOST_TIMES = 50;

/** Creates or replaces a schedule. One that belongs to another set, or to the API, is left alone. */
export function putSchedule(
  store: EditStore,
  definition: ScheduleDefinition,
  source: ScheduleSource,
  now: number,
  options: EditOptions = {},
): Promise<EditResult> {
  return attempt(store, definition.id, options, async (row) => {
    if (!row) {
      // Begun at the time, so that one removed and made anew never meets a plan for the old one.
      const schedule = { definition, revision: now, source, createdAt: now, updatedAt: now };
      return create(store, schedule, now, 'created', options.term);
    }
    const { schedule } = row;
    if (!sameOwner(schedule.source, source)) return { word: 'conflict', row };
    if (canonical(schedule.definition) === canonical(definition)) return { word: 'unchanged', row };
    if (isBehind(row, now)) return { word: 'behind', row };
    const next = { ...schedule, definition, source, revision: schedule.revision + 1, updatedAt: now };
    if (schedule.definition.queue === definition.queue) {
      return write(store, row, next, now, 'changed', options.term);
    }
    return move(store, row, next, now, options.term);
  });
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
    if (!row || row.schedule.paused) return { word: row ? 'unchanged' : 'unknown', row };
    const paused = reason === undefined ? { at: now } : { at: now, reason };
    return write(store, row, { ...edited(row, now), paused }, now, 'changed', options.term);
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
    const { paused: _over, ...schedule } = edited(row, now);
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

/** A schedule that cannot be planned never catches up: only an edit cures it, so it does not count as behind. */
function isBehind({ schedule, cursor, runs }: ScheduleRow, now: number): boolean {
  if (!isLive(schedule) || cursor === null || cursor > now) return false;
  return runsLeft(schedule.definition, runs) > 0 && canBePlanned(schedule.definition, now);
}

/** Not so when an earlier release stored a spec that this one refuses. */
function canBePlanned(definition: ScheduleDefinition, now: number): boolean {
  try {
    firstAfter(definition, now);
    return true;
  } catch (error) {
    if (isInvalid(error)) return false;
    throw error;
  }
}

function edited({ schedule }: ScheduleRow, now: number): StoredSchedule {
  return { ...schedule, revision: schedule.revision + 1, updatedAt: now };
}

async function attempt(
  store: EditStore,
  id: string,
  options: EditOptions,
  edit: (row: ScheduleRow | null) => Promise<EditResult>,
): Promise<EditResult> {
  let row = options.row === undefined ? await store.schedule(id) : options.row;
  for (let tries = 1; ; tries += 1) {
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
  done: EditWord,
  term: Term | undefined,
  runs?: number,
): Promise<EditResult> {
  const { queue } = schedule.definition;
  await store.open(queue);
  if (term && (await store.takeOffice(queue, term)) === 'fenced') return { word: 'fenced', row: null };
  return write(store, null, schedule, now, done, term, runs === undefined ? {} : { runs });
}

/** It ends in the old partition first, so that at no time two partitions plan it, and takes its runs along. */
async function move(
  store: EditStore,
  row: ScheduleRow,
  next: StoredSchedule,
  now: number,
  term: Term | undefined,
): Promise<EditResult> {
  const ahead = await withdrawable(store, row, now);
  const left = await write(store, row, null, now, 'removed', term, { to: next.definition.queue });
  if (left.word !== 'removed') return left;
  // What was promoted in the meantime was not withdrawn.
  const fates = await store.fates(next.definition.id, ahead, ahead[0] ?? 0, ahead.at(-1) ?? 0);
  const stayed = new Set(fates.flatMap((one) => (one.fate === 'planned' ? [one.nominal] : [])));
  return create(store, next, now, 'changed', term, row.runs - ahead.length + stayed.size);
}

async function write(
  store: EditStore,
  before: ScheduleRow | null,
  after: StoredSchedule | null,
  now: number,
  done: EditWord,
  term: Term | undefined,
  move: Pick<ScheduleEdit, 'to' | 'runs'> = {},
): Promise<EditResult> {
  const definition = before?.schedule.definition ?? after?.definition;
  if (!definition) throw new Error('an edit from nothing to nothing');
  const nominals = before ? await withdrawable(store, before, now) : [];
  // Less than this many are withdrawn when one is promoted meanwhile; then the planner finds that none is left.
  const runs = (before?.runs ?? move.runs ?? 0) - nominals.length;
  const goesOn = after && isLive(after) && runsLeft(after.definition, runs) > 0;
  const cursor = goesOn ? firstAfter(after.definition, now) : null;
  const missed = before ? unplannedUntil(before, now) : [];
  if (missed === 'too many') return { word: 'behind', row: before };
  const edit: ScheduleEdit = {
    id: definition.id,
    expect: before && { revision: before.schedule.revision, cursor: before.cursor },
    schedule: after,
    cursor,
    withdraw: nominals.length > 0 ? { nominals, planned: definition } : null,
    ...(missed.length > 0 ? { missed } : {}),
    ...move,
  };
  const word = await store.apply(definition.queue, edit, term);
  if (word !== 'ok') return { word, row: before };
  return { word: done, row: after && { schedule: after, cursor, runs } };
}

/** What is planned after the edit instant. */
async function withdrawable(store: EditStore, row: ScheduleRow, now: number): Promise<number[]> {
  try {
    return await plannedAhead(store, row, now);
  } catch (error) {
    // A stored spec that this release refuses can still be edited away.
    if (isInvalid(error)) return [];
    throw error;
  }
}

/** What a late planner has not come to, and after this edit never will, as one range. */
function unplannedUntil(row: ScheduleRow, now: number): NonNullable<ScheduleEdit['missed']> | 'too many' {
  if (!isBehind(row, now) || row.cursor === null) return [];
  const { definition } = row.schedule;
  let all: NonNullable<ScheduleEdit['missed']> = [];
  let from = row.cursor;
  for (let times = 0; times < MOST_TIMES; times += 1) {
    const [part] = missedBetween(definition, from, now, MISSED_AT_A_TIME);
    if (!part) return all;
    const [before] = all;
    all = [before ? { from: before.from, to: part.to, count: before.count + part.count } : part];
    from = part.to + 1;
  }
  return 'too many';
}
