/** Gives a task that waits for time another one, and answers it as it then stands; its id stays. */

import { LONGEST_DELAY, LONGEST_DELAY_TEXT } from '../domain/input/durations.js';
import { StateConflict } from '../domain/input/errors.js';
import { refuse } from '../domain/input/read-fields.js';
import type { Values } from '../domain/input/readers.js';
import type { RESCHEDULE } from '../domain/task/deed-fields.js';
import { timeOf } from '../store/contract/clock.js';
import type { Store, TaskFacts } from '../store/contract/index.js';
import { findTask, noTask } from './find.js';

const ONLY = 'only one that waits for its time or for a retry can be rescheduled';

/** Throws `not_found`, or `conflict` with the state that stands in the way. */
export async function rescheduleTask(
  store: Pick<Store, 'find' | 'reschedule' | 'clock' | 'time'>,
  id: string,
  wish: Values<typeof RESCHEDULE>,
): Promise<TaskFacts> {
  // Refused before anybody looks for the task.
  const wanted = wishOf(wish);
  const { queue, state, attempt, waitingFor } = await findTask(store, id);
  if ((state !== 'scheduled' && state !== 'retrying') || waitingFor) {
    const what = waitingFor ? 'waits for other tasks' : `is ${state}`;
    throw new StateConflict(`The task ${what}; ${ONLY}.`, state);
  }
  const now = await timeOf(store, queue);
  const [word = 'unknown'] = await store.reschedule(queue, [{ id, attempt, due: dueOf(wanted, now) }]);
  if (word === 'ok') return findTask(store, id);
  if (word === 'unknown') throw noTask();
  if (word === 'waiting')
    throw new StateConflict(`The task waits for something else than its time; ${ONLY}.`, state);
  throw new StateConflict(`The task is ${word}; ${ONLY}.`, word);
}

type Wish = { delay: number } | { runAt: number };

function wishOf({ delay, runAt }: Values<typeof RESCHEDULE>): Wish {
  if (delay !== undefined && runAt !== undefined)
    return refuse('invalid_input', [{ path: ['runAt'], detail: 'give either delay or runAt, not both' }]);
  if (delay !== undefined) return { delay };
  if (runAt !== undefined) return { runAt };
  return refuse('invalid_input', [{ path: ['delay'], detail: 'give delay or runAt' }]);
}

/** ms of Redis time; never in the past. */
export function dueOf(wish: Wish, now: number): number {
  if ('delay' in wish) return now + wish.delay;
  if (wish.runAt <= now + LONGEST_DELAY) return Math.max(now, wish.runAt);
  return refuse('invalid_input', [
    { path: ['runAt'], detail: `must be at most ${LONGEST_DELAY_TEXT} ahead` },
  ]);
}
