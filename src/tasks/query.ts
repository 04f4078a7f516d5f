/** The list of tasks that somebody asks for: over all queues and states, or over those named. */

import type { TaskQuery } from '../domain/task/list-fields.js';
import { TASK_STATES } from '../domain/task/task.js';
import type { RegistryStore } from '../store/contract/index.js';
import { fitting, type Searched } from './filter.js';
import { type ListRequest, type ListStore, listTasks, type TaskPage } from './list.js';
import { type NamedStore, type OfSchedule, ofSchedule } from './of-schedule.js';

const USUAL_LIMIT = 50;

export async function queryTasks(
  store: ListStore & Pick<RegistryStore, 'queues'> & NamedStore,
  { state, queue, handler, schedule, limit = USUAL_LIMIT, cursor, ...filter }: TaskQuery,
  searched: Searched = 'everything',
): Promise<TaskPage> {
  const fits = fitting(filter, searched);
  const [known, runs] = await Promise.all([
    store.queues(),
    schedule === undefined ? undefined : ofSchedule(store, schedule),
  ]);
  return listTasks(store, {
    queues: queue === undefined ? known.toSorted() : known.filter((one) => one === queue),
    states: TASK_STATES.filter((one) => state === undefined || state.includes(one)),
    limit,
    ...(handler === undefined ? {} : { handler }),
    ...(runs ? { schedules: runs.schedules } : {}),
    ...textOf(filter.q),
    ...(cursor === undefined ? {} : { cursor }),
    ...fittingRuns(fits, runs),
  });
}

/** What stands in a record as it is: then the store leaves out what cannot hold it, and one task in thousands is found soon. */
const PLAIN = /^[ !#-[\]-~]+$/;

function textOf(q: string | undefined): Pick<ListRequest, 'text'> {
  return q !== undefined && PLAIN.test(q) ? { text: q.toLowerCase() } : {};
}

/** Where a schedule has had one id only, the store's own choice by it is enough: a page is then found in one call. */
function fittingRuns(fits: ListRequest['fits'], runs: OfSchedule | undefined): Pick<ListRequest, 'fits'> {
  if (!runs || runs.schedules.length === 1) return fits ? { fits } : {};
  return { fits: (task) => runs.isOne(task) && (fits?.(task) ?? true) };
}
