/** What a run is told of its schedule (`ctx.schedule`). */

import { formatInstant } from '../domain/input/instants.js';
import { dueOf, runsLeft } from '../domain/schedule/expand.js';
import { type Interval, intervalOf } from '../domain/schedule/interval.js';
import type { RunKind } from '../domain/schedule/run-id.js';
import type { ScheduleFacts, ScheduleRow } from '../store/contract/index.js';
import { nextOf } from './coming.js';
import { ledgerOf } from './ledger-of.js';
import { isLive, plannedAhead } from './planned-ahead.js';

/** Instants told in advance. */
const UPCOMING = 5;

/** `ctx.schedule` of a run: what it stands for; times are RFC 3339. */
export interface RunContext {
  /** Of the schedule. */
  readonly id: string;
  /** `live`, `catchUp`, `trigger` or `backfill`. */
  readonly kind: RunKind;
  /** What the calendar says. */
  readonly nominalAt: string;
  /** Nominal time and jitter. */
  readonly dueAt: string;
  /** From then to the start of this attempt. */
  readonly latenessMs: number;
  /** What this run stands for: from the run before it (from registration for the first) to its nominal time. */
  readonly interval: { readonly from: string; readonly to: string };
  /** Instants in that interval that were missed. */
  readonly missedCount: number;
  /** Whether it makes good for an instant that was missed. */
  readonly catchUp: boolean;
  /** The next five instants. */
  readonly upcoming: readonly string[];
  /** The run that completed last, with what its handler returned; null where that is no longer kept. */
  readonly lastSuccess?: {
    readonly nominalAt: string;
    readonly taskId: string;
    readonly result: unknown;
  };
}

export interface Run {
  schedule: string;
  kind: RunKind;
  nominal: number;
  /** When its task came due, ms. */
  due: number;
  startedAt: number;
}

/** `nominalOf`: the nominal time in a task's id. */
export function runContext(
  { schedule: id, kind, nominal, due: taskDue, startedAt }: Run,
  { row, lastSuccess }: ScheduleFacts,
  nominalOf: (taskId: string) => number | undefined,
): RunContext {
  const last = lastSuccess && { ...lastSuccess, nominal: nominalOf(lastSuccess.taskId) };
  const told = row ? fromRow(row, nominal, startedAt) : null;
  const due = kind === 'trigger' ? taskDue : (told?.due ?? taskDue);
  const { from, to, missed } = told?.interval ?? { from: last?.nominal ?? nominal, to: nominal, missed: 0 };
  return {
    ...{ id, kind, nominalAt: formatInstant(nominal), dueAt: formatInstant(due) },
    latenessMs: Math.max(0, startedAt - due),
    interval: { from: formatInstant(Math.min(from, to)), to: formatInstant(to) },
    missedCount: missed,
    catchUp: kind === 'catchUp',
    upcoming: (told?.upcoming ?? []).map((at) => formatInstant(at)),
    ...(last?.nominal === undefined
      ? {}
      : {
          lastSuccess: {
            nominalAt: formatInstant(last.nominal),
            taskId: last.taskId,
            result: last.result === undefined ? null : (JSON.parse(last.result) as unknown),
          },
        }),
  };
}

interface Told {
  due: number;
  interval: Interval;
  upcoming: number[];
}

function upcomingAfter(row: ScheduleRow, after: number): number[] {
  const { definition } = row.schedule;
  const planned = definition.maxRuns === undefined ? 0 : plannedAhead(row, after).length;
  const left = Math.min(UPCOMING, planned + runsLeft(definition, row.runs));
  return nextOf(row, after, left).map(({ nominal }) => nominal);
}

/** null: its calendar cannot be read, as that of a schedule which was edited into one that this release refuses. */
function fromRow(row: ScheduleRow, nominal: number, now: number): Told | null {
  const { schedule, singles = [] } = row;
  const { definition, createdAt } = schedule;
  try {
    const asked = { nominal, since: createdAt, cursor: row.cursor, singles, now };
    return {
      due: dueOf(definition, nominal),
      interval: intervalOf(ledgerOf(row), definition, asked),
      upcoming: isLive(schedule) ? upcomingAfter(row, Math.max(now, nominal)) : [],
    };
  } catch {
    return null;
  }
}
