/** Puts one dead task back, with the payload it has or another one, and answers it as it then stands. */

import { StateConflict } from '../domain/input/errors.js';
import type { Store, TaskFacts } from '../store/contract/index.js';
import { findTask, noTask } from './find.js';

const ONLY = 'only a dead one can be redriven';

/** Throws `not_found`, or `conflict` with the state that stands in the way. `payload`: JSON text. */
export async function redriveTask(
  store: Pick<Store, 'find' | 'redrive'>,
  id: string,
  payload?: string,
): Promise<TaskFacts> {
  const { queue, state, attempt } = await findTask(store, id);
  if (state !== 'dead') throw new StateConflict(`The task is ${state}; ${ONLY}.`, state);
  const [word = 'unknown'] = await store.redrive(queue, [
    { id, attempt, ...(payload === undefined ? {} : { payload }) },
  ]);
  if (word === 'ok') return findTask(store, id);
  if (word === 'unknown') throw noTask();
  if (typeof word === 'string') throw new StateConflict(`Others changed the task; ${ONLY}.`, word);
  const { taken } = word;
  throw new StateConflict(
    `Its unique key is that of ${taken} by now: redrive it when that one has ended.`,
    'dead',
  );
}
