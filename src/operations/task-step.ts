/** One slice of a deed on many tasks: some are chosen and written down, and then it is done to them. */

import type { TaskState } from '../domain/task/task.js';
import type { OperationRecord, TaskFacts, TaskWalk } from '../store/contract/index.js';
import { beginning, statesOf } from './many-tasks.js';
import type { Carrying, Step } from './step.js';
import { TASK_DEEDS, type TaskDeed, type TaskDeedName } from './task-deeds.js';
import { selectionOf, type TaskSelection, type Walk, walk } from './task-filter.js';

/** Chosen at once, and how often it is chosen at most where there is a pace, ms. */
const SLICE = 500;
const SOONEST = 250;
/** Pages looked at for one slice: a filter may be met rarely. */
const PAGES = 10;

export function taskStep(record: OperationRecord, by: Carrying): Promise<Step> {
  const deed: TaskDeed = TASK_DEEDS[record.kind as TaskDeedName];
  const selection = selectionOf(record.filter);
  return walkOn(record, by, deed, selection, statesOf(deed.states, selection.state));
}

/** On through the tasks of these states, to the end of the round that met nothing to do. */
export async function walkOn(
  record: OperationRecord,
  by: Carrying,
  deed: TaskDeed,
  selection: TaskSelection,
  states: readonly TaskState[],
): Promise<Step> {
  const { walk: at, position } = record.progress;
  if (!at) return { to: 'end', state: 'aborted', problem: 'nothing says how far it has come' };
  if (at.chosen) return perform(record, at, by, deed);
  const means = (task: TaskFacts): boolean => deed.since(task) <= at.upTo && deed.means(task, record);
  const next = await choose(by, { selection, states, means }, at, sliceOf(record));
  const going = { done: record.done, failed: at.failed };
  if (next) return { to: 'next', ...going, progress: { position, nextAt: by.now, walk: next } };
  if (at.done > 0) {
    // What was not where it was looked for may have come to where it had been: once more from the beginning.
    return { to: 'next', ...going, progress: { ...beginning(by.now, at.upTo), position: position + 1 } };
  }
  const failed = Math.max(0, record.matched - record.done);
  const rest = failed - at.failed;
  const words = [
    ...(at.failed > 0 ? [`${at.failed} refused it`] : []),
    ...(rest > 0 ? [`${rest} had moved on by themselves`] : []),
  ];
  return { to: 'end', state: 'done', failed, ...(words.length > 0 ? { problem: words.join(', ') } : {}) };
}

/** With a pace so many as it allows in a while. */
export function sliceOf({ perMinute }: OperationRecord): number {
  if (perMinute === undefined) return SLICE;
  return Math.max(1, Math.min(SLICE, Math.floor((perMinute * SOONEST) / 60_000)));
}

/** The next ones; null: there are none in the rest of this round. */
async function choose({ store }: Carrying, all: Walk, at: TaskWalk, most: number): Promise<TaskWalk | null> {
  let pages = 0;
  for await (const { queue, tasks, after } of walk(store, all, at)) {
    const some = tasks.slice(0, most);
    const last = some.at(-1);
    const reached = tasks.length > some.length && last ? last.after : after;
    pages += 1;
    if (!last && pages < PAGES) continue;
    const place = reached === '' ? { queue: `${queue} `, after: '' } : { queue, after: reached };
    const chosen = { queue, tasks: some.map(({ task: { id, attempt } }) => ({ id, attempt })) };
    return { ...at, ...place, ...(last ? { chosen } : {}) };
  }
  return null;
}

async function perform(record: OperationRecord, at: TaskWalk, by: Carrying, deed: TaskDeed): Promise<Step> {
  const { chosen: { queue, tasks } = { queue: '', tasks: [] }, ...place } = at;
  const words = await deed.some(by.store, queue, tasks, record);
  const done = words.filter((word) => word === 'done').length;
  const failed = at.failed + words.filter((word) => word === 'refused').length;
  const { perMinute } = record;
  const wait = perMinute === undefined ? 0 : Math.ceil((tasks.length * 60_000) / perMinute);
  const walked = { ...place, done: at.done + done, failed };
  return {
    to: 'next',
    done: record.done + done,
    failed,
    progress: { position: record.progress.position, nextAt: by.now + wait, walk: walked },
  };
}
