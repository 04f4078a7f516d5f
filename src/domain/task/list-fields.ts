/** What a list of tasks may be asked for, one reader each: for query strings, the client and the command line. */

import { labelQuery } from '../input/labels.js';
import { handlerName, queueName, scheduleId, taskId } from '../input/names.js';
import {
  about,
  instant,
  listOf,
  oneOf,
  type Reader,
  saying,
  text,
  type Values,
  wholeText,
} from '../input/readers.js';
import { TASK_STATES, type TaskState } from './task.js';

const state = oneOf(...TASK_STATES);

/** One state or several. */
export const states: Reader<TaskState[], TaskState | readonly TaskState[]> = saying(
  (raw, path, problems) =>
    listOf(state, TASK_STATES.length)(Array.isArray(raw) ? raw : [raw], path, problems),
  { schema: { type: 'array', items: state.schema ?? {} }, word: 'state' },
);

/** What a list of tasks may be asked for, as a query string gives it. */
export const TASK_LIST = {
  state: about(states, `only in this state, one of ${TASK_STATES.join(', ')}; may be repeated`),
  queue: about(queueName, 'only of this queue'),
  handler: about(handlerName, 'only of this handler'),
  schedule: about(scheduleId, 'only runs of this schedule'),
  /** `name=text`, or several of them. */
  label: about(labelQuery, 'only with this label; may be repeated'),
  /** The unique key, or the concurrency key. */
  key: about(text(256), 'only with this unique or concurrency key'),
  parent: about(taskId, 'only children of this task: those that were made to come after it'),
  /** As GET /v1/tasks/errors tells it. */
  error: about(text(64), 'only with this fingerprint of its latest error, as the list of errors tells it'),
  q: about(text(256), 'only with this text in id, handler, key, labels or payload'),
  /** Due then or later. */
  from: about(instant, 'only due then or later'),
  /** Due then or earlier. */
  to: about(instant, 'only due then or earlier'),
  limit: about(wholeText(1, 1000), 'how many, at most 1000; by default 50'),
  /** `nextCursor` of the page before. */
  cursor: about(text(2_048), 'nextCursor of the page before'),
};

export type TaskQuery = Values<typeof TASK_LIST>;
