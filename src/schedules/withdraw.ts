/** Takes back ready runs of a schedule that rests or is removed, in slices, right after the edit that says so. */

import type { Word } from '../domain/schedule/ledger.js';
import type { StoredSchedule } from '../domain/schedule/schedule.js';
import type { LaneOf, RoadStore, ScheduleStore } from '../store/contract/index.js';

/** Tasks promoted in one call. */
const BATCH = 1_000;
/** Lanes of former definitions that are remembered. */
const MOST_LANES = 8;

/** What is due and was promoted by nobody stands in no list that an edit looks at: it is promoted first. */
export async function promoteOverdue(store: Pick<RoadStore, 'promote'>, queue: string): Promise<void> {
  while ((await store.promote(queue, BATCH)).moved >= BATCH);
}

/** `word`: written down for each; absent for a schedule that is gone. */
export async function withdrawReady(
  store: Pick<ScheduleStore, 'withdrawReady'>,
  { definition, lanes = [] }: StoredSchedule,
  word?: Word,
): Promise<void> {
  const { id, queue, handler, priority } = definition;
  for (const lane of [{ handler, priority }, ...lanes]) {
    let position: number | null = 0;
    while (position !== null) position = await store.withdrawReady(queue, id, lane, position, word);
  }
}

/** The lanes in which runs of earlier definitions may wait, after an edit. */
export function formerLanes(
  { definition: before, lanes = [] }: StoredSchedule,
  after: LaneOf & { queue: string },
): LaneOf[] {
  const all = [{ handler: before.handler, priority: before.priority }, ...lanes];
  const others = all.filter(({ handler, priority }, i) => {
    const first = all.findIndex((other) => other.handler === handler && other.priority === priority) === i;
    return first && (handler !== after.handler || priority !== after.priority);
  });
  return before.queue === after.queue ? others.slice(0, MOST_LANES) : [];
}
