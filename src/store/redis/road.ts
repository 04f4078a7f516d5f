/** The road on Redis: enqueue, promote, claim, settle, beat, reap. */

import { mono } from '../../runtime/clock.js';
import type { CancelWord, PromoteReply, RoadStore, StopRequest } from '../contract/index.js';
import { CALL_TASKS } from './bounds.js';
import { claim } from './claims.js';
import type { Connection } from './connection.js';
import { reap, settle } from './endings.js';
import { enqueue } from './enqueue.js';
import type { Partition } from './partition.js';
import { prune } from './pruning.js';
import { instant } from './replies.js';
import { report } from './reports.js';
import { redisStopWaiter } from './stop-waiter.js';
import { redisWaiter } from './waiter.js';
import { Waits } from './waits.js';

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
