/** The road in the model: enqueue, promote, claim, settle, beat, reap, leave, cancel on one partition. */

import { isDeepStrictEqual } from 'node:util';
import { PRIORITIES } from '../domain/task/task.js';
import type {
  AttemptRecord,
  CancelWord,
  ClaimedTask,
  ClaimReply,
  ClaimRequest,
  EndingWord,
  EnqueueReply,
  PromoteReply,
  Settlement,
  TaskDraft,
} from '../store/contract/index.js';
import { ask, follow, putDown } from './model-asks.js';
import { awaitParents } from './model-children.js';
import { expire, expiresBy } from './model-expiry.js';
import { canTake, gate, takeFrom } from './model-keys.js';
import {
  addTask,
  depthLeft,
  dueAtOf,
  heldBy,
  LANE_KINDS,
  laneOf,
  leaseHolds,
  type ModelTask,
  nextDue,
  type Partition,
  toReady,
} from './model-partition.js';
import { roomOf } from './model-queue.js';
import { rememberStart } from './model-rates.js';
import { askToStop, cameDue, endWaiting, promoteDue, toFinished } from './model-runs.js';
import { tally } from './model-tallies.js';

export { beat, leave, reap } from './model-leases.js';
export { prune } from './model-prune.js';

/** How many overdue tasks a claim promotes on its way; how often, in nonces, a satisfied one looks for them. */
const [PROMOTED_BY_CLAIM, LOOK_EVERY] = [100, 16] as const;
/** Which priority is asked first, pick by pick: so that none starves. */
const TURNS = [0, 0, 1, 0, 0, 1, 0, 0, 2, 0] as const;

export function enqueue(partition: Partition, now: number, drafts: readonly TaskDraft[]): EnqueueReply {
  let created = 0;
  const refused: Partial<Pick<EnqueueReply, 'taken' | 'repeated' | 'gone'>> = {};
  const full = new Set<string>();
  for (const draft of drafts) {
    if (partition.tasks.has(draft.id)) continue;
    const answer = ask(partition, now, draft, depthLeft(partition) <= 0);
    if ('refused' in answer) {
      putDown(refused, answer.refused);
      continue;
    }
    if ('full' in answer) {
      full.add(draft.id);
      continue;
    }
    const task = addTask(partition, draft);
    if (!task) continue;
    created += 1;
    const expires = expiresBy(task);
    if (expires !== undefined) task.expires = expires;
    const waits = awaitParents(partition, task);
    const later = answer.follows !== undefined || waits || draft.due > now;
    partition.born.set(draft.id, later ? 'scheduled' : 'ready');
    if (answer.follows) follow(task, answer.follows);
    else if (!later) cameDue(partition, task, now);
  }
  return { now, created, ...refused, ...(full.size === 0 ? {} : { full }) };
}

export function promote(partition: Partition, now: number, limit: number): PromoteReply {
  expire(partition, now);
  const moved = promoteDue(partition, now, limit);
  const leases = [...partition.leases.values()];
  const late = [...partition.tasks.values()].some(({ place }) => place.at === 'late');
  partition.quiet ||= leases.length === 0 && !late && partition.outbox.length === 0;
  return {
    now,
    moved,
    nextDue: nextDue(partition),
    nextLease: leases.length > 0 ? Math.min(...leases) : null,
    late,
    ...(partition.outbox.length > 0 ? { owes: true as const } : {}),
  };
}

export function claim(partition: Partition, now: number, request: ClaimRequest): ClaimReply {
  const endings = request.completions.map(({ id, token, record }) =>
    end(partition, now, request.worker, id, token, record, (task) =>
      toFinished(partition, task, 'completed', now),
    ),
  );
  const reaped = request.want > 0 && partition.reaped.has(request.worker);
  const { tasks, looked, more } = request.want > 0 && !reaped ? handOut(partition, now, request) : NOTHING;
  const stands = request.leaseStands && partition.leases.has(request.worker);
  if (!stands && heldBy(partition, request.worker).length > 0) {
    partition.leases.set(request.worker, now + request.leaseMs);
    partition.lengths.set(request.worker, request.leaseMs);
  }
  return {
    now,
    endings: endings.every((word) => word === 'ok') ? null : endings,
    tasks: tasks.map((task) => claimed(partition, task)),
    nextDue: looked ? nextDue(partition) : null,
    more,
    reaped,
  };
}

/** A reply is about this large at most: characters of payload. */
const FULL = 1_000_000;

interface HandedOut {
  tasks: ModelTask[];
  /** It went on to look at the due set, which a satisfied claim does only now and then. */
  looked: boolean;
  /** It was full. */
  more: boolean;
}

const isFull = (tasks: readonly ModelTask[]): boolean =>
  tasks.reduce((sum, { draft }) => sum + draft.payload.length, 0) >= FULL;

const NOTHING: HandedOut = { tasks: [], looked: false, more: false };

function handOut(partition: Partition, now: number, request: ClaimRequest): HandedOut {
  const { worker, nonce } = request;
  const nonces = partition.nonces.get(worker) ?? [-1, -1];
  const window = nonce % 2 === 0 ? 0 : 1;
  if (nonce <= nonces[window]) {
    // The same claim again: what it got the first time, as far as it is still held. An older one: nothing.
    const tasks = heldBy(partition, worker).filter(
      ({ place }) => place.at === 'held' && place.nonce === nonce && nonce === nonces[window],
    );
    return { ...NOTHING, tasks };
  }
  expire(partition, now);
  const tasks: ModelTask[] = [];
  take(partition, now, request, tasks);
  const looked = (tasks.length < request.want && !isFull(tasks)) || nonce % LOOK_EVERY < 2;
  if (looked) {
    promoteDue(partition, now, PROMOTED_BY_CLAIM);
    take(partition, now, request, tasks);
  }
  if (tasks.length > 0 || nonces[window] >= 0) {
    nonces[window] = nonce;
    partition.nonces.set(worker, nonces);
  }
  return { tasks, looked, more: isFull(tasks) && roomOf(partition) > 0 };
}

