/** Routes that tell of many things at once: counts, what is to come, handlers, leaders. */

import { TASK_COUNTS } from '../domain/task/count-fields.js';
import { at, type Route, show } from './route.js';

export const OVERVIEW_ROUTES: readonly Route[] = [
  ...at('/v1/tasks/counts', {
    get: show(
      'How many tasks are in each state. Of everything and of a queue exactly; of a handler or a schedule that shares its queue, tasks are looked at, some thousands of a state: where there are more, atLeast names the states of which there may be more than counted',
      'TaskCounts',
      TASK_COUNTS,
    ),
  }),
];
