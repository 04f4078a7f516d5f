/** Prune on Redis: what is past its retention is found by reading, and deleted by compare-and-set. */

import { retentionOf } from '../../domain/task/retention.js';
import type { Kept, PruneHow, QueueRetention, Retention } from '../contract/index.js';
import { CALL_TASKS } from './bounds.js';
import type { Connection } from './connection.js';
import type { Partition } from './partition.js';
import { decodeEnding } from './record.js';
import { instant } from './replies.js';
import { items } from './wire.js';

/** Nothing has finished: there is nothing to look again for. */
const NEVER = Number.POSITIVE_INFINITY;
/** Until the next sweep while there is something to be swept (ms). */
const SWEEP_AGAIN = 1_000;
/** Endings read in one look: each may carry a result of 1 MiB. */
const ENDINGS = 200;

export async function prune(
  connection: Connection,
  partition: Partition,
  usual: Retention,
  { limit = Number.POSITIVE_INFINITY, exact }: PruneHow = {},
): Promise<{ pruned: number; again: number }> {
  const { keys } = partition;
  const { now, due, sweeps, retention } = await look(connection, partition, usual, exact);
  if (due > 0 && !sweeps) return { pruned: 0, again: due };
  const { dead, atLeast } = retention;
  const cancelled = cancelledOf(retention);
  const [completed, ...others] = await Promise.all([
    overdueCompleted(connection, partition, now, retention),
    overdueIn(connection, keys.dead, now, dead, atLeast),
    overdueIn(connection, keys.cancelled, now, cancelled, atLeast),
    ...(exact
      ? [
          overdueIn(connection, keys.kept('completed'), now, retention.completed, atLeast),
          overdueIn(connection, keys.kept('dead'), now, dead, atLeast),
          overdueIn(connection, keys.kept('cancelled'), now, cancelled, atLeast),
        ]
      : [overdueOwn(connection, partition, now)]),
  ]);
  const all = [...completed.ids, ...others.flatMap((other) => other.ids)];
  const ids = all.slice(0, limit);
  const again =
    ids.length < all.length ? 0 : Math.min(completed.again, ...others.map((other) => other.again));
  // Asked even when there is nothing to delete: the script also sweeps what deleted tasks have left in lists.
  const [word, pruned, swept] = await connection.call('prune', partition, {
    completed: Math.min(completed.ids.length, ids.length),
    exact: exact ? 1 : 0,
    more: items(ids),
  });
  // A partition that was emptied meanwhile has nothing left to prune.
  if (word !== 'ok') {
    partition.forget();
    return { pruned: 0, again };
  }
  return { pruned: Number(pruned), again: Number(swept) > 0 ? Math.min(again, SWEEP_AGAIN) : again };
}

/**
 * One question: what is set here, in how many ms the first task is past its retention (0 and less: now), and whether
 * something is to be swept.
 */
async function look(
  connection: Connection,
  partition: Partition,
  usual: Retention,
  exact: true | undefined,
): Promise<{ now: number; due: number; sweeps: boolean; retention: Retention }> {
  const reply = await connection.call('prunable', partition, {});
  const set = String(reply[10] ?? '');
  const retention = exact || set === '' ? usual : retentionOf(usual, JSON.parse(set) as QueueRetention);
  const { completed, dead, atLeast } = retention;
  const [now = 0, sweeps = 0, finished = 0] = reply.slice(1, 4).map(Number);
  const own = instant(reply[9]);
  const left = (count: number, keep: Kept, age: () => number): number =>
    count === 0 ? NEVER : (count > keep.count ? atLeast : Math.max(atLeast, keep.age)) - age();
  const due = Math.min(
    left(finished, completed, () => ageOf(String(reply[4]), now)),
    left(Number(reply[5]), dead, () => now - Number(reply[6])),
    left(Number(reply[7]), cancelledOf(retention), () => now - Number(reply[8])),
    own === null ? NEVER : exact ? 0 : own - now,
  );
  return { now, due, sweeps: sweeps === 1, retention };
}

function cancelledOf({ completed, cancelled = completed }: Retention): Kept {
  return cancelled;
}

interface Overdue {
  ids: string[];
  again: number;
}

/** One without an ending is older than everything. */
function ageOf(ending: string | null | undefined, now: number): number {
  return ending ? now - decodeEnding(ending).finishedAt : Number.POSITIVE_INFINITY;
}

/** Those whose own retention is over. */
async function overdueOwn(connection: Connection, { keys }: Partition, now: number): Promise<Overdue> {
  const rows = await connection.ask((redis) =>
    redis.zrange(keys.keeps, 0, String(CALL_TASKS - 1), 'WITHSCORES'),
  );
  const ids: string[] = [];
  for (let i = 0; i < rows.length; i += 2) {
    const left = Number(rows[i + 1]) - now;
    if (left > 0) return { ids, again: left };
    ids.push(rows[i] ?? '');
  }
  return { ids, again: rows.length === 2 * CALL_TASKS ? 0 : NEVER };
}

/** The head of the completed list that is past retention by age or by count. */
async function overdueCompleted(
  connection: Connection,
  partition: Partition,
  now: number,
  retention: Retention,
): Promise<Overdue> {
  const { keys } = partition;
  const length = await connection.ask((redis) => redis.llen(keys.finished));
  if (length === 0) return { ids: [], again: NEVER };
  const surplus = length - retention.completed.count;
  const allowedAt = (i: number): number =>
    i < surplus ? retention.atLeast : Math.max(retention.atLeast, retention.completed.age);
  // Most looks end at the first: only where that one goes are many endings read.
  const [first = ''] = await connection.ask((redis) => redis.lrange(keys.finished, 0, 0));
  const firstEnding = await connection.ask((redis) => redis.hget(keys.endings, first));
  const left = allowedAt(0) - ageOf(firstEnding, now);
  if (left > 0) return { ids: [], again: Math.max(1, left) };
  const head = await connection.ask((redis) => redis.lrange(keys.finished, 0, ENDINGS - 1));
  const endings = await connection.ask((redis) => redis.hmget(keys.endings, ...head));
  const ids: string[] = [];
  for (const [i, id] of head.entries()) {
    const left = allowedAt(i) - ageOf(endings[i], now);
    if (left > 0) return { ids, again: Math.max(1, left) };
    ids.push(id);
  }
  return { ids, again: head.length < length ? 0 : NEVER };
}

/** The same for the sets that are scored by the time of the ending. */
async function overdueIn(
  connection: Connection,
  key: string,
  now: number,
  keep: Kept,
  atLeast: number,
): Promise<Overdue> {
  const surplus = (await connection.ask((redis) => redis.zcard(key))) - keep.count;
  const rows = await connection.ask((redis) => redis.zrange(key, 0, String(CALL_TASKS - 1), 'WITHSCORES'));
  const ids: string[] = [];
  for (let i = 0; i < rows.length; i += 2) {
    const age = now - Number(rows[i + 1]);
    const allowed = i / 2 < surplus ? atLeast : Math.max(atLeast, keep.age);
    if (age < allowed) return { ids, again: Math.max(1, allowed - age) };
    ids.push(rows[i] ?? '');
  }
  return { ids, again: rows.length === 2 * CALL_TASKS ? 0 : NEVER };
}