function take(partition: Partition, now: number, request: ClaimRequest, tasks: ModelTask[]): void {
  const { worker, nonce, want, handlers } = request;
  while (tasks.length < want && !isFull(tasks) && roomOf(partition) > 0) {
    const task = pick(partition, handlers);
    if (!task) return;
    task.attempt += 1;
    partition.pace.totals.started += 1;
    delete task.expires;
    const token = `${task.attempt}/${worker}/${nonce}`;
    task.place = { at: 'held', worker, nonce, token, startedAt: now };
    rememberStart(partition, task);
    gate(partition, task.draft.options?.concurrencyKey);
    tasks.push(task);
  }
}

/** Takes the head of one lane: the priority whose turn it is first, within one the handlers in a round of its own. */
function pick(partition: Partition, handlers: readonly string[]): ModelTask | null {
  const favoured = PRIORITIES[TURNS[partition.turn % TURNS.length] ?? 0] ?? 'high';
  for (const priority of [favoured, ...PRIORITIES]) {
    const next = handlers.indexOf(partition.servedLast.get(priority) ?? '') + 1;
    for (const handler of [...handlers.slice(next), ...handlers.slice(0, next)]) {
      const lane = LANE_KINDS.map((kind) => laneOf(handler, priority, kind)).find((one) =>
        canTake(partition, one),
      );
      const id = lane === undefined ? undefined : takeFrom(partition, lane);
      const task = id === undefined ? undefined : partition.tasks.get(id);
      if (!task) continue;
      partition.turn += 1;
      partition.servedLast.set(priority, handler);
      return task;
    }
  }
  return null;
}

function claimed(partition: Partition, task: ModelTask): ClaimedTask {
  const { id, handler, priority, createdAt, payload, options = {} } = task.draft;
  return {
    id,
    queue: partition.queue,
    handler,
    priority,
    attempt: task.attempt,
    failures: task.failures,
    ...(task.firstStartedAt === undefined ? {} : { firstStartedAt: task.firstStartedAt }),
    token: task.place.at === 'held' ? task.place.token : '',
    createdAt,
    dueAt: dueAtOf(task),
    payload,
    options: structuredClone(options),
  };
}

/** The compare-and-set every ending is: only who holds this very delivery may end it, and once. */
function end(
  partition: Partition,
  now: number,
  worker: string,
  id: string,
  token: string,
  record: AttemptRecord,
  move: (task: ModelTask) => void,
): EndingWord {
  const task = partition.tasks.get(id);
  if (!task) return 'lost';
  const { place } = task;
  if (place.at === 'held' && place.worker === worker && place.token === token) {
    task.endings.push({ token, record: structuredClone(record) });
    if (place.stop) toFinished(partition, task, 'cancelled', now, place.stop.reason);
    else move(task);
    gate(partition, task.draft.options?.concurrencyKey);
    return place.stop ? 'stopped' : 'ok';
  }
  const recorded = task.endings.some((one) => one.token === token && isDeepStrictEqual(one.record, record));
  return recorded ? 'already' : 'lost';
}

export function settle(
  partition: Partition,
  now: number,
  worker: string,
  settlements: readonly Settlement[],
  onlyExpired: boolean,
): EndingWord[] {
  if (onlyExpired && leaseHolds(partition, worker, now)) return settlements.map(() => 'lost');
  const heads: ModelTask[] = [];
  const words = settlements.map(({ id, token, record, failure, next, firstStartedAt }) => {
    const word = end(partition, now, worker, id, token, record, (task) => {
      if (next.to === 'retry') task.place = { at: 'due', due: next.due };
      else if (next.to === 'head') {
        task.place = { at: 'ready', order: 0 };
        heads.unshift(task);
      } else toFinished(partition, task, next.to, now);
    });
    const task = partition.tasks.get(id);
    const taken = word === 'ok' || word === 'stopped';
    if (!task || !taken) return word;
    if (failure) {
      task.failures += 1;
      partition.pace.totals.failed += 1;
    }
    settled(task, firstStartedAt);
    if (onlyExpired) tallyLost(partition, task, failure);
    return word;
  });
  // Before all that wait, in the order of the call.
  for (const task of heads) toReady(partition, task, 'head');
  if (onlyExpired && words.some((word) => word === 'ok' || word === 'stopped')) partition.reaped.add(worker);
  return words;
}

export function cancel(partition: Partition, now: number, id: string, reason?: string): CancelWord {
  const task = partition.tasks.get(id);
  if (!task) return 'unknown';
  if (task.place.at === 'finished') return task.place.state === 'cancelled' ? 'already' : task.place.state;
  if (task.place.at === 'held') {
    askToStop(partition, task, reason);
    return 'requested';
  }
  endWaiting(partition, task, now, reason);
  return 'cancelled';
}

function tallyLost(partition: Partition, task: ModelTask, failure: boolean): void {
  if (failure) tally(partition, 'lost', task);
  const { place } = task;
  if (place.at === 'finished' && place.state !== 'completed') tally(partition, place.state, task);
}

function settled(task: ModelTask, firstStartedAt: number | undefined): void {
  delete task.redriven;
  delete task.firstStartedAt;
  if (firstStartedAt !== undefined) task.firstStartedAt = firstStartedAt;
}
