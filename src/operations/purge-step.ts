/** One slice of a purge: what waits is cancelled like many tasks, then records are deleted as the pruner does it. */

import type { TaskState } from '../domain/task/task.js';
import type { Kept, OperationRecord, Retention, TaskWalk } from '../store/contract/index.js';
import { ENDED, WAITING } from './purge.js';
import type { Carrying, Step } from './step.js';
import { CANCEL } from './task-deeds.js';
import { sliceOf, walkOn } from './task-step.js';

/** What ended less than this ago is still asked for by calls that were not answered, ms. */
const AT_LEAST = 5_000;
/** As long as some are too young, ms. */
const LOOK_AGAIN = 500;
const ALL: Kept = { count: Number.POSITIVE_INFINITY, age: Number.POSITIVE_INFINITY };
const NONE: Kept = { count: 0, age: 0 };

export async function purgeStep(record: OperationRecord, by: Carrying): Promise<Step> {
  const queue = String(record.filter['queue']);
  const states = record.filter['states'] as readonly TaskState[];
  const { walk } = record.progress;
  const waiting = states.filter((state) => WAITING.some((one) => one === state));
  const ended = ENDED.filter((state) => states.includes(state));
  if (walk && waiting.length > 0 && walk.queue !== DELETING) {
    const step = await walkOn(record, by, CANCEL, { queue }, waiting);
    if (step.to !== 'end' || step.state === 'aborted' || ended.length === 0) return step;
    const { nextAt, position } = record.progress;
    return {
      to: 'next',
      done: record.done,
      progress: { nextAt, position, walk: { ...walk, queue: DELETING } },
    };
  }
  return walk ? deleteSome(record, by, queue, ended, walk) : { to: 'end', state: 'aborted' };
}

/** Stands where a walk has the name of a queue: what waited was cancelled. */
const DELETING = '~';

async function deleteSome(
  record: OperationRecord,
  { store, now }: Carrying,
  queue: string,
  ended: readonly (typeof ENDED)[number][],
  walk: TaskWalk,
): Promise<Step> {
  const of = (state: (typeof ENDED)[number]): Kept => (ended.includes(state) ? NONE : ALL);
  // What ended later than it was asked for is not meant.
  const retention: Retention = {
    ...{ completed: of('completed'), dead: of('dead'), cancelled: of('cancelled') },
    atLeast: Math.max(AT_LEAST, now - walk.upTo),
  };
  const { perMinute } = record;
  const how = { exact: true as const, ...(perMinute === undefined ? {} : { limit: sliceOf(record) }) };
  const { pruned } = await store.prune(queue, retention, how);
  const done = record.done + pruned;
  if (pruned > 0) {
    const wait = perMinute === undefined ? 0 : Math.ceil((pruned * 60_000) / perMinute);
    return { to: 'next', done, progress: { ...record.progress, nextAt: now + wait } };
  }
  if (now - walk.upTo < AT_LEAST) return { to: 'wait', ms: LOOK_AGAIN };
  // None is left: those that nobody counted were deleted by a leader that did not live to write it down, or by their age.
  return { to: 'end', state: 'done', done: Math.max(done, record.matched) };
}
