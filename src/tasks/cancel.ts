/** Cancels one task, or asks its worker to stop it, and answers it as it then stands. */

import { StateConflict } from '../domain/input/errors.js';
import { about, text } from '../domain/input/readers.js';
import type { Store, TaskFacts } from '../store/contract/index.js';
import { findTask, noTask } from './find.js';

export const CANCEL = { reason: about(text(256), 'why, kept with the task') };

/** Throws `not_found`, or `conflict` with the state that stands in the way. */
export async function cancelTask(
  store: Pick<Store, 'find' | 'cancel'>,
  id: string,
  reason?: string,
): Promise<TaskFacts> {
  const { queue } = await findTask(store, id);
  const word = await store.cancel(queue, id, reason);
  if (word === 'unknown') throw noTask();
  if (word === 'cancelled' || word === 'already' || word === 'requested') return findTask(store, id);
  throw new StateConflict(`The task is ${word}; only one that waits or runs can be cancelled.`, word);
}
