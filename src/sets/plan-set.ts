/** The plan of a file set: what proposing these files would change in what fires, and whether it would be held. */

import { formatInstant } from '../domain/input/instants.js';
import { grouped } from '../runtime/grouped.js';
import { slices } from '../runtime/slices.js';
import type { ScheduleRow, ScheduleStore, UnfinishedRuns } from '../store/contract/index.js';
import { type Asked, factsOf, judgeAsked, type ProposeStore } from './asked.js';
import { declaredIn, type Line, linesIn, type PackedSet } from './body.js';
import { isCarriedOut } from './carry-out.js';
import { compareLive, type Differing } from './compare-live.js';
import { heldBecause } from './judge.js';
import {
  fieldChanges,
  fieldsOf,
  fireTimesOf,
  ownerOf,
  type PausedView,
  type PlannedAction,
  type PlannedChange,
  type Span,
  waitingOf,
} from './plan-schedule.js';
import type { PlanView } from './plan-view.js';
import { heldView } from './view.js';

export type PlanStore = ProposeStore & Pick<ScheduleStore, 'schedulesFrom' | 'unfinished'>;

/** How far fire times are compared, ms. */
const AHEAD = 7 * 86_400_000;
/** Instants of one schedule that are compared: every five minutes for a week. */
const MOST_INSTANTS = 2_500;
const MOST_CHANGES = 1_000;
const MOST_CONFLICTS = 1_000;
const MOST_PAUSED = 100;
/** Schedules whose unfinished runs are asked for at a time. */
const AT_ONCE = 100;
/** What takes something away is told first where there is more than can be told. */
const ORDER: readonly PlannedAction[] = ['remove', 'rename', 'takeOver', 'change', 'create'];

export async function planSet(
  store: PlanStore,
  asked: Asked,
  now: number,
): Promise<Omit<PlanView, 'warnings'>> {
  const { set, packed } = asked;
  const { record, proposed, takeOver } = await judgeAsked(store, asked);
  const { verdict, reason } = proposed;
  const lines = await linesById(packed);
  const found = await compareLive(store, { set, lines, takeOver: new Set(takeOver), now });
  const span: Span = { now, until: now + AHEAD, limit: MOST_INSTANTS };
  const { differing, conflicts } = found;
  const told = lightest(differing);
  const counts = { create: 0, change: 0, rename: 0, takeOver: 0, remove: 0 };
  for (const { action } of differing) counts[action] += 1;
  return {
    ...{ set, digest: packed.digest, schedules: packed.schedules },
    ...factsOf(asked),
    ...{ at: formatInstant(now), until: formatInstant(span.until), verdict },
    ...(reason ? { reason, because: heldBecause(reason, asked, record.live) } : {}),
    ...(record.held ? { held: heldView(record.held, record.live) } : {}),
    ...(isCarriedOut(record) ? {} : { applying: true as const }),
    against: {
      ...(record.live ? { revision: record.live.number, digest: record.live.digest } : {}),
      owners: found.owners,
    },
    counts: { ...counts, unchanged: found.unchanged, conflict: conflicts.length },
    changes: await changesOf(store, told, span),
    more: differing.length - told.length,
    conflicts: conflicts.slice(0, MOST_CONFLICTS),
    paused: found.paused.slice(0, MOST_PAUSED).flatMap((row) => pausedView(row) ?? []),
    peaks: await found.peaks.view(span.until),
  };
}

async function linesById(packed: PackedSet): Promise<Map<string, Line>> {
  const lines = new Map<string, Line>();
  const rest = slices();
  for await (const line of linesIn(packed)) {
    await rest();
    lines.set(line.id, line);
  }
  return lines;
}

/** The first ones in their order, without putting a hundred thousand in order. */
function lightest(differing: readonly Differing[]): Differing[] {
  const told: Differing[] = [];
  for (const one of differing) {
    const last = told[MOST_CHANGES - 1];
    if (last && byWeight(one, last) > 0) continue;
    let [from, to] = [0, told.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (byWeight(told[middle] as Differing, one) <= 0) from = middle + 1;
      else to = middle;
    }
    told.splice(from, 0, one);
    told.length = Math.min(told.length, MOST_CHANGES);
  }
  return told;
}

function byWeight(a: Differing, b: Differing): number {
  return ORDER.indexOf(a.action) - ORDER.indexOf(b.action) || (a.id < b.id ? -1 : 1);
}

async function changesOf(store: PlanStore, told: readonly Differing[], span: Span): Promise<PlannedChange[]> {
  const unfinished = await unfinishedOf(
    store,
    told.flatMap(({ row }) => row ?? []),
  );
  const rest = slices();
  const changes: PlannedChange[] = [];
  for (const one of told) {
    await rest();
    changes.push(changeOf(one, unfinished.get(one.row as ScheduleRow) ?? null, span));
  }
  return changes;
}

/** In the queue in which each is. */
async function unfinishedOf(
  store: PlanStore,
  rows: readonly ScheduleRow[],
): Promise<Map<ScheduleRow, UnfinishedRuns>> {
  const found = new Map<ScheduleRow, UnfinishedRuns>();
  const byQueue = grouped(rows, ({ schedule }) => schedule.definition.queue);
  for (const [queue, some] of byQueue) {
    for (let at = 0; at < some.length; at += AT_ONCE) {
      const page = some.slice(at, at + AT_ONCE);
      const runs = await store.unfinished(
        queue,
        page.map(({ schedule }) => schedule.definition.id),
      );
      for (const [i, row] of page.entries()) if (runs[i]) found.set(row, runs[i]);
    }
  }
  return found;
}

function changeOf(
  { id, action, line, row }: Differing,
  unfinished: UnfinishedRuns | null,
  span: Span,
): PlannedChange {
  const declared = line && declaredIn(line);
  const before = row?.schedule.definition;
  const after = declared?.definition ?? null;
  const place = declared?.place ?? row?.schedule.source;
  const { runs, fault } = fireTimesOf(row ?? null, after, span);
  const paused = row && after ? pausedView(row) : undefined;
  const fields = before && after ? fieldChanges(before, after) : after ? fieldsOf(after) : [];
  return {
    ...{ id, action },
    ...(before && before.id !== id ? { formerly: before.id } : {}),
    ...(action === 'takeOver' && row ? { from: ownerOf(row.schedule.source) } : {}),
    ...(place?.file === undefined ? {} : { file: place.file }),
    ...(place?.line === undefined ? {} : { line: place.line }),
    // That it is called otherwise is told by its action.
    fields: fields.filter(({ field }) => field !== 'formerly' || before?.id === id),
    ...(before && after && before.queue !== after.queue
      ? { queue: { from: before.queue, to: after.queue } }
      : {}),
    runs,
    ...(row ? { waits: waitingOf({ row, unfinished }, after, span.now) } : {}),
    ...(paused ? { paused } : {}),
    ...(fault === undefined ? {} : { fault }),
  };
}

function pausedView({ schedule }: ScheduleRow): PausedView | undefined {
  const { paused, definition } = schedule;
  if (!paused) return undefined;
  const { at, until, reason, by } = paused;
  return {
    ...{ id: definition.id, at: formatInstant(at) },
    ...(until === undefined ? {} : { until: formatInstant(until) }),
    ...(reason === undefined ? {} : { reason }),
    ...(by === undefined ? {} : { by }),
  };
}
