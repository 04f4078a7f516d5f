/**
 * What each key of a schedule file is for, what holds without it, and an example: beside the readers of fields.ts, which
 * say what is valid. schedules/schema.json, docs/schedule-file.md and the OpenAPI description are made of both.
 */

import { about, type Reader, type Readers, supported } from '../input/readers.js';
import { type GROUPS, SCHEDULE_FIELDS } from './fields.js';

export interface Note {
  /** One or two sentences. */
  about: string;
  /** What holds where it is absent, in words; absent: nothing does. */
  usual?: string;
  /** A value that is valid. */
  example: unknown;
}

/** The keys that this release acts on. */
type Noted<R extends Readers> = {
  [K in keyof R as R[K] extends { readonly later: true } ? never : K]: Note;
};

export const FIELD_NOTES: Noted<typeof SCHEDULE_FIELDS> = {
  formerly: {
    about:
      'The id it had before: it is renamed, and keeps its cursor, past, pause and counts. Without effect once that is done.',
    usual: 'nothing',
    example: 'invoices',
  },
  description: { about: 'What it is for, shown with it.', example: 'Close the day' },
  handler: {
    about: 'Name of the function that runs it: a worker registers it. Required.',
    example: 'invoices.close',
  },
  payload: {
    about: 'What the handler gets: any JSON of at most 1 MiB.',
    usual: 'null',
    example: { region: 'eu' },
  },
  cron: {
    about:
      'When it runs: five fields, or six with leading seconds; a list is the union of its expressions. Exactly one of `cron`, `every` and `at` is given.',
    example: '30 2 * * *',
  },
  every: {
    about: 'When it runs: at a steady interval, aligned to 1970-01-01T00:00:00Z; at least `1s`.',
    example: '15m',
  },
  phase: { about: 'How much later than aligned `every` runs; shorter than it.', usual: '0ms', example: '5m' },
  at: { about: 'When it runs: once, at this time.', example: '2027-01-01T00:00:00Z' },
  owner: { about: 'Whom to ask about it.', example: 'billing@example.com' },
  timezone: {
    about: 'Whose clocks `cron` and `exclude` go by: an IANA name.',
    usual: 'UTC',
    example: 'Europe/Berlin',
  },
  dst: {
    about: 'What becomes of local times that a change of the clocks leaves out or repeats.',
    example: { gap: 'skip', fold: 'both' },
  },
  jitter: {
    about:
      'Each run comes due up to this much later, never at or past the next instant; the same for the same instant.',
    usual: 'none',
    example: '30s',
  },
  exclude: {
    about:
      'Instants left out, by the clock of `timezone`: dates, ranges of dates (both included), crons, and names of `calendars`.',
    usual: 'none',
    example: ['2026-12-25', { cron: '* * * * SUN' }],
  },
  startAt: {
    about: 'No instant before it.',
    usual: 'when the schedule is made',
    example: '2026-10-01T00:00:00Z',
  },
  endAt: { about: 'No instant at it or after it.', usual: 'none', example: '2027-10-01T00:00:00Z' },
  maxRuns: {
    about: 'After so many instants that fired it has finished; missed and skipped ones do not count.',
    usual: 'no bound',
    example: 100,
  },
  catchUp: {
    about: 'What becomes of instants that passed while nothing could plan or promote them.',
    example: { policy: 'all', window: '6h', max: 10, perMinute: 60 },
  },
  overlap: {
    about:
      'What a run does that comes due while an earlier one has not ended, retries included: `skip` it, `allow` both, `wait` for it (of those that wait, the latest stays), or `replace` it. Counted over the whole cluster.',
    usual: 'skip',
    example: 'wait',
  },
  timeout: { about: 'How long one attempt may take.', usual: 'as long as it wants', example: '15m' },
  retry: {
    about: 'What happens after an attempt failed.',
    example: { maxAttempts: 5, delay: '30s', maxDelay: '10m' },
  },
  expect: {
    about:
      'What is expected of each run, counted from its due time; missed, it is an alert, also when no run exists.',
    usual: 'nothing',
    example: { startWithin: '5m', finishWithin: '30m', successWithin: '26h' },
  },
  heartbeat: {
    about:
      'An http or https address that nodes ask as its runs begin (`/start` behind it), complete (as it is) and die (`/fail`): of healthchecks.io or its like, which tells somebody when it is not asked. Only public places, and those that the nodes allow (`CARILLON_HEARTBEAT_ALLOW`).',
    usual: 'nobody is asked',
    example: 'https://hc-ping.com/8f5c1a0e',
  },
  pauseAfter: {
    about: 'After so many runs in a row that died it pauses itself, and that is an alert.',
    usual: 'never',
    example: 5,
  },
  queue: { about: 'The queue its runs wait in.', usual: 'default', example: 'billing' },
  priority: {
    about: '`high`, `normal` or `low`: 6, 3 and 1 shares of the turns.',
    usual: 'normal',
    example: 'high',
  },
  expiresIn: {
    about:
      'A run that has not begun this long after it came due is cancelled, with the reason `expired`: also while it waits for an earlier run.',
    usual: 'never',
    example: '1h',
  },
  retention: {
    about: 'How long each of its runs is kept once it has ended, however it did; at least `2m`.',
    usual: 'as its queue keeps what has ended',
    example: '30d',
  },
  concurrencyKey: {
    about:
      'Runs and tasks of its queue with the same key share its limits: `keyConcurrency`, `keyOrder`, `rate`.',
    usual: 'none',
    example: 'eu',
  },
  environments: {
    about: 'It belongs to these environments only (`CARILLON_ENVIRONMENT`), and is left out elsewhere.',
    usual: 'all of them',
    example: ['production'],
  },
  enabled: {
    about:
      '`false`: it runs nothing. `shadow`: it writes down what would have fired, and runs nothing. A pause is separate from it.',
    usual: 'true',
    example: 'shadow',
  },
  labels: { about: 'Texts by name, to find it and its runs by; at most 32.', example: { tier: 'gold' } },
};

