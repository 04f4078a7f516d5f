/** A run by hand: of the schedule as it stands, beside its instants, with a payload and an overlap of its own. */

import { CarillonError, queueFull } from '../domain/input/errors.js';
import { triggerId } from '../domain/schedule/run-id.js';
import type { Overlap } from '../domain/schedule/schedule.js';
import type { TaskDraft } from '../domain/task/task-input.js';
import { randomText } from '../runtime/random.js';
import { timeOf } from '../store/contract/clock.js';
import type { ReadStore, ScheduleRow, Store, TaskFacts } from '../store/contract/index.js';
import { madeFacts, rememberedOf } from '../store/contract/once.js';
import { sending } from '../telemetry/sending.js';
import { draftTemplate } from './draft.js';
import { refuseFinished } from './end.js';
import { finishMove, type MoveStore } from './move.js';
import { foundSchedule } from './settled.js';

/** 8 characters of base 62 are 47 bits: no two triggers of one schedule in one millisecond share them. */
const NONCE = 8;
/** How often it is tried on a schedule that others keep editing. */
const TRIES = 5;
/** A run that was made at most this long ago has not been pruned: asked for again, it is found (ms). */
const SURELY_THERE = 110_000;

export interface TriggerWish {
  /** JSON text instead of the schedule's. */
  payload?: string;
  overlap?: Overlap;
  /** Within 24 h a call with the same key makes no other run. */
  idempotencyKey?: string;
  /** The trace that the call belongs to. */
  trace?: string | undefined;
}

export type TriggerStore = MoveStore &
  Pick<Store, 'trigger' | 'clock' | 'time' | 'remember' | 'observed'> &
  Pick<ReadStore, 'find'>;

/**
 * The task, as it then stands. Cursor and next runs stay as they are; one that is paused or disabled runs by hand too.
 * Throws `not_found`, and `conflict` for a schedule that has finished, or whose overlap is `skip` while a run of it is in
 * progress, and `queue_full`.
 */
export async function triggerSchedule(
  store: TriggerStore,
  id: string,
  wish: TriggerWish,
  caller = '',
): Promise<TaskFacts> {
  const { nonce, at } = await firstCall(store, id, wish, caller);
  for (let tries = 1; ; tries += 1) {
    const row = await foundSchedule(store, id);
    if (row.moving) {
      await finishMove(store, row.moving, undefined);
      continue;
    }
    const present = await timeOf(store, row.queue);
    const now = at ?? present;
    if (present - now > SURELY_THERE) {
      const before = draftOf(row, wish, nonce, now);
      return (await store.find(before.id)) ?? madeFacts(row.queue, before, before);
    }
    refuseFinished(row, now, 'put it back into force first (a later endAt, a higher maxRuns)');
    const { definition, revision } = row.schedule;
    const alone = (wish.overlap ?? definition.overlap) === 'skip';
    const told = { queue: row.queue, handler: definition.handler, trace: wish.trace };
    const run = await sending(told, async (trace) => {
      const draft = draftOf(row, { ...wish, trace }, nonce, now);
      const word = await store.trigger(row.queue, { schedule: id, revision, draft, alone });
      return { id: draft.id, word };
    });
    const { word } = run;
    if (word === 'ok') {
      store.observed.occurrencesDecided(row.queue, id, 'triggered', 1, definition.handler);
      return made(store, run.id);
    }
    if (word === 'full') throw queueFull(row.queue);
    if (typeof word === 'object') throw behind(id, word.behind);
    if (tries === TRIES)
      throw new CarillonError('unavailable', 'Others keep editing the schedule; try again.');
  }
}

/** What the run of this call is named after: of one that comes again what the first one had. */
async function firstCall(
  store: TriggerStore,
  schedule: string,
  { idempotencyKey, trace: _, ...asked }: TriggerWish,
  caller: string,
): Promise<{ nonce: string; at?: number }> {
  const nonce = randomText(NONCE);
  if (idempotencyKey === undefined) return { nonce };
  const key = `${caller} trigger ${schedule} ${idempotencyKey}`;
  const stands = await rememberedOf(store, key, asked, `${nonce} ${await timeOf(store)}`);
  const [first = nonce, at] = stands.split(' ');
  return { nonce: first, at: Number(at) };
}

function draftOf(
  row: ScheduleRow,
  { payload, overlap, trace }: TriggerWish,
  nonce: string,
  now: number,
): TaskDraft {
  const { definition } = row.schedule;
  const draft = draftTemplate(definition).draft({ nominal: now, due: now }, now);
  return {
    ...draft,
    id: triggerId(definition.id, now, nonce, overlap),
    ...(payload === undefined ? {} : { payload }),
    ...(trace === undefined ? {} : { options: { ...draft.options, trace } }),
  };
}

async function made(store: TriggerStore, id: string): Promise<TaskFacts> {
  const facts = await store.find(id);
  if (!facts) throw new CarillonError('unavailable', 'The run was made, and its data was lost since.');
  return facts;
}

/** `run`: its id, or what marks those in the queue that the schedule moved from. */
function behind(id: string, run: string): CarillonError {
  const advice = 'wait for it, or give an overlap of its own (allow, wait or replace)';
  const which = run.startsWith('>')
    ? `A run of ${id} in the queue it moved from, ${run.split(' ')[2]},`
    : `The run ${run} of ${id}`;
  return new CarillonError('conflict', `${which} is in progress, and overlap is skip: ${advice}.`);
}
