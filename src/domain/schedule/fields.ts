/** The keys of one schedule in a file or an API call, one reader each: the table of what is known. */

import { scheduleId } from '../input/names.js';
import {
  duration,
  group,
  instant,
  integer,
  listOf,
  oneOf,
  type Reader,
  reader,
  saying,
  text,
} from '../input/readers.js';
import { webAddress } from '../input/web-url.js';
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
  /** Whom to ask. */
  owner: text(256),
  /** IANA name, such as `Europe/Berlin`; default UTC. */
  timezone,
  /** What a local time does that a change of the clock leaves out (`gap`) or brings twice (`fold`). */
  dst: group(GROUPS.dst),
  /** Spread: up to so much later, the same for each instant wherever it is worked out. */
  jitter: duration(0),
  /** Dates, ranges, crons and named calendars on which it does not run. */
  exclude,
  /** Nothing before it. */
  startAt: instant,
  /** Nothing from then on. */
  endAt: instant,
  /** It finishes after so many. */
  maxRuns: integer(1, 1_000_000_000),
  /** What becomes of instants that were missed. */
  catchUp: group(GROUPS.catchUp),
  /** What becomes of an instant while the run before it goes on. */
  overlap: oneOf(...OVERLAPS),
  /** How long one attempt may take. */
  timeout: TASK_FIELDS.timeout,
  /** What happens after a failure. */
  retry: group(GROUPS.retry),
  /** Alerts where a run does not start, finish or succeed in time. */
  expect: group(GROUPS.expect),
  /** So many dead runs in a row pause it. */
  pauseAfter: integer(1, 1_000_000),
  /** Default `default`. */
  queue: TASK_FIELDS.queue,
  /** Share of the turns; default normal. */
  priority: TASK_FIELDS.priority,
  /** Runs with this key share its limit. */
  concurrencyKey: key,
  /** It is left out elsewhere. */
  environments: listOf(text(64), 100),
  /** `shadow` writes down what would fire and runs nothing. */
  enabled: oneOf(true, false, 'shadow'),
  /** Texts by name, to find it and its runs by. */
  labels: TASK_FIELDS.labels,
  expiresIn: TASK_FIELDS.expiresIn,
  /** How long its runs are kept once they have ended. */
  retention: TASK_FIELDS.retention,
};

/** Every key of a schedule. */
export const SCHEDULE_FIELDS = {
  /** What it is for. */
  description: text(4096),
  /** Name of the function that runs it. */
  handler: TASK_FIELDS.handler,
  /** What the handler gets. */
  payload: payloadData,
  /** Five fields, or six with leading seconds; or a list of such. */
  cron,
  /** A length, from the epoch on; at least `1s`. */
  every: duration(SHORTEST_EVERY),
  /** Of `every`: so much behind the epoch. */
  phase: duration(0),
  /** One instant. */
  at: instant,
  ...DEFAULT_FIELDS,
  /** Is asked as its calendar runs begin and end, as healthchecks.io has it: a service that notices when they do not. */
  heartbeat: webAddress,
  /** The id it had before: what it was goes on under this one. */
  formerly: scheduleId,
};

/** Keys of `defaults` that are merged key by key with the schedule's own; every other one is replaced. */
export const MERGED_FIELDS = ['retry', 'catchUp', 'dst', 'expect', 'labels'] as const;
