/** What happens to a schedule in each case of `explain`, and what is answered beside the sentence. */

import type { Explanation } from '../../../src/schedules/explain.js';
import type { Life } from './explain-stage.js';

export interface ExplainCase {
  /** When its life begins. */
  now: string;
  happens(life: Life): Promise<void>;
  /** The time that is asked about. */
  at: string;
  answers: Partial<Explanation>;
}

const DAILY = { cron: '0 9 * * *' };
const BERLIN = { timezone: 'Europe/Berlin' };
const NIGHT = { cron: '30 2 * * *', ...BERLIN };
const NOON = '2026-03-27T12:00:00Z';
/** The first instant of DAILY after it, a Saturday. */
const NINE = '2026-03-28T09:00:00Z';
const JUST_BEFORE = '2026-03-28T08:59:55Z';

/** Until just before its first instant; it is planned. */
async function planned(life: Life, fields: object = DAILY): Promise<void> {
  await life.put(fields);
  await life.until(JUST_BEFORE);
}

async function fired(life: Life, fields: object = DAILY): Promise<void> {
  await planned(life, fields);
  await life.until('2026-03-28T09:00:03Z');
}

/** The run of 12:10 goes on, and the one of 12:20 waits for longer than it may. */
async function behindItsRun(life: Life, overlap: string): Promise<void> {
  await life.put({ every: '10m', overlap, expiresIn: '5m' });
  await life.through('2026-03-27T12:09:55Z', '2026-03-27T12:10:00Z');
  await life.taken();
  await life.through('2026-03-27T12:19:55Z', '2026-03-27T12:20:00Z', '2026-03-27T12:25:01Z');
}

const task = `s@${Date.parse(NINE)}`;

