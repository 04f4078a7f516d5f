/** The keys of one schedule in a file or an API call (interface §4), one reader each: the table of what is known. */

import {
  duration,
  group,
  instant,
  integer,
  later,
  listOf,
  oneOf,
  type Reader,
  reader,
  saying,
  text,
} from '../input/readers.js';
import { SHORTEST_EVERY } from '../spec/compile.js';
import { timezoneProblem } from '../spec/timezones.js';
import { key, payloadData, TASK_FIELDS } from '../task/fields.js';
import { RETRY_FIELDS } from '../task/retry-fields.js';
import { SHORTEST_GRACE } from './catch-up.js';
import { exclude } from './exclusions.js';
import { OVERLAPS } from './schedule.js';

const timezone: Reader<string> = saying(
  (raw, path, problems) => {
    const wrong = timezoneProblem(raw);
    if (wrong === undefined) return raw as string;
    problems.push({ path, detail: wrong });
    return undefined;
  },
  { schema: { type: 'string', examples: ['Europe/Berlin'] }, word: 'zone' },
);

/** One expression or a list of them; what they say is judged together with the time zone. */
const cron: Reader<string[], string | readonly string[]> = saying(
  (raw, path, problems) => {
    if (typeof raw === 'string') return [raw];
    if (Array.isArray(raw)) return expressions(raw, path, problems);
    problems.push({ path, detail: 'must be a cron expression (a text) or a list of them' });
    return undefined;
  },
  { schema: { type: ['string', 'array'], items: { type: 'string' } }, word: 'cron' },
);

const expressions = listOf(
  reader('a cron expression', (item) => (typeof item === 'string' ? item : undefined)),
  32,
);

/** The keys inside those keys that are mappings of their own. */
export const GROUPS = {
  dst: { gap: oneOf('shift', 'skip'), fold: oneOf('first', 'second', 'both') },
  catchUp: {
    policy: oneOf('none', 'latest', 'all'),
    window: duration(0),
    max: integer(1, 10_000),
    perMinute: integer(1, 100_000),
    grace: duration(SHORTEST_GRACE),
  },
  retry: RETRY_FIELDS,
  expect: { startWithin: duration(1), finishWithin: duration(1), successWithin: duration(1) },
};

/** What `defaults` may set: everything that is not the schedule itself. */
export const DEFAULT_FIELDS = {
  owner: text(256),
  timezone,
  dst: group(GROUPS.dst),
  jitter: duration(0),
  exclude,
  startAt: instant,
  endAt: instant,
  maxRuns: integer(1, 1_000_000_000),
  catchUp: group(GROUPS.catchUp),
  overlap: oneOf(...OVERLAPS),
  timeout: TASK_FIELDS.timeout,
  retry: group(GROUPS.retry),
  expect: group(GROUPS.expect),
  pauseAfter: integer(1, 1_000_000),
  queue: TASK_FIELDS.queue,
  priority: TASK_FIELDS.priority,
  concurrencyKey: key,
  environments: listOf(text(64), 100),
  enabled: oneOf(true, false, 'shadow'),
  labels: TASK_FIELDS.labels,
  expiresIn: later,
  retention: later,
};

/** Every key of a schedule. */
export const SCHEDULE_FIELDS = {
  description: text(4096),
  handler: TASK_FIELDS.handler,
  payload: payloadData,
  cron,
  every: duration(SHORTEST_EVERY),
  phase: duration(0),
  at: instant,
  ...DEFAULT_FIELDS,
  formerly: later,
};

/** Keys of `defaults` that are merged key by key with the schedule's own; every other one is replaced. */
export const MERGED_FIELDS = ['retry', 'catchUp', 'dst', 'expect', 'labels'] as const;
