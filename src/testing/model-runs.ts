/** Runs of schedules in the model: when they come due, whom they wait for, and what their end sets free. */

import { readRunId } from '../domain/schedule/run-id.js';
import type { Overlap } from '../domain/schedule/schedule.js';
import type { ScheduleStore } from '../store/contract/index.js';
import { freeKey } from './model-asks.js';
import { deleteTask, tellChildren } from './model-children.js';
import { gate, keyEnded, keysIn } from './model-keys.js';
import { noteMoved } from './model-moved.js';
import {
  dueTasks,
  kindOf,
  type ModelTask,
  occurrenceOf,
  type Partition,
  toReady,
} from './model-partition.js';
import { takeOut } from './model-places.js';
import { writeSingle } from './model-singles.js';
import { tally } from './model-tallies.js';

/** A run of a schedule that comes due this late for the first time waits to be judged, ms. */
const TOO_LATE = 10_000;

/** Moves up to `limit` tasks whose time has come to the tails of their ready lists. */
export function promoteDue(partition: Partition, now: number, limit: number): number {
  // Rates that open.
  for (const key of keysIn(partition)) gate(partition, key);
  const come = dueTasks(partition)
    .filter(({ due }) => due <= now)
    .slice(0, limit);
  for (const { task, due } of come) {
    const isLate = due <= now - TOO_LATE && task.attempt === 0 && occurrenceOf(task.draft.id) !== null;
    if (isLate) task.place = { at: 'late' };
    // A later run of the same batch may have ended it.
    else if (task.place.at === 'due') cameDue(partition, task, now);
  }
  return come.length;
}

/** A task's time has come. */
export function cameDue(partition: Partition, task: ModelTask, now: number): void {
  const run = readRunId(task.draft.id);
  const others = run ? unfinished(partition, run.schedule) : [];
  const policy = run ? policyOf(partition, task, run.schedule) : 'allow';
  const { expiresIn } = (run && partition.schedules.get(run.schedule)?.schedule.definition) ?? {};
  if (expiresIn !== undefined && task.attempt === 0) task.expires = now + expiresIn;
  const free = others.length === 0 && !(run && isHeldUp(partition, run.schedule));
  if (task.counted || free || policy === 'allow') goOn(partition, task);
  else if (run) meet(partition, task, { ...run, policy, others }, now);
}

function goOn(partition: Partition, task: ModelTask): void {
  if (readRunId(task.draft.id)) task.counted = true;
  toReady(partition, task, 'tail');
}

interface Met {
  schedule: string;
  nominal: number;
  kind?: 'trigger' | 'backfill';
  policy: Overlap;
  others: ModelTask[];
}

/** An earlier run of its schedule is unfinished. */
function meet(partition: Partition, task: ModelTask, met: Met, now: number): void {
  const { schedule, kind, policy, others } = met;
  // Where its schedule is not any more nobody would write down that it did not run.
  const isHere = partition.schedules.has(schedule);
  if (kindOf(task.draft) === 'waits' || task.attempt > 0 || !isHere) {
    task.place = { at: 'parked', first: false };
    return;
  }
  const waiting = parkedOf(partition, schedule).filter(
    ({ draft, place }) => occurrenceOf(draft.id) !== null && place.at === 'parked' && place.first,
  );
  if (policy === 'skip') {
    const behindBacklog = others.some(({ draft }) => kindOf(draft) === 'waits');
    if (kind) {
      toFinished(partition, task, 'cancelled', now, 'overlap');
      tally(partition, 'cancelled', task);
      return;
    }
    if (!behindBacklog || waiting.length > 0) {
      withoutRun(partition, task, 'overlap');
      return;
    }
  } else if (!kind) {
    for (const one of waiting) withoutRun(partition, one, 'coalesced');
  }
  task.place = { at: 'parked', first: true };
  if (policy !== 'replace') return;
  for (const one of others) {
    if (kindOf(one.draft) === 'waits') continue;
    if (one.place.at === 'held') askToStop(partition, one, 'replaced');
    else endWaiting(partition, one, now, 'replaced');
  }
}

function policyOf(partition: Partition, { draft }: ModelTask, schedule: string): Overlap {
  const own = draft.id.match(/!([sawr])/)?.[1];
  const letters = { s: 'skip', a: 'allow', w: 'wait', r: 'replace' } as const;
  if (own) return letters[own as keyof typeof letters];
  return partition.schedules.get(schedule)?.schedule.definition.overlap ?? 'skip';
}

