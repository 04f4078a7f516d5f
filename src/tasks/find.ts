/** Finds one task, or says that there is none. */

import { CarillonError } from '../domain/input/errors.js';
import { isTaskId } from '../domain/input/names.js';
import type { ReadStore, TaskFacts } from '../store/contract/index.js';

/** Throws `not_found`; what can be no task's id is not asked for. */
export async function findTask(store: Pick<ReadStore, 'find'>, id: string): Promise<TaskFacts> {
  const facts = isTaskId(id) ? await store.find(id) : null;
  if (facts) return facts;
  throw noTask();
}

export function noTask(): CarillonError {
  return new CarillonError('not_found', 'There is no task with this id.');
}
