/** What overviews may be asked for, one reader each: for query strings, the client and the command line. */

import { nameCursor } from './input/cursors.js';
import { isHandlerName, queueName, scheduleId } from './input/names.js';
import {
  about,
  booleanText,
  duration,
  instant,
  oneOf,
  text,
  type Values,
  wholeText,
} from './input/readers.js';

export const USUAL_LIMIT = 50;
/** Steps of one answer, and of one whose step nobody chose. */
export const MOST_POINTS = 2_000;
export const USUAL_POINTS = 300;
const SECOND = 1_000;
const YEAR = 366 * 86_400_000;

/** What is to come. */
export const UPCOMING = {
  from: about(instant, 'due then or later; by default now, and never before'),
  to: about(instant, 'due before then'),
  kind: about(oneOf('occurrence', 'task'), 'only occurrences of schedules, or only tasks'),
  queue: about(queueName, 'only of this queue'),
  each: about(wholeText(1, 1000), 'only so many occurrences of one schedule, on each page'),
  limit: about(wholeText(1, 1000), `how many, at most 1000; by default ${USUAL_LIMIT}`),
  cursor: about(text(2_048), 'nextCursor of the page before'),
};

export type UpcomingQuery = Values<typeof UPCOMING>;

/** How much starts at a time. */
export const LOAD = {
  from: about(instant, 'starts then or later; by default now, and never before'),
  to: about(instant, 'starts before then; by default a day after `from`'),
  step: about(
    duration(SECOND, YEAR),
    `length of a step, at least 1s, of which there may be ${MOST_POINTS}; by default a round one of which there are up to ${USUAL_POINTS}`,
  ),
  schedule: about(scheduleId, 'only runs of this schedule, and no tasks'),
};

/** Handlers. */
export const HANDLER_LIST = {
  q: about(text(128), 'only with this text in their name'),
  schema: about(booleanText, 'false: without what they say of their payloads; by default with it'),
  limit: about(wholeText(1, 1000), `how many, at most 1000; by default ${USUAL_LIMIT}`),
  cursor: about(nameCursor(isHandlerName), 'nextCursor of the page before'),
};

/** Who led. */
export const HISTORY = {
  limit: about(wholeText(1, 400), `how many terms, at most 400; by default ${USUAL_LIMIT}`),
};

/** The body of a call that has the leader hand over. */
export const STEP_DOWN = {
  reason: about(text(256), 'why, told in the history of the cluster'),
};
