/** A run by hand: of the schedule as it stands, beside its instants, with a payload and an overlap of its own. */

import { CarillonError, queueFull } from '../domain/input/errors.js';
import { triggerId } from '../domain/schedule/run-id.js';
import type { Overlap } from '../domain/schedule/schedule.js';
import type { TaskDraft } from '../domain/task/task-input.js';
import { randomText } from '../runtime/random.js';
import { timeOf } from '../store/contract/clock.js';
import type { ReadStore, ScheduleRow, Store, TaskFacts } from '../store/contract/index.js';
import { draftTemplate } from './draft.js';
import { refuseFinished } from './end.js';
import { finishMove, type MoveStore } from './move.js';
import { foundSchedule } from './settled.js';

/** 8 characters of base 62 are 47 bits: no two triggers of one schedule in one millisecond share them. */
const NONCE = 8;
/** How often it is tried on a schedule that others keep editing. */
const TRIES = 5;

export interface TriggerWish {
  /** JSON text instead of the schedule's. */
  payload?: string;
  overlap?: Overlap;
}

export type TriggerStore = MoveStore & Pick<Store, 'trigger' | 'clock' | 'time'> & Pick<ReadStore, 'find'>;

/**
 * The task, as it then stands. Cursor and next runs stay as they are; one that is paused or disabled runs by hand too.
 * Throws `not_found`, and `conflict` for a schedule that has finished, or whose overlap is `skip` while a run of it is in
 * progress, and `queue_full`.
 */
export async function triggerSchedule(
  store: TriggerStore,
  id: string,
  wish: TriggerWish,
): Promise<TaskFacts> {
  const nonce = randomText(NONCE);
  for (let tries = 1; ; tries += 1) {
    const row = await foundSchedule(store, id);
    if (row.moving) {
      await finishMove(store, row.moving, undefined);
      continue;
    }
    const now = await timeOf(store, row.queue);
    refuseFinished(row, now, 'put it back into force first (a later endAt, a higher maxRuns)');
    const { definition, revision } = row.schedule;
    const draft = draftOf(row, wish, nonce, now);
    const alone = (wish.overlap ?? definition.overlap) === 'skip';
    const word = await store.trigger(row.queue, { schedule: id, revision, draft, alone });
    if (word === 'ok') return made(store, draft);
    if (word === 'full') throw queueFull(row.queue);
    if (typeof word === 'object') throw behind(id, word.behind);
    if (tries === TRIES)
      throw new CarillonError('unavailable', 'Others keep editing the schedule; try again.');
  }
}

function draftOf(row: ScheduleRow, { payload, overlap }: TriggerWish, nonce: string, now: number): TaskDraft {
  const { definition } = row.schedule;
  const draft = draftTemplate(definition).draft({ nominal: now, due: now }, now);
  return {
    ...draft,
    id: triggerId(definition.id, now, nonce, overlap),
    ...(payload === undefined ? {} : { payload }),
  };
}

async function made(store: TriggerStore, draft: TaskDraft): Promise<TaskFacts> {
  const facts = await store.find(draft.id);
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
