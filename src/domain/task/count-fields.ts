/** What of tasks is counted, as a query string gives it. */

import { handlerName, queueName, scheduleId } from '../input/names.js';
import { about } from '../input/readers.js';

export const TASK_COUNTS = {
  queue: about(queueName, 'only of this queue'),
  handler: about(handlerName, 'only of this handler'),
  schedule: about(scheduleId, 'only runs of this schedule'),
};
