/** Takes back ready runs of a schedule that rests or is removed, in slices, right after the edit that says so. */

import type { StoredSchedule } from '../domain/schedule/schedule.js';
import type { LaneOf, OpenWithdrawal, RoadStore, ScheduleStore } from '../store/contract/index.js';

/** Tasks promoted in one call. */
const BATCH = 1_000;
/** Lanes of former definitions that are remembered. */
const MOST_LANES = 8;

/** What is due and was promoted by nobody stands in no list that an edit looks at: it is promoted first. */
export async function promoteOverdue(store: Pick<RoadStore, 'promote'>, queue: string): Promise<void> {
  while ((await store.promote(queue, BATCH)).moved >= BATCH);
}

/** Ready runs of a schedule wait in the lanes of its present definition and of those before. */
export function readyLanes({ definition, lanes = [] }: StoredSchedule): LaneOf[] {
  return [laneOf(definition), ...lanes];
}

function laneOf({ handler, priority, concurrencyKey: key }: LaneOf): LaneOf {
  return { handler, priority, ...(key === undefined ? {} : { concurrencyKey: key }) };
}

function isSame(a: LaneOf, b: LaneOf): boolean {
  return a.handler === b.handler && a.priority === b.priority && a.concurrencyKey === b.concurrencyKey;
}

type Ready = Pick<OpenWithdrawal, 'id' | 'queue' | 'revision' | 'lanes' | 'word'>;

/** `until`: only runs of instants up to this one, because newer ones may be of a schedule that goes on again. */
export async function withdrawReady(
  store: Pick<ScheduleStore, 'withdrawReady'>,
  { id, queue, revision, lanes, word }: Ready,
  until?: number,
): Promise<void> {
  for (const [i, lane] of lanes.entries()) {
    const how = { word, until, done: i === lanes.length - 1 ? revision : undefined };
    let position: number | null = 0;
    while (position !== null) position = await store.withdrawReady(queue, id, lane, position, how);
  }
}

/** The lanes in which runs of earlier definitions may wait, after an edit. */
export function formerLanes(
  { definition: before, lanes = [] }: StoredSchedule,
  after: LaneOf & { queue: string },
): LaneOf[] {
  const all = [laneOf(before), ...lanes];
  const others = all.filter(
    (one, i) => all.findIndex((other) => isSame(one, other)) === i && !isSame(one, after),
  );
  return before.queue === after.queue ? others.slice(0, MOST_LANES) : [];
}
