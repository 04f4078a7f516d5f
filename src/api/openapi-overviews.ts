/** The shapes of what is told of many things at once: counts, what is to come, handlers, leaders. */

import { TASK_STATES } from '../domain/task/task.js';
import { list, whole } from './openapi-parts.js';

export const OVERVIEW_SCHEMAS = {
  TaskCounts: {
    type: 'object',
    required: [...TASK_STATES, 'exact', 'scanned'],
    properties: {
      ...Object.fromEntries(TASK_STATES.map((state) => [state, whole])),
      exact: { type: 'boolean', description: 'whether each of them is what there is' },
      atLeast: { ...list({ enum: TASK_STATES }), description: 'of these there may be more' },
      scanned: { ...whole, description: 'how many tasks were looked at for it' },
    },
  },
};
