/** What may be asked of tasks that are there, of one or of many: read the same by API, client and command line. */

import { type LabelQuery, labelQuery } from '../input/labels.js';
import { handlerName, processName, queueName } from '../input/names.js';
import {
  about,
  duration,
  group,
  instant,
  integer,
  isRecord,
  type Reader,
  saying,
  text,
  wholeText,
} from '../input/readers.js';
import { TASK_FIELDS } from './fields.js';
import { TASK_LIST } from './list-fields.js';
import { taskIds } from './task-ids.js';

/** Labels as a query writes them, or as a mapping of texts. */
export const labelFilter: Reader<LabelQuery, string | readonly string[] | Record<string, string>> = saying(
  (raw, path, problems) => {
    if (!isRecord(raw)) return labelQuery(raw, path, problems);
    const pairs = Object.entries(raw);
    if (pairs.every((pair): pair is [string, string] => typeof pair[1] === 'string')) return pairs;
    problems.push({ path, detail: 'must be a mapping of names to texts, or name=text' });
    return undefined;
  },
  {
    schema: {
      anyOf: [labelQuery.schema, { type: 'object', additionalProperties: { type: 'string' } }],
    },
    word: 'json',
  },
);

export const CANCEL = { reason: about(text(256), 'why, kept with the task') };

export const REDRIVE = {
  payload: about(TASK_FIELDS.payload, 'what the handler gets instead of the payload it had: JSON'),
};

export const RESCHEDULE = {
  delay: about(duration(0), 'how long to wait from now on, such as 1h; 0ms: it is ready at once'),
  runAt: about(instant, 'when it is due; a time in the past means now'),
};

/** Groups of errors that are told when nothing is said. */
export const USUAL_GROUPS = 50;

/** What may be asked of the errors, as a query string gives it. */
export const ERROR_LIST = {
  queue: about(queueName, 'only of this queue'),
  handler: about(handlerName, 'only of this handler'),
  from: about(instant, 'only of tasks that were due then or later'),
  to: about(instant, 'only of tasks that were due then or earlier'),
  limit: about(wholeText(1, 1000), `how many groups, at most 1000; by default ${USUAL_GROUPS}`),
};

/** Tasks that one deed may name. */
const MOST_NAMED = 1_000;

/** Which tasks a deed on many of them means. */
export const TASK_FILTER = {
  ids: about(taskIds(MOST_NAMED), `only these, by their ids, at most ${MOST_NAMED}`),
  queue: TASK_LIST.queue,
  handler: TASK_LIST.handler,
  state: TASK_LIST.state,
  schedule: TASK_LIST.schedule,
  label: about(labelFilter, 'only with these labels, as a mapping, or as one or several name=text'),
  error: TASK_LIST.error,
  from: TASK_LIST.from,
  to: TASK_LIST.to,
};
/** As the filter of a body. */
export const taskFilter = group(TASK_FILTER);

/** More than anybody has. */
const MOST = 1_000_000_000;
const FASTEST = 60_000_000;

/** How many a deed means, and how it goes about them. */
export const COUNT = {
  count: about(integer(0, MOST), 'how many that are now, so that nothing else is met'),
  perMinute: about(integer(1, FASTEST), 'how many a minute; by default as fast as it goes'),
  reason: about(text(256), 'why, kept with the operation and with what it ends'),
  by: about(processName, 'who asks; by default: api'),
  idempotencyKey: TASK_FIELDS.idempotencyKey,
};
