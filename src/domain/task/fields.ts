/** The fields of a task that is asked for: reading, types, OpenAPI, help and docs all come from here. */

import { JsonText } from '../input/json-text.js';
import { handlerName, queueName } from '../input/names.js';
import {
  about,
  duration,
  type Given,
  instant,
  oneOf,
  type Path,
  type Reader,
  reader,
  saying,
  type Values,
} from '../input/readers.js';
import { fitsBytes, LARGEST_PAYLOAD } from '../input/sizes.js';
import type { RunFacts } from '../schedule/run-id.js';
import { taskLabels } from './labels.js';
import { ON_PARENT_DEATH, parentIds } from './parents.js';
import { DEFAULT_RETENTION } from './retention.js';
import { taskRetry } from './retry-fields.js';
import { PRIORITIES } from './task.js';
import { uniqueRule } from './unique.js';

/** Bytes of a key. */
const LONGEST_KEY = 256;
/** Half of a character: in UTF-8 all of them are the same. */
const HALF = /\p{Surrogate}/u;

/** JSON text, written down first thing: what is changed later was not asked for. */
const payload: Reader<string, unknown> = saying(
  (given, path, problems) => {
    let text: string | undefined;
    try {
      text = given instanceof JsonText ? given.text : JSON.stringify(given);
    } catch (error) {
      // A toJSON of the caller's may throw anything.
      const reason = error instanceof Error ? `: ${String(error.message).split('\n')[0]}` : '';
      problems.push({ path, detail: `cannot be written as JSON${reason}` });
      return undefined;
    }
    if (text === undefined) {
      problems.push({ path, detail: 'cannot be written as JSON: it is a function or a symbol' });
    } else if (!fitsBytes(text, LARGEST_PAYLOAD)) {
      problems.push({ path, detail: 'must be at most 1 MiB of JSON', code: 'payload_too_large' });
      return undefined;
    }
    return text;
  },
  { word: 'json' },
);

export function isKey(raw: unknown): raw is string {
  return typeof raw === 'string' && raw !== '' && fitsBytes(raw, LONGEST_KEY) && !HALF.test(raw);
}

export const key: Reader<string> = reader(
  `a text of 1 to ${LONGEST_KEY} bytes`,
  (raw) => (isKey(raw) ? raw : undefined),
  { schema: { type: 'string', minLength: 1, maxLength: LONGEST_KEY }, word: 'text' },
);

/** Those that are kept with the task under their own names; no script reads them. */
export const KEPT_FIELDS = {
  /** What happens after a failure. */
  retry: about(
    taskRetry,
    'what happens after a failure; by default 3 attempts, 10s doubling up to 10m apart',
  ),
  /** From its end on; at least two minutes. */
  retention: about(
    duration(DEFAULT_RETENTION.atLeast),
    'how long it is kept once it has ended, at least 2m; by default as its queue keeps what has ended',
  ),
  /** Per attempt. */
  timeout: about(duration(1), 'how long one attempt may take; by default as long as it wants'),
  labels: about(taskLabels, 'texts by name, to find it by; at most 32'),
  /** While a task under this key lives in its queue, others make none: that one is answered, `deduplicated`. */
  uniqueKey: about(
    key,
    'while a task under this key lives in its queue, others make none: that one is answered',
  ),
  /** See the settings of its queue: keyConcurrency, keyOrder, rate. */
  concurrencyKey: about(
    key,
    "tasks with the same key share its limits in their queue, and keys take turns; the queue's settings say which",
  ),
  /** Counted from its due time. */
  expiresIn: about(
    duration(1),
    'cancelled, with the reason expired, when it has not begun so long after its due time; by default never',
  ),
  /** Ids of its parents: tasks of whatever queue that are to end before it begins. */
  after: about(
    parentIds,
    'ids of tasks of any queue that are to end before it begins; on the command line repeated, or with commas between',
  ),
  /** What a parent that ends dead or cancelled means for it; default `cancel`. */
  onParentDeath: about(
    oneOf(...ON_PARENT_DEATH),
    'what a parent that ends dead or cancelled means for it: cancel (the default) or run',
  ),
};

/** Each field once, in the order in which help and docs list them. */
export const TASK_FIELDS = {
  handler: about(handlerName, 'name of the handler that runs it'),
  payload: about(payload, 'what the handler gets: JSON of at most 1 MiB'),
  /** Default `default`. */
  queue: about(queueName, 'the queue it waits in; by default: default'),
  delay: about(duration(0), 'how long to wait first, such as 10s or 1h30m'),
  runAt: about(instant, 'when it is due; a time in the past means now'),
  priority: about(
    oneOf(...PRIORITIES),
    'high, normal or low: 6, 3 and 1 shares of the turns; by default normal',
  ),
  ...KEPT_FIELDS,
  /** What a taken `uniqueKey` means; default `reject`. */
  unique: about(
    uniqueRule,
    'what a taken unique key means: {"mode":"reject"} (the default), replace, debounce (for, maxWait), throttle (for) or after',
  ),
  /** A call with the key of an earlier one, within 24 h, is answered with that one's task. */
  idempotencyKey: about(
    key,
    "a call with the key of an earlier one, within 24 h, makes nothing and is answered with that one's task",
  ),
};

/** What was read of a request. */
export type TaskValues = Values<typeof TASK_FIELDS>;
/** What callers in TypeScript write. */
export type TaskRequest = Given<typeof TASK_FIELDS>;
/** What differs from the defaults; kept with the task, never read by a script. */
export type TaskOptions = Values<typeof KEPT_FIELDS> & {
  /** Of a task that a schedule made. */
  run?: RunFacts;
  /** The trace that it was made in, as `traceText` writes it. */
  trace?: string;
  /** The attempt that made it, as `madeBy` writes it; behind all others. */
  madeBy?: string;
};

/** `payload` of a schedule: plain data, wrapped so that `null` is a payload too. */
export const payloadData: Reader<{ json: unknown }, unknown> = (raw, path: Path, problems) => {
  const text = payload(raw, path, problems);
  return text === undefined ? undefined : { json: JSON.parse(text) as unknown };
};
