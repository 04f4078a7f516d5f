/** The latest instants of a schedule that were to run, and how far each came: what its expectations are judged by. */

import { nthFromEnd } from '../domain/schedule/catch-up.js';
import { dueOf } from '../domain/schedule/expand.js';
import type { Expected } from '../domain/schedule/expectations.js';
import { wordsBetween } from '../domain/schedule/fates.js';
import { lastFired } from '../domain/schedule/last-fired.js';
import type { Ledger } from '../domain/schedule/ledger.js';
import type { ReadStore, ScheduleRow, TaskFacts } from '../store/contract/index.js';
import { ledgerOf } from './ledger-of.js';
import { isDecided, startOf } from './occurrence-view.js';
import { isLive } from './planned-ahead.js';
import { runsOf } from './runs-of.js';

/** Latest instants that are looked at: those that fired, and those behind them that did not. */
const MOST_FIRED = 5;
const MOST_UNRUN = 50;

/** Latest first; none of a schedule that rests, and of one whose runs nobody looks at. */
export async function latestExpected(
  store: Pick<ReadStore, 'runs'>,
  row: ScheduleRow,
  now: number,
): Promise<Expected[]> {
  const { schedule } = row;
  const { definition } = schedule;
  if (!(definition.expect || definition.heartbeat) || !isLive(schedule)) return [];
  const ledger = ledgerOf(row);
  const fired = firedBefore(row, ledger, now);
  const unrun = unrunAfter(row, ledger, fired[0], now);
  const runs = await runsOf(store, schedule, fired);
  const ran = fired.map((nominal) => ({
    ...{ nominal, due: dueOf(definition, nominal) },
    ...reached(runs.get(nominal)),
  }));
  return [...unrun.reverse(), ...ran];
}

function firedBefore(row: ScheduleRow, ledger: Ledger, now: number): number[] {
  const { schedule, cursor, singles = [] } = row;
  const fired: number[] = [];
  let until = Math.min(now, (cursor ?? Number.POSITIVE_INFINITY) - 1);
  while (fired.length < MOST_FIRED) {
    const nominal = lastFired(ledger, schedule.definition, until, singles);
    if (nominal === null) break;
    fired.push(nominal);
    until = nominal - 1;
  }
  return fired;
}

/** Instants behind the last one that fired which nobody planned, or which were missed; in order. */
function unrunAfter(row: ScheduleRow, ledger: Ledger, last: number | undefined, now: number): Expected[] {
  const { schedule, singles = [] } = row;
  const { definition } = schedule;
  const floor = Math.max(ledger.knownFrom, (last ?? 0) + 1);
  const from = nthFromEnd(definition, floor, now + 1, MOST_UNRUN) ?? floor;
  const { instants } = wordsBetween(ledger, definition, { from, to: now, limit: MOST_UNRUN, singles });
  return instants.flatMap(({ word, undecided, nominal, due }) => {
    const open = word === 'missed' || !isDecided(row, { word, undecided, nominal, due }, now);
    return open ? [{ nominal, due }] : [];
  });
}

function reached(run: TaskFacts | undefined): Partial<Expected> {
  const startedAt = run && startOf(run);
  if (!run || (run.state === 'cancelled' && startedAt === undefined)) return { untold: true };
  return {
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(run.finishedAt === undefined ? {} : { finishedAt: run.finishedAt }),
    ...(run.state === 'completed' ? { succeeded: true } : {}),
    ...(run.state === 'dead' ? { died: true } : {}),
  };
}
