/** The road on Redis: enqueue, promote, claim, settle, beat, reap. */

import { mono } from '../../runtime/clock.js';
import type {
  CancelWord,
  EnqueueReply,
  PromoteReply,
  RoadStore,
  StopRequest,
  TaskDraft,
} from '../contract/index.js';
import { CALL_TASKS, callsOf } from './bounds.js';
import type { Call } from './call.js';
import { claim } from './claims.js';
import type { Connection } from './connection.js';
import { reap, settle } from './endings.js';
import { laneName, type Partition } from './partition.js';
import { prune } from './pruning.js';
import { encodeHead } from './record.js';
import { instant } from './replies.js';
import { report } from './reports.js';
import { redisStopWaiter } from './stop-waiter.js';
import { isTied, laneKind, tiesOf } from './ties.js';
import { redisWaiter } from './waiter.js';
import { Waits } from './waits.js';
import { Gathering } from './wire.js';

/** Tasks in one call of many: Redis works on it while the next one is written down (measured, bench/). */
const SLICE = 250;

export function roadVerbs(connection: Connection): RoadStore {
  const waits = new Waits(connection);
  return {
    open: (queue) => connection.open(connection.partition(queue)),
    enqueue: (queue, drafts) => enqueue(connection, connection.partition(queue), drafts),
    promote: (queue, limit) => promote(connection, connection.partition(queue), limit),
    claim: (queue, request) => claim(connection, connection.partition(queue), request),
    settle: (queue, worker, settlements, onlyExpired = false) =>
      settle(connection, connection.partition(queue), worker, settlements, onlyExpired),
    beat: (queue, worker, leaseMs) => beat(connection, connection.partition(queue), worker, leaseMs),
    reap: (queue, limit) => reap(connection, connection.partition(queue), limit),
    report: (queue, worker, reports) => report(connection, connection.partition(queue), worker, reports),
    leave: (queue, worker) => leave(connection, connection.partition(queue), worker),
    prune: (queue, retention, how) => prune(connection, connection.partition(queue), retention, how),
    cancel: (queue, id, reason) => cancel(connection, connection.partition(queue), id, reason),
    waiter: () => redisWaiter(connection, waits),
    stopWaiter: () => redisStopWaiter(connection, waits),
  };
}

async function enqueue(
  connection: Connection,
  partition: Partition,
  drafts: readonly TaskDraft[],
): Promise<EnqueueReply> {
  const first = drafts[0];
  if (!first) return { now: await connection.time(), created: 0 };
  if (drafts.length === 1) return put(connection, partition, laneNameOf(first), drafts);
  const byLane = new Map<string, TaskDraft[]>();
  const groups: [name: string, drafts: TaskDraft[]][] = [];
  let keyed = '';
  for (const draft of drafts) {
    const name = laneNameOf(draft);
    const hasKey = draft.options?.concurrencyKey !== undefined;
    const group = byLane.get(name);
    // Those with concurrency keys keep their order over lanes: another lane begins another call.
    if (group && (!hasKey || keyed === name)) group.push(draft);
    else {
      const fresh = [draft];
      byLane.set(name, fresh);
      groups.push([name, fresh]);
    }
    if (hasKey) keyed = name;
  }
  const calls: Promise<EnqueueReply>[] = [];
  await connection.lanes(partition, [...byLane.keys()]);
  for (const [name, group] of groups) {
    for (const slice of callsOf(group, sizeOf, SLICE)) calls.push(put(connection, partition, name, slice));
  }
  const replies = await Promise.all(calls);
  const taken = replies.flatMap((reply) => [...(reply.taken ?? [])]);
  const full = replies.flatMap((reply) => [...(reply.full ?? [])]);
  return {
    now: replies[0]?.now ?? 0,
    created: replies.reduce((sum, reply) => sum + reply.created, 0),
    ...(taken.length === 0 ? {} : { taken: new Map(taken) }),
    ...(full.length === 0 ? {} : { full: new Set(full) }),
  };
}

function laneNameOf(draft: TaskDraft): string {
  return laneName(draft.priority, draft.handler, laneKind(draft));
}

/** About what a draft takes. */
function sizeOf({ payload }: TaskDraft): number {
  return payload.length + 64;
}

async function put(
  connection: Connection,
  partition: Partition,
  name: string,
  drafts: readonly TaskDraft[],
): Promise<EnqueueReply> {
  // All of one lane: either every one is tied, or none.
  const tied = drafts.some(isTied);
  const timed = tied || drafts.some((draft) => draft.due > 0);
  const build = (): Call<'enqueue'> => {
    const lane = partition.laneOf(name) ?? '';
    const stride = tied ? 4 : timed ? 3 : 2;
    const gathering = new Gathering();
    for (const draft of drafts) {
      gathering.add(draft.id);
      gathering.addJoined(encodeHead(lane, draft), draft.payload);
      if (timed) gathering.add(draft.due);
      if (tied) gathering.add(tiesOf(draft));
    }
    return { lane, stride, more: gathering.items(stride * drafts.length) };
  };
  const sent = mono();
  const [, now, created, ...refused] = await connection.on(partition, 'enqueue', () =>
    partition.laneOf(name) === undefined ? connection.lanes(partition, [name]).then(build) : build(),
  );
  connection.clock.observe(Number(now), sent, mono());
  const reply: EnqueueReply = { now: Number(now), created: Number(created) };
  if (refused.length === 0) return reply;
  const taken = new Map<string, string>();
  const full = new Set<string>();
  for (let i = 0; i < refused.length; i += 2) {
    const [id, owner] = [drafts[Number(refused[i])]?.id ?? '', String(refused[i + 1])];
    if (owner === '') full.add(id);
    else taken.set(id, owner);
  }
  return { ...reply, ...(taken.size > 0 ? { taken } : {}), ...(full.size > 0 ? { full } : {}) };
}

async function promote(connection: Connection, partition: Partition, limit: number): Promise<PromoteReply> {
  const sent = mono();
  const [, now, moved, nextDue, nextLease, late] = await connection.on(partition, 'promote', () => ({
    limit: Math.min(limit, CALL_TASKS),
  }));
  connection.clock.observe(Number(now), sent, mono());
  return {
    now: Number(now),
    moved: Number(moved),
    nextDue: instant(nextDue),
    nextLease: instant(nextLease),
    late: late === 1,
  };
}

async function beat(
  connection: Connection,
  partition: Partition,
  worker: string,
  leaseMs: number,
): Promise<'ok' | 'lost' | { stop: StopRequest[] }> {
  const sent = mono();
  const [word, now, ...asked] = await connection.on(partition, 'beat', () => ({ worker, lease: leaseMs }));
  connection.clock.observe(Number(now), sent, mono());
  if (word !== 'ok') return 'lost';
  const stop: StopRequest[] = [];
  for (let i = 0; i < asked.length; i += 2) {
    const reason = String(asked[i + 1]);
    stop.push({ id: String(asked[i]), ...(reason === '' ? {} : { reason: JSON.parse(reason) as string }) });
  }
  return stop.length === 0 ? 'ok' : { stop };
}

async function leave(connection: Connection, partition: Partition, worker: string): Promise<void> {
  await connection.on(partition, 'leave', () => ({ worker }));
}

async function cancel(
  connection: Connection,
  partition: Partition,
  id: string,
  reason?: string,
): Promise<CancelWord> {
  const text = reason === undefined ? '' : JSON.stringify(reason);
  const [word] = await connection.on(partition, 'cancel', () => ({ id, reason: text }));
  return word as CancelWord;
}
