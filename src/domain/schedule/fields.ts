/** The keys of one schedule in a file or an API call (interface §4), one reader each: the table of what is known. */

import { isHandlerName, isQueueName, NAME_GRAMMAR } from '../input/names.js';
import {
  duration,
  group,
  instant,
  integer,
  isRecord,
  listOf,
  named,
  oneOf,
  type Reader,
  reader,
  text,
} from '../input/readers.js';
import { SHORTEST_EVERY } from '../spec/compile.js';
import { timezoneProblem } from '../spec/timezones.js';
import { RETRY_FIELDS } from '../task/retry-fields.js';
import { PRIORITIES } from '../task/task.js';
import { SHORTEST_GRACE } from './catch-up.js';
import { exclude } from './exclusions.js';

/** The largest payload, bytes of JSON. */
const LARGEST_PAYLOAD = 1_048_576;

const encoder = new TextEncoder();

const bytes = (value: string): number => encoder.encode(value).length;

const timezone: Reader<string> = (raw, path, problems) => {
  const wrong = timezoneProblem(raw);
  if (wrong === undefined) return raw as string;
  problems.push({ path, detail: wrong });
  return undefined;
};

/** One expression or a list of them; what they say is judged together with the time zone. */
const cron: Reader<string[]> = (raw, path, problems) => {
  if (typeof raw === 'string') return [raw];
  if (!Array.isArray(raw)) {
    problems.push({ path, detail: 'must be a cron expression (a text) or a list of them' });
    return undefined;
  }
  return listOf(
    reader('a cron expression', (item) => (typeof item === 'string' ? item : undefined)),
    32,
  )(raw, path, problems);
};

/** Plain JSON data, wrapped so that `null` is a payload too. */
const payload: Reader<{ json: unknown }> = (raw, path, problems) => {
  let json: string | undefined;
  try {
    json = JSON.stringify(raw);
  } catch {
    json = undefined;
  }
  if (json === undefined) {
    problems.push({ path, detail: 'must be data that JSON can hold' });
    return undefined;
  }
  if (bytes(json) > LARGEST_PAYLOAD) {
    problems.push({ path, detail: 'must be at most 1 MiB of JSON' });
    return undefined;
  }
  return { json: JSON.parse(json) };
};

const labels: Reader<Record<string, string>> = (raw, path, problems) => {
  if (!isRecord(raw) || Object.keys(raw).length > 64) {
    problems.push({ path, detail: 'must be a mapping of at most 64 names to texts' });
    return undefined;
  }
  const kept = Object.entries(raw).filter((entry): entry is [string, string] => {
    const [key, value] = entry;
    const fits = typeof value === 'string' && bytes(value) <= 1024 && key !== '' && bytes(key) <= 256;
    if (!fits) {
      const detail = 'must be a text of at most 1024 bytes (quote numbers) under a name of at most 256';
      problems.push({ path: [...path, key], detail });
    }
    return fits;
  });
  return Object.fromEntries(kept);
};

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
  overlap: oneOf('skip', 'allow', 'wait', 'replace'),
  timeout: duration(1),
  retry: group(GROUPS.retry),
  expect: group(GROUPS.expect),
  queue: named(isQueueName, NAME_GRAMMAR.queue),
  priority: oneOf(...PRIORITIES),
  concurrencyKey: reader('a text of 1 to 256 bytes', (raw) =>
    typeof raw === 'string' && raw !== '' && bytes(raw) <= 256 ? raw : undefined,
  ),
  environments: listOf(text(64), 100),
  enabled: oneOf(true, false, 'shadow'),
  labels,
};

/** Every key of a schedule. */
export const SCHEDULE_FIELDS = {
  description: text(4096),
  handler: named(isHandlerName, NAME_GRAMMAR.handler),
  payload,
  cron,
  every: duration(SHORTEST_EVERY),
  phase: duration(0),
  at: instant,
  ...DEFAULT_FIELDS,
};

/** Keys of `defaults` that are merged key by key with the schedule's own; every other one is replaced. */
export const MERGED_FIELDS = ['retry', 'catchUp', 'dst', 'expect', 'labels'] as const;