export const GROUP_NOTES: { [G in keyof typeof GROUPS]: Noted<(typeof GROUPS)[G]> } = {
  dst: {
    gap: {
      about: 'A local time that is left out: `shift` runs it as much later, `skip` leaves it out.',
      usual: 'shift',
      example: 'skip',
    },
    fold: {
      about: 'A local time that comes twice: it runs the `first` time, the `second`, or `both`.',
      usual: 'first',
      example: 'both',
    },
  },
  catchUp: {
    policy: {
      about: '`none` of them, the `latest`, or `all` in order.',
      usual: 'latest',
      example: 'all',
    },
    window: { about: 'How far back they are caught up.', usual: '1d', example: '6h' },
    max: { about: 'At most so many with `all`, the most recent.', usual: '100', example: 10 },
    perMinute: {
      about: 'At most so many a minute, evenly, over all nodes; live instants go first.',
      usual: 'no bound but `CARILLON_CATCH_UP_RATE`',
      example: 60,
    },
    grace: {
      about:
        'A run up to this late is not missed, it just runs; at least `10s`, the window where that is shorter.',
      usual: '60s',
      example: '5m',
    },
  },
  retry: {
    maxAttempts: { about: 'Failures after which the run is dead.', usual: '3', example: 5 },
    backoff: {
      about: 'How the delay grows: `exponential` doubles it, `linear` adds it, `fixed` keeps it.',
      usual: 'exponential',
      example: 'fixed',
    },
    delay: { about: 'Before the second attempt.', usual: '10s', example: '30s' },
    maxDelay: { about: 'No delay is longer.', usual: '10m', example: '1h' },
    jitter: {
      about: 'Spreads each delay over its second half, so that not all try again at once.',
      usual: 'true',
      example: false,
    },
    delays: {
      about:
        'Each delay by itself, the last one repeats; without `maxAttempts` one attempt more than delays.',
      usual: 'none',
      example: ['10s', '1m', '10m'],
    },
    maxElapsed: {
      about: 'A run that would be tried again later than this after its first attempt began is dead.',
      usual: 'no bound',
      example: '6h',
    },
  },
  expect: {
    startWithin: { about: 'It has started.', usual: 'not expected', example: '5m' },
    finishWithin: { about: 'It has ended, well or not.', usual: 'not expected', example: '30m' },
    successWithin: { about: 'It has completed, retries included.', usual: 'not expected', example: '26h' },
  },
};

/** The keys at the top of a file. */
export const FILE_NOTES = {
  version: { about: 'The version of this form. Required.', example: 1 },
  source: {
    about: 'The file set these schedules belong to; `CARILLON_SOURCE` goes before it.',
    usual: 'files',
    example: 'billing',
  },
  defaults: {
    about:
      'What holds for every schedule of the file that does not say otherwise. `retry`, `catchUp`, `dst`, `expect` and `labels` are merged key by key, anything else is replaced.',
    usual: 'none',
    example: { timezone: 'Europe/Berlin', queue: 'billing' },
  },
  calendars: {
    about: 'Lists of dates, ranges and crons that `exclude` may name, in any file of the directory.',
    usual: 'none',
    example: { holidays: ['2026-12-25', '2026-12-31..2027-01-01'] },
  },
  schedules: {
    about:
      'The schedules, by id (`[a-z0-9][a-z0-9._-]{0,127}`): the id is what a schedule is, whatever else changes.',
    usual: 'none',
    example: { 'nightly-invoices': { handler: 'invoices.close', cron: '30 2 * * *' } },
  },
} satisfies Record<string, Note>;

/** The readers of a schedule's keys, each with what it is for. */
export const NOTED_FIELDS: Readers = Object.fromEntries(
  supported(SCHEDULE_FIELDS).map((name) => {
    const key = name as keyof typeof FIELD_NOTES;
    return [name, about(SCHEDULE_FIELDS[key] as Reader<unknown>, FIELD_NOTES[key].about)];
  }),
);