/** An instant that does not run leaves nothing but its word. */
function withoutRun(partition: Partition, task: ModelTask, word: 'overlap' | 'coalesced'): void {
  deleteTask(partition, task.draft.id);
  const one = occurrenceOf(task.draft.id);
  const row = one && partition.schedules.get(one.schedule);
  if (!row) return;
  row.runs -= 1;
  writeSingle(partition, one, word);
}

function runsOf(partition: Partition, schedule: string): ModelTask[] {
  return [...partition.tasks.values()].filter(({ draft }) => readRunId(draft.id)?.schedule === schedule);
}

/** Runs that have come due and not ended, without those that wait behind them. */
export function unfinished(partition: Partition, schedule: string): ModelTask[] {
  return runsOf(partition, schedule).filter(({ counted, place }) => counted && place.at !== 'finished');
}

/** By runs in other queues: those that it moved from, or the one that it moved to. */
export function isHeldUp(partition: Partition, schedule: string): boolean {
  return (
    partition.left.has(schedule) || partition.elsewhere.some((one) => one.blocks && one.schedule === schedule)
  );
}

/** In the order in which they go on. */
export function parkedOf(partition: Partition, schedule: string): ModelTask[] {
  return runsOf(partition, schedule)
    .filter(({ place }) => place.at === 'parked')
    .sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

function orderOf({ draft, place }: ModelTask): string {
  const nominal = String(readRunId(draft.id)?.nominal ?? 0).padStart(16, '0');
  return `${place.at === 'parked' && place.first ? 0 : 1}${nominal}${draft.id.replace(/^[^@]+@\d+/, '')}`;
}

/** Whoever waited for a run of this schedule goes on: one at a time, unless the schedule allows more. */
export function handOn(partition: Partition, schedule: string): void {
  const allows = partition.schedules.get(schedule)?.schedule.definition.overlap === 'allow';
  for (const next of parkedOf(partition, schedule)) {
    if (!allows && (unfinished(partition, schedule).length > 0 || isHeldUp(partition, schedule))) return;
    goOn(partition, next);
    if (next.attempt > 0) noteMoved(partition, next);
  }
}

/** Its worker is told; it is cancelled when its attempt is over. */
export function askToStop(partition: Partition, { place }: ModelTask, reason?: string): void {
  if (place.at !== 'held' || place.stop) return;
  place.stop = reason === undefined ? {} : { reason };
  partition.stopTokens.add(place.worker);
}

/** Ends a task that nobody works on; an instant that has had no attempt has a word of its own. */
export function endWaiting(partition: Partition, task: ModelTask, now: number, reason?: string): void {
  const one = occurrenceOf(task.draft.id);
  if (one && task.attempt === 0) writeSingle(partition, one, 'cancelled');
  toFinished(partition, task, 'cancelled', now, reason);
  tally(partition, 'cancelled', task);
}

/** The one end of a task. */
export function toFinished(
  partition: Partition,
  task: ModelTask,
  state: 'completed' | 'dead' | 'cancelled',
  now: number,
  reason?: string,
): void {
  const { id } = task.draft;
  takeOut(partition, task);
  delete task.expires;
  partition.finished += 1;
  if (state === 'completed') partition.pace.totals.completed += 1;
  task.place = {
    at: 'finished',
    state,
    finishedAt: now,
    order: partition.finished,
    ...(reason === undefined ? {} : { reason }),
  };
  keyEnded(partition, task);
  tellChildren(partition, id, state !== 'completed');
  freeKey(partition, task, now);
  const run = readRunId(id);
  if (!run) return;
  if (state === 'completed' && partition.schedules.has(run.schedule)) {
    const result = task.endings.at(-1)?.record.result;
    partition.successes.set(run.schedule, { taskId: id, ...(result === undefined ? {} : { result }) });
  }
  handOn(partition, run.schedule);
}

/** Reads of runs. */
export function runReads(
  of: (queue: string) => Partition,
): Pick<ScheduleStore, 'unfinished' | 'scheduleFacts'> {
  return {
    unfinished: async (queue, schedules) =>
      schedules.map((schedule) => ({
        underWay: unfinished(of(queue), schedule)
          .map(({ draft }) => draft.id)
          .sort(),
        waiting: parkedOf(of(queue), schedule).map(({ draft }) => draft.id),
        elsewhere: of(queue)
          .elsewhere.filter((one) => one.blocks && one.schedule === schedule)
          .map(({ from }) => from)
          .sort(),
      })),
    scheduleFacts: async (queue, ids) =>
      ids.map((id) => ({
        row: structuredClone(of(queue).schedules.get(id) ?? null),
        lastSuccess: structuredClone(of(queue).successes.get(id) ?? null),
      })),
  };
}
