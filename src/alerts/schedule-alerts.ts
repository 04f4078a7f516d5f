/** What is wrong with one schedule: expectations that are missed, and that it paused itself. */

import { formatDuration } from '../domain/input/durations.js';
import { isInvalid } from '../domain/input/errors.js';
import { firstAfter } from '../domain/schedule/expand.js';
import { type Expect, type Expectation, type Expected, nextLimit } from '../domain/schedule/expectations.js';
import { expectationId, judgedRow } from '../schedules/expectation-views.js';
import { isLive } from '../schedules/planned-ahead.js';
import { saidTime } from '../schedules/said-times.js';
import type { ReadStore, ScheduleRow } from '../store/contract/index.js';
import type { AlertKind } from './kinds.js';
import { pingAgain } from './pings.js';
import { type Alert, alertOf } from './view.js';

/** The kinds that are found here. */
export const SCHEDULE_KINDS: readonly AlertKind[] = ['expectation', 'schedulePaused'];

/** One that is missed is looked at again after this time, and any other one at the latest after that, ms. */
const MISSED_AGAIN = 2_000;
const LOOK_AGAIN = 60_000;

export interface Looked {
  wrong: Alert[];
  /** What it was found by, the latest instant first. */
  latest: readonly Expected[];
  /** When something else may come of it, ms. */
  again: number;
}

export async function scheduleAlerts(
  store: Pick<ReadStore, 'runs'>,
  row: ScheduleRow,
  now: number,
): Promise<Looked> {
  const { expectations, latest } = await judgedRow(store, row, now);
  const missed = expectations.filter(({ state }) => state === 'missed');
  const wrong = [...pausedItself(row), ...missed.map((one) => missedAlert(row, one, now))];
  if (missed.length > 0) return { wrong, latest, again: now + MISSED_AGAIN };
  const { expect = {} } = row.schedule.definition;
  const next = nextLimit(expect, latest, now) ?? Number.POSITIVE_INFINITY;
  const limit = Math.min(next, comingLimit(row, expect, now), pingAgain(row, latest, now));
  return { wrong, latest, again: Math.min(limit, now + LOOK_AGAIN) };
}

function pausedItself({ schedule: { definition, paused } }: ScheduleRow): Alert[] {
  if (paused?.streak === undefined || definition.pauseAfter === undefined) return [];
  const text = `${definition.id} paused itself: ${paused.reason}`;
  return [alertOf('schedulePaused', definition.id, paused.at, text)];
}

/** When the first limit of the next instant passes. */
function comingLimit({ schedule }: ScheduleRow, expect: Expect, now: number): number {
  if (!isLive(schedule)) return Number.POSITIVE_INFINITY;
  try {
    const coming = firstAfter(schedule.definition, now);
    return coming === null ? Number.POSITIVE_INFINITY : coming + Math.min(...Object.values(expect)) + 1;
  } catch (error) {
    if (!isInvalid(error)) throw error;
    return Number.POSITIVE_INFINITY;
  }
}

const WANTED = { startWithin: 'start', finishWithin: 'end', successWithin: 'succeed' } as const;

function missedAlert({ schedule: { definition } }: ScheduleRow, one: Expectation, now: number): Alert {
  const { kind, limit, since = now, nominal = now } = one;
  const when = saidTime(nominal, definition);
  const text = `${definition.id} was to ${WANTED[kind]} within ${formatDuration(limit)} of ${when}, and did not`;
  return {
    ...alertOf('expectation', definition.id, since, text),
    id: expectationId(definition.id, kind),
    nominal,
  };
}
