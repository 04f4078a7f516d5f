/** Reading schedules of one partition: what is stored, cursor, count and ledger, a few commands for many of them. */

import type { Single } from '../../domain/schedule/fates.js';
import type { Word } from '../../domain/schedule/ledger.js';
import type { ScheduleRow } from '../contract/index.js';
import type { Commands, Connection } from './connection.js';
import type { ReadSchedule } from './known-schedules.js';
import { decodeLedger } from './ledgers.js';
import type { Partition } from './partition.js';

/** Schedules read in one go. */
const AT_ONCE = 500;

/** Rows of the ids that are there, in their order. */
export async function readRows(
  connection: Connection,
  read: ReadSchedule,
  partition: Partition,
  ids: readonly string[],
): Promise<ScheduleRow[]> {
  const rows: ScheduleRow[] = [];
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    rows.push(...(await slice(connection, read, partition, ids.slice(from, from + AT_ONCE))));
  }
  return rows;
}

async function slice(
  connection: Connection,
  read: ReadSchedule,
  { keys }: Partition,
  ids: readonly string[],
): Promise<ScheduleRow[]> {
  const [texts, cursors, runs, ledgers, singled] = await connection.ask((redis) =>
    Promise.all([
      redis.hmget(keys.schedules, ...ids),
      redis.zmscore(keys.cursors, ...ids),
      // After the cursors: a plan in between has moved one, so that what is decided by an older count is stale.
      redis.hmget(keys.runs, ...ids),
      redis.hmgetBuffer(keys.ledgers, ...ids),
      redis.smismember(keys.singled, ...ids),
    ]),
  );
  const singles = await connection.ask((redis) =>
    Promise.all(ids.map((id, i) => (singled[i] === 1 ? readSingles(redis, keys.singles(id)) : undefined))),
  );
  return ids.flatMap((id, i) => {
    const text = texts[i];
    if (text === null || text === undefined) return [];
    const cursor = cursors[i];
    const ledger = decodeLedger(ledgers[i]);
    const beside = singles[i];
    return [
      {
        schedule: read(id, text),
        cursor: cursor === null || cursor === undefined ? null : Number(cursor),
        runs: Number(runs[i] ?? 0),
        ...(ledger ? { ledger } : {}),
        ...(beside ? { singles: beside } : {}),
      },
    ];
  });
}

async function readSingles(redis: Commands, key: string): Promise<Single[]> {
  const all = Object.entries(await redis.hgetall(key));
  return all.map(([nominal, word]): Single => [Number(nominal), word as Word]).sort(([a], [b]) => a - b);
}
