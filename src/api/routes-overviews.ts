/** Routes that tell of many things at once: counts, what is to come, handlers, leaders. */

import { HANDLER_LIST, HISTORY, LOAD, STEP_DOWN, UPCOMING } from '../domain/overview-fields.js';
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
  ...at('/v1/upcoming', {
    get: show(
      'What is to come, by time: occurrences of live schedules, and tasks that wait for their time or a retry. A page neither skips nor repeats while others come and go',
      'Upcoming',
      UPCOMING,
    ),
  }),
  ...at('/v1/upcoming/load', {
    get: show(
      'How much all schedules start, or one of them, step by step, and the seconds in which most start. Where very many do, until says how far it was counted; while schedules change it may be some seconds old',
      'Load',
      LOAD,
    ),
  }),
  ...at('/v1/handlers', {
    get: show(
      'List handlers by name: those that a present worker has, that tasks stand for, or that a schedule names',
      'Handlers',
      HANDLER_LIST,
    ),
  }),
  ...at('/v1/handlers/{name}', {
    get: show('Show a handler with its workers, queues, schedules and counts', 'HandlerDetail'),
  }),
  ...at('/v1/cluster/history', {
    get: show(
      'Who led, the latest first: each term, why it ended, and how many of its writes were refused',
      'History',
      HISTORY,
    ),
  }),
  ...at('/v1/cluster/step-down', {
    post: {
      action: 'cluster.stepDown',
      ...show(
        'The leader hands over at once; 409 where no other node is present, 503 where nobody leads or the leader stays',
        'SteppedDown',
      ),
      body: { name: 'StepDown', fields: STEP_DOWN },
    },
  }),
];
