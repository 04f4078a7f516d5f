/** What may be asked of one schedule: the fields of each question and edit, read the same by client and API. */

import { processName } from '../domain/input/names.js';
import { about, group, instant, integer, oneOf, text, wholeText } from '../domain/input/readers.js';
import { until } from '../domain/input/until.js';
import { OVERLAPS } from '../domain/schedule/schedule.js';
import { labelFilter } from '../domain/task/deed-fields.js';
import { TASK_FIELDS } from '../domain/task/fields.js';
import { SCHEDULE_LIST } from './list.js';
import { MOST_AHEAD } from './planned-ahead.js';

const by = about(processName, 'who asks, as revisions and pauses tell; by default: api');

export const PAUSE = {
  until: about(
    until,
    'when it goes on by itself, a time or how long from now; by default once it is resumed',
  ),
  reason: about(text(256), 'why, shown with the schedule'),
  /** Who asks, as revisions and pauses tell; default `client`. */
  by,
};
export const RESUME = {
  /** Who asks, as revisions and pauses tell; default `client`. */
  by,
};
export const SKIP = {
  count: about(integer(1, MOST_AHEAD), `how many of the next instants, at most ${MOST_AHEAD}; by default 1`),
  reason: about(text(256), 'why, told with the instants that are skipped'),
  by,
};

export const TRIGGER = {
  payload: about(TASK_FIELDS.payload, 'what the handler gets instead of the payload of the schedule: JSON'),
  idempotencyKey: TASK_FIELDS.idempotencyKey,
  overlap: about(oneOf(...OVERLAPS), 'what to do behind a run in progress; by default as the schedule says'),
};

/** Which schedules a deed on many of them means; without any field all. */
export const SCHEDULE_FILTER = {
  label: about(labelFilter, 'with these labels, as a mapping, or as one or several key=value'),
  q: SCHEDULE_LIST.q,
  queue: SCHEDULE_LIST.queue,
  handler: SCHEDULE_LIST.handler,
  set: SCHEDULE_LIST.set,
};

/** More than anybody has. */
const MOST = 10_000_000;
const WHICH = {
  filter: about(group(SCHEDULE_FILTER), 'which schedules: q, label, queue, handler, set'),
  count: about(integer(1, MOST), 'how many the filter matches, so that nobody else is met'),
};
export const PAUSE_MANY = { ...WHICH, ...PAUSE };
export const RESUME_MANY = { ...WHICH, ...RESUME };

export const DRY_RUN = {
  dryRun: about(oneOf('true', 'false', ''), 'only says how many it would be, and the first of them'),
};

export const OCCURRENCES = {
  from: about(instant, 'the first instant of interest; by default an hour ago'),
  to: about(instant, 'the last one; by default an hour from now'),
  limit: about(wholeText(1, 1000), 'how many, at most 1000; by default 100'),
};

export const EXPLAIN = {
  at: about(instant, 'the instant to explain; with jitter also the time at which it came due'),
};
