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
import { asksOf, noRefusals, refusalsOf, refuse } from './asks.js';
import { BATCH_BYTES, BATCH_TASKS, CALL_TASKS, callsOf } from './bounds.js';
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

/** All of one call or none of them: many are made in several calls, one after the other. */
async function enqueue(
  connection: Connection,
  partition: Partition,
  drafts: readonly TaskDraft[],
): Promise<EnqueueReply> {
  if (drafts.length === 0) return { now: await connection.time(), created: 0 };
  const slices = [...callsOf(drafts, sizeOf, BATCH_TASKS, BATCH_BYTES)];
  if (slices.length === 1) return put(connection, partition, drafts);
  const replies: EnqueueReply[] = [];
  for (const slice of slices) replies.push(await put(connection, partition, slice));
  const all = noRefusals();
  for (const { taken = [], full = [], repeated = [], gone = [] } of replies) {
    for (const id of full) all.full.add(id);
    for (const [id, one] of taken) all.taken.set(id, one);
    for (const [id, one] of repeated) all.repeated.set(id, one);
    for (const [id, one] of gone) all.gone.set(id, one);
  }
  return {
    now: replies[0]?.now ?? 0,
    created: replies.reduce((sum, reply) => sum + reply.created, 0),
    ...refusalsOf(all),
  };
}

function laneNameOf(draft: TaskDraft): string {
  return laneName(draft.priority, draft.handler, laneKind(draft));
}

/** About. */
function sizeOf({ payload, parents }: TaskDraft): number {
  return payload.length + 64 + (parents ? 64 * parents.length : 0);
}

/** What is sent of each task: as little as they have (see lua/enqueue.lua). */
type Stride = 2 | 3 | 4 | 6 | 7;

function strideOf(drafts: readonly TaskDraft[], several: boolean): Stride {
  if (drafts.some((draft) => asksOf(draft) !== '')) return 7;
  if (several || drafts.some(({ parents }) => parents !== undefined)) return 6;
  if (drafts.some(isTied)) return 4;
  return drafts.some(({ due }) => due > 0) ? 3 : 2;
}

const NONE: ReadonlySet<string> = new Set();

function otherLanes(drafts: readonly TaskDraft[], first: string): ReadonlySet<string> {
  let others: Set<string> | null = null;
  for (const draft of drafts) {
    const name = laneNameOf(draft);
    if (name === first) continue;
    others ??= new Set();
    others.add(name);
  }
  return others ?? NONE;
}

function knows(partition: Partition, first: string, others: ReadonlySet<string>): boolean {
  if (partition.laneOf(first) === undefined) return false;
  for (const name of others) if (partition.laneOf(name) === undefined) return false;
  return true;
}

async function put(
  connection: Connection,
  partition: Partition,
  drafts: readonly TaskDraft[],
): Promise<EnqueueReply> {
  const first = laneNameOf(drafts[0] as TaskDraft);
  const others = drafts.length === 1 ? NONE : otherLanes(drafts, first);
  const stride = strideOf(drafts, others.size > 0);
  const build = (): Call<'enqueue'> => {
    const common = partition.laneOf(first) ?? '';
    const gathering = new Gathering();
    for (const draft of drafts) {
      const lane = others.size === 0 ? common : (partition.laneOf(laneNameOf(draft)) ?? '');
      gathering.add(draft.id);
      gathering.addJoined(encodeHead(lane, draft), draft.payload);
      if (stride > 2) gathering.add(draft.due);
      if (stride > 3) gathering.add(tiesOf(draft));
      if (stride > 4) {
        gathering.add(waitsOf(draft));
        gathering.add(lane);
      }
      if (stride > 6) gathering.add(asksOf(draft));
    }
    return { lane: common, stride, more: gathering.items(stride * drafts.length) };
  };
  const sent = mono();
  const [, now, created, ...refused] = await connection.on(partition, 'enqueue', () =>
    knows(partition, first, others) ? build() : connection.lanes(partition, [first, ...others]).then(build),
  );
  connection.clock.observe(Number(now), sent, mono());
  const reply: EnqueueReply = { now: Number(now), created: Number(created) };
  if (refused.length === 0) return reply;
  const all = noRefusals();
  for (let i = 0; i < refused.length; i += 2)
    refuse(all, drafts[Number(refused[i])]?.id ?? '', String(refused[i + 1]));
  return { ...reply, ...refusalsOf(all) };
}

/** What it waits for, as lua/include/await-parents.lua reads it. */
function waitsOf({ parents, options }: TaskDraft): string {
  if (!parents || parents.length === 0) return '';
  const policy = options?.onParentDeath === 'run' ? 'r' : 'c';
  return `${policy} ${parents.map(({ id, queue }) => `${queue} ${id}`).join(' ')}`;
}

async function promote(connection: Connection, partition: Partition, limit: number): Promise<PromoteReply> {
  const sent = mono();
  const [, now, moved, nextDue, nextLease, late, owes, tallied] = await connection.on(
    partition,
    'promote',
    () => ({
      limit: Math.min(limit, CALL_TASKS),
    }),
  );
  connection.clock.observe(Number(now), sent, mono());
  if (owes === 1) connection.owes(partition);
  if (tallied === 1) connection.tallied(partition);
  return {
    now: Number(now),
    moved: Number(moved),
    nextDue: instant(nextDue),
    nextLease: instant(nextLease),
    late: late === 1,
    ...(owes === 1 ? { owes: true as const } : {}),
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
  const [word, owes] = await connection.on(partition, 'cancel', () => ({ id, reason: text }));
  if (owes === 1) connection.owes(partition);
  if (word === 'cancelled') connection.tallied(partition);
  return word as CancelWord;
}