export const CASES: Record<string, ExplainCase> = {
  'still to come': {
    now: NOON,
    happens: (life) => life.put({ ...DAILY, ...BERLIN }),
    at: '2026-03-30T07:00:00Z',
    answers: { fate: 'preview', next: '2026-03-28T08:00:00.000Z' },
  },
  'the next run': {
    now: NOON,
    happens: (life) => life.put(DAILY),
    at: NINE,
    answers: { fate: 'preview', nominalAt: '2026-03-28T09:00:00.000Z', next: '2026-03-28T09:00:00.000Z' },
  },
  planned: { now: NOON, happens: planned, at: NINE, answers: { fate: 'planned', taskId: task } },
  'passed, and not decided yet': {
    now: NOON,
    happens: async (life) => {
      await life.put(DAILY);
      life.asleepUntil('2026-03-28T09:30:00Z');
    },
    at: NINE,
    answers: { fate: 'preview' },
  },
  'fired, waits for a worker': {
    now: NOON,
    happens: fired,
    at: NINE,
    answers: { fate: 'fired', state: 'ready', taskId: task },
  },
  'fired, is running': {
    now: NOON,
    happens: async (life) => {
      await fired(life);
      await life.taken();
    },
    at: NINE,
    answers: { fate: 'fired', state: 'running' },
  },
  'fired, completed': {
    now: NOON,
    happens: async (life) => {
      await fired(life);
      await life.taken();
      await life.ends(65_000);
    },
    at: NINE,
    answers: { fate: 'fired', state: 'completed', next: '2026-03-29T09:00:00.000Z' },
  },
  'fired, tried again': {
    now: NOON,
    happens: async (life) => {
      await fired(life);
      await life.taken();
      const due = Date.parse('2026-03-28T09:05:00Z');
      await life.ends(500, { error: 'no route to host', next: { to: 'retry', due } });
    },
    at: NINE,
    answers: { fate: 'fired', state: 'retrying' },
  },
  'fired, dead': {
    now: NOON,
    happens: async (life) => {
      await fired(life);
      await life.taken();
      await life.ends(500, { error: 'disk full', next: { to: 'dead' } });
    },
    at: NINE,
    answers: { fate: 'fired', state: 'dead' },
  },
  'fired, its task is pruned': {
    now: NOON,
    happens: async (life) => {
      await fired(life);
      await life.taken();
      await life.ends(500);
      await life.until('2026-04-10T12:00:00Z');
      const none = { count: 0, age: 0 };
      await life.on.store.prune('default', { completed: none, dead: none, atLeast: 0 });
    },
    at: NINE,
    answers: { fate: 'fired', state: 'pruned', taskId: task },
  },
  'cancelled before a worker took it': {
    now: NOON,
    happens: async (life) => {
      await planned(life);
      await life.on.post(`/v1/tasks/${encodeURIComponent(task)}/cancel`, { reason: 'not today' });
      await life.until('2026-03-28T09:00:03Z');
    },
    at: NINE,
    answers: { fate: 'skipped', reason: 'cancelled', taskId: task },
  },
  'caught up, and expired before a worker took it': {
    now: NOON,
    happens: async (life) => {
      await life.put({ ...DAILY, expiresIn: '1h' });
      // Hours late: it counts from when it came due at last.
      await life.through('2026-03-28T15:00:00Z', '2026-03-28T15:59:59Z');
      const { fate } = await life.explain(NINE);
      if (fate !== 'fired') throw new Error(fate);
      await life.until('2026-03-28T16:00:01Z');
    },
    at: NINE,
    answers: { fate: 'skipped', reason: 'cancelled', taskId: task },
  },
  'expired while it waited for the run before it': {
    now: NOON,
    happens: (life) => behindItsRun(life, 'wait'),
    at: '2026-03-27T12:20:00Z',
    answers: { fate: 'skipped', reason: 'cancelled' },
  },
  'expired while the run that it was to replace went on': {
    now: NOON,
    happens: (life) => behindItsRun(life, 'replace'),
    at: '2026-03-27T12:20:00Z',
    answers: { fate: 'skipped', reason: 'cancelled' },
  },
  'caught up': {
    now: NOON,
    happens: async (life) => {
      await life.put(DAILY);
      await life.until('2026-03-28T12:00:00Z');
      await life.taken();
      await life.ends(2_000);
    },
    at: NINE,
    answers: { fate: 'fired', state: 'completed' },
  },
  missed: {
    now: NOON,
    happens: async (life) => {
      await life.put({ ...DAILY, catchUp: { policy: 'none' } });
      await life.until('2026-03-28T12:00:00Z');
    },
    at: NINE,
    answers: { fate: 'missed' },
  },
  superseded: {
    now: NOON,
    happens: async (life) => {
      await planned(life);
      await life.put({ cron: '0 10 * * *' });
      await life.until('2026-03-28T09:30:00Z');
    },
    at: NINE,
    answers: { fate: 'superseded' },
  },
  'superseded long before': {
    now: NOON,
    happens: async (life) => {
      await fired(life);
      await life.put({ cron: '0 10 * * *' });
    },
    at: '2026-04-04T09:00:00Z',
    answers: { fate: 'superseded', next: '2026-03-28T10:00:00.000Z' },
  },
  'skipped: the run before it had not ended': {
    now: NOON,
    happens: async (life) => {
      await fired(life);
      await life.taken();
      await life.through('2026-03-29T08:59:55Z', '2026-03-29T09:00:03Z');
    },
    at: '2026-03-29T09:00:00Z',
    answers: { fate: 'skipped', reason: 'overlap' },
  },
  coalesced: {
    now: NOON,
    happens: async (life) => {
      await fired(life, { ...DAILY, overlap: 'wait' });
      await life.taken();
      await life.through('2026-03-29T08:59:55Z', '2026-03-29T09:00:03Z');
      await life.through('2026-03-30T08:59:55Z', '2026-03-30T09:00:03Z');
    },
    at: '2026-03-29T09:00:00Z',
    answers: { fate: 'coalesced' },
  },
  'fired, waits for the run before it': {
    now: NOON,
    happens: async (life) => {
      await fired(life, { ...DAILY, overlap: 'wait' });
      await life.taken();
      await life.through('2026-03-29T08:59:55Z', '2026-03-29T09:00:03Z');
    },
    at: '2026-03-29T09:00:00Z',
    answers: { fate: 'fired', state: 'scheduled' },
  },
  'skipped by catch-up': {
    now: NOON,
    happens: async (life) => {
      await fired(life);
      await life.noted(NINE, 'catchUp');
    },
    at: NINE,
    answers: { fate: 'skipped', reason: 'catchUp' },
  },
  'skipped on request': {
    now: NOON,
    happens: async (life) => {
      await life.put(DAILY);
      await life.on.post('/v1/schedules/s/skip', { by: 'ann', reason: 'stocktaking' });
      await life.through(JUST_BEFORE, '2026-03-28T09:00:03Z');
    },
    at: NINE,
    answers: { fate: 'skipped', reason: 'skipNext' },
  },
  'skipped: paused, by whom and why': {
    now: NOON,
    happens: async (life) => {
      await life.put(DAILY);
      life.asleepUntil('2026-03-27T15:00:00Z');
      await life.on.post('/v1/schedules/s/pause', { reason: 'works on the network' });
      await life.until('2026-03-28T09:30:00Z');
    },
    at: NINE,
    answers: { fate: 'skipped', reason: 'paused' },
  },
  'skipped: paused, and resumed since': {
    now: NOON,
    happens: async (life) => {
      await life.put(DAILY);
      life.asleepUntil('2026-03-27T15:00:00Z');
      await life.on.post('/v1/schedules/s/pause', { reason: 'works on the network' });
      life.asleepUntil('2026-03-28T09:30:00Z');
      await life.on.post('/v1/schedules/s/resume');
    },
    at: NINE,
    answers: { fate: 'skipped', reason: 'paused', next: '2026-03-29T09:00:00.000Z' },
  },
  'skipped: paused until a time': {
    now: NOON,
    happens: async (life) => {
      await life.put(DAILY);
      await life.on.post('/v1/schedules/s/pause', { until: '2026-03-28T12:00:00Z', by: 'ann' });
      await life.until('2026-03-28T09:30:00Z');
    },
    at: NINE,
    answers: { fate: 'skipped', reason: 'paused' },
  },
  'still to come, while it is paused': {
    now: NOON,
    happens: async (life) => {
      await life.put(DAILY);
      await life.on.post('/v1/schedules/s/pause', { reason: 'works on the network' });
    },
    at: NINE,
    answers: { fate: 'preview', reason: 'paused' },
  },
  'skipped: disabled': {
    now: NOON,
    happens: async (life) => {
      await life.put(DAILY);
      life.asleepUntil('2026-03-27T15:00:00Z');
      await life.put({ ...DAILY, enabled: false });
      await life.until('2026-03-28T09:30:00Z');
    },
    at: NINE,
    answers: { fate: 'skipped', reason: 'disabled' },
  },
  'skipped: it had had its runs': {
    now: NOON,
    happens: async (life) => {
      await fired(life, { ...DAILY, maxRuns: 1 });
      await life.through('2026-03-29T08:59:55Z', '2026-03-29T09:30:00Z');
    },
    at: '2026-03-29T09:00:00Z',
    answers: { fate: 'skipped', reason: 'limit' },
  },
  shadow: {
    now: NOON,
    happens: async (life) => {
      await life.put({ ...DAILY, enabled: 'shadow' });
      await life.until(JUST_BEFORE);
      await life.until('2026-03-28T09:00:03Z');
    },
    at: NINE,
    answers: { fate: 'shadow' },
  },
  backfilled: {
    now: NOON,
    happens: async (life) => {
      await life.put({ ...DAILY, catchUp: { policy: 'none' } });
      await life.until('2026-03-28T12:00:00Z');
      await life.backfilled('2026-03-28T00:00:00Z', '2026-03-28T12:00:00Z');
      await life.taken();
      await life.ends(2_000);
    },
    at: NINE,
    answers: { fate: 'fired', state: 'completed' },
  },
  'with jitter, asked by the time it came due': {
    now: NOON,
    happens: (life) => fired(life, { ...DAILY, jitter: '2s' }),
    // As jitter has it for this schedule and instant.
    at: '2026-03-28T09:00:00.784Z',
    answers: { fate: 'fired', nominalAt: '2026-03-28T09:00:00.000Z' },
  },
  'in a gap, put off to after it': {
    now: NOON,
    happens: (life) => life.put(NIGHT),
    at: '2026-03-29T01:30:00Z',
    answers: { fate: 'preview' },
  },
  'in a gap, passed over': {
    now: NOON,
    happens: (life) => life.put({ ...NIGHT, dst: { gap: 'skip' } }),
    at: '2026-03-29T01:30:00Z',
    answers: { fate: 'none' },
  },
  'first pass of a repeated hour': {
    now: '2026-10-24T12:00:00Z',
    happens: (life) => life.put(NIGHT),
    at: '2026-10-25T00:30:00Z',
    answers: { fate: 'preview' },
  },
  'second pass of a repeated hour, left out': {
    now: '2026-10-24T12:00:00Z',
    happens: (life) => life.put(NIGHT),
    at: '2026-10-25T01:30:00Z',
    answers: { fate: 'none' },
  },
  'second pass of a repeated hour': {
    now: '2026-10-24T12:00:00Z',
    happens: (life) => life.put({ ...NIGHT, dst: { fold: 'both' } }),
    at: '2026-10-25T01:30:00Z',
    answers: { fate: 'preview' },
  },
  'excluded by date': {
    now: NOON,
    happens: (life) => life.put({ ...DAILY, exclude: ['2026-03-28'] }),
    at: NINE,
    answers: { fate: 'none', next: '2026-03-29T09:00:00.000Z' },
  },
  'excluded by cron': {
    now: NOON,
    happens: (life) => life.put({ ...DAILY, exclude: ['2026-12-25', { cron: '* * * * SAT' }] }),
    at: NINE,
    answers: { fate: 'none' },
  },
  'excluded by a calendar': {
    now: NOON,
    happens: (life) => life.declared({ ...DAILY, exclude: ['works'] }, { works: ['2026-03-27..2026-03-28'] }),
    at: NINE,
    answers: { fate: 'none' },
  },
  'before startAt': {
    now: NOON,
    happens: (life) => life.put({ ...DAILY, startAt: '2026-04-01T00:00:00Z' }),
    at: NINE,
    answers: { fate: 'none', next: '2026-04-01T09:00:00.000Z' },
  },
  'after endAt': {
    now: NOON,
    happens: (life) => life.put({ ...DAILY, endAt: '2026-03-30T00:00:00Z' }),
    at: '2026-03-30T09:00:00Z',
    answers: { fate: 'none' },
  },
  'off the calendar': {
    now: NOON,
    happens: (life) => life.put({ ...DAILY, ...BERLIN }),
    at: '2026-03-28T08:07:00Z',
    answers: { fate: 'none', next: '2026-03-28T08:00:00.000Z' },
  },
  'off the calendar of that time': {
    now: NOON,
    happens: async (life) => {
      await life.put({ every: '6h' });
      await life.until(JUST_BEFORE);
      await life.until('2026-03-28T09:30:00Z');
      await life.put(DAILY);
    },
    at: NINE,
    answers: { fate: 'none', next: '2026-03-29T09:00:00.000Z' },
  },
  'before the schedule was made': {
    now: NOON,
    happens: (life) => life.put(DAILY),
    at: '2026-03-27T09:00:00Z',
    answers: { fate: 'unknown' },
  },
  'before what the ledger keeps': {
    now: NOON,
    happens: async (life) => {
      await fired(life);
      life.asleepUntil('2026-08-01T00:00:00Z');
      await life.rewritten((ledger) => ({ ...ledger, knownFrom: Date.parse('2026-05-01T00:00:00Z') }));
    },
    at: NINE,
    answers: { fate: 'unknown' },
  },
};
