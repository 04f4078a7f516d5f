/** Edits of schedules over the store contract: put, remove, pause, resume, skip next. */

import { canonical } from '../domain/input/canonical.js';
import { CarillonError } from '../domain/input/errors.js';
import type {
  Pause,
  ScheduleDefinition,
  ScheduleSource,
  StoredSchedule,
} from '../domain/schedule/schedule.js';
import { skipsAhead } from '../domain/schedule/skips.js';
import type { ScheduleRow, Term } from '../store/contract/index.js';
import {
  attempt,
  create,
  type EditOptions,
  type EditResult,
  type EditStore,
  edited,
  endPause,
  goesOn,
  move,
  pauseIsOver,
  readyOf,
  write,
} from './edit-write.js';
import { refuseFinished } from './end.js';
import { ledgerOf } from './ledger-of.js';
import { finishMove } from './move.js';
import { MOST_AHEAD } from './planned-ahead.js';
import { formerLanes, withdrawReady } from './withdraw.js';

export type { EditOptions, EditResult, EditStore, EditWord } from './edit-write.js';
export { pauseIsOver } from './edit-write.js';

/** Creates or replaces a schedule. One that belongs to another set, or to the API, is left alone unless said otherwise. */
export function putSchedule(
  store: EditStore,
  definition: ScheduleDefinition,
  source: ScheduleSource,
  now: number,
  options: EditOptions = {},
): Promise<EditResult> {
  return attempt(store, definition.id, now, options, async (row) => {
    const step = putting(row, definition, source, now, options);
    if ('word' in step) return step;
    if (!step.row) {
      const taken = await takeOver(store, definition, source, now, options);
      return taken ?? create(store, step.after, now, options.term);
    }
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
  options: Pick<EditOptions, 'by' | 'term' | 'anyOwner'>,
): EditResult | { row: ScheduleRow | null; after: StoredSchedule } {
  if (!row) {
    // Begun at the time, so that one removed and made anew never meets a plan for the old one.
    const by = options.by === undefined ? {} : { by: options.by };
    return { row, after: { definition, revision: now, source, createdAt: now, updatedAt: now, ...by } };
  }
  const { schedule } = row;
  const own = sameOwner(schedule.source, source);
  if (!own && !options.anyOwner) return { word: 'conflict', row };
  if (own && canonical(schedule.definition) === canonical(definition)) return { word: 'unchanged', row };
  const lanes = formerLanes(schedule, definition);
  const { lanes: _, ...kept } = edited(row, now, options, definition);
  return { row, after: { ...kept, source, ...(lanes.length > 0 ? { lanes } : {}) } };
}

/** One that is called otherwise goes on under its new id; null: there is none that it was. */
async function takeOver(
  store: EditStore,
  definition: ScheduleDefinition,
  source: ScheduleSource,
  now: number,
  options: EditOptions,
): Promise<EditResult | null> {
  const { formerly = definition.formerly } = options;
  const row = formerly === undefined ? null : await store.schedule(formerly);
  if (!row) return null;
  // It is read again when that is done.
  if (row.moving) {
    const word = await finishMove(store, row.moving, options.term);
    return { word: word === 'fenced' ? word : 'stale', row: null };
  }
  if (!sameOwner(row.schedule.source, source)) return { word: 'conflict', row };
  if (pauseIsOver(row.schedule, now)) {
    const { word } = await endPause(store, row, now, options);
    return { word: word === 'fenced' ? word : 'stale', row: null };
  }
  // Its ready runs stay what they are, under the id they have.
  const { lanes: _, ...kept } = edited(row, now, options, definition);
  return move(store, row, { ...kept, source }, now, options.term);
}

/** `owner`: remove it only when it belongs to this source. */
export function removeSchedule(
  store: EditStore,
  id: string,
  now: number,
  options: EditOptions & { owner?: Pick<ScheduleSource, 'kind' | 'set'> } = {},
): Promise<EditResult> {
  return attempt(store, id, now, options, async (row) => {
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

export type PauseWish = Pick<Pause, 'until' | 'reason'>;

/**
 * Planned runs that have not begun are withdrawn; the pause outlives restarts and file changes. `until`: it goes on
 * from then on (ms). One that is paused already has its end as said now, and keeps its reason unless another is given.
 */
export function pauseSchedule(
  store: EditStore,
  id: string,
  wish: PauseWish,
  now: number,
  options: EditOptions = {},
): Promise<EditResult> {
  return attempt(store, id, now, options, async (row) => {
    if (!row) return { word: 'unknown', row };
    const { paused: before } = row.schedule;
    const { until, reason = before?.reason } = wish;
    if (before && before.until === until && before.reason === reason) {
      // The process that paused it may have died before the last ready run was taken back.
      await withdrawReady(store, readyOf(row.schedule, 'paused'));
      return { word: 'unchanged', row };
    }
    const paused: Pause = {
      at: before?.at ?? now,
      ...(until === undefined ? {} : { until }),
      ...(reason === undefined ? {} : { reason }),
      by: options.by ?? options.term?.node ?? 'api',
    };
    return write(store, row, { ...edited(row, now, options), paused }, now, 'changed', options.term);
  });
}

/** Goes on with the first instant after now; what passed during the pause stays unfired. It passes over nothing more. */
export function resumeSchedule(
  store: EditStore,
  id: string,
  now: number,
  options: EditOptions = {},
): Promise<EditResult> {
  return attempt(store, id, now, options, async (row) => {
    if (!row) return { word: 'unknown', row };
    if (!row.schedule.paused && skipsOf(row, now) === 0) return { word: 'unchanged', row };
    const schedule = goesOn(edited(row, now, options), now);
    return write(store, row, schedule, now, 'changed', options.term, { skips: { wanted: () => 0 } });
  });
}

/** The leader's: one whose pause has come to its end goes on. `unchanged`: it does so now, or did already. */
export function resumeInTime(store: EditStore, id: string, now: number, term: Term): Promise<EditResult> {
  return attempt(store, id, now, { term }, async (row) => ({ word: row ? 'unchanged' : 'unknown', row }));
}

/** The next `count` instants do not fire, besides those that were to be passed over already. */
export function skipNext(
  store: EditStore,
  id: string,
  count: number,
  now: number,
  { reason, ...options }: EditOptions & { reason?: string } = {},
): Promise<EditResult> {
  return attempt(store, id, now, options, async (row) => {
    if (!row) return { word: 'unknown', row };
    const { definition, paused } = row.schedule;
    if (paused) throw refusal(`The schedule ${id} is paused: it fires nothing that could be skipped.`);
    if (definition.enabled === false)
      throw refusal(`The schedule ${id} is disabled: it fires nothing that could be skipped.`);
    refuseFinished(row, now, 'it has no run to skip');
    const ahead = skipsOf(row, now);
    if (ahead + count > MOST_AHEAD) {
      const most = `at most ${MOST_AHEAD} instants can be skipped ahead`;
      throw refusal(
        `The schedule ${id} is to skip ${ahead} instants already, and ${most}: pause it instead.`,
      );
    }
    const how = { skips: { wanted: (before: number) => before + count, reason } };
    return write(store, row, edited(row, now, options), now, 'changed', options.term, how);
  });
}

function skipsOf(row: ScheduleRow, now: number): number {
  return skipsAhead(ledgerOf(row), row.schedule.definition, now).length;
}

function refusal(detail: string): CarillonError {
  return new CarillonError('conflict', detail);
}
