/** The list of tasks that somebody asks for: over all queues and states, or over those named. */

import type { TaskQuery } from '../domain/task/list-fields.js';
import { TASK_STATES } from '../domain/task/task.js';
import type { ReadStore, RegistryStore } from '../store/contract/index.js';
import { fitting } from './filter.js';
import { listTasks, type TaskPage } from './list.js';

const USUAL_LIMIT = 50;

export async function queryTasks(
  store: Pick<ReadStore, 'list'> & Pick<RegistryStore, 'queues'>,
  { state, queue, handler, schedule, limit = USUAL_LIMIT, cursor, ...filter }: TaskQuery,
): Promise<TaskPage> {
  const fits = fitting(filter);
  const known = await store.queues();
  return listTasks(store, {
    queues: queue === undefined ? known.toSorted() : known.filter((one) => one === queue),
    states: TASK_STATES.filter((one) => state === undefined || state.includes(one)),
    limit,
    ...(handler === undefined ? {} : { handler }),
    ...(schedule === undefined ? {} : { schedule }),
    ...(cursor === undefined ? {} : { cursor }),
    ...(fits ? { fits } : {}),
  });
}
