/** Schedules on Redis: each lives in the partition of its queue; the registry knows which one that is. */

import type {
  LaneOf,
  LateRun,
  ScheduleRow,
  ScheduleStore,
  TriggeredRun,
  WithdrawReady,
} from '../contract/index.js';
import type { Connection } from './connection.js';
import { elsewhereVerbs } from './elsewhere.js';
import { createKnownSchedules, type ReadSchedule } from './known-schedules.js';
import { laneName, type Partition } from './partition.js';
import { encodeTask } from './record.js';
import { decideAndWrite, openWithdrawal } from './schedule-edits.js';
import { scheduleFacts } from './schedule-facts.js';
import { allSchedules, schedulesFrom, schedulesOf } from './schedule-places.js';
import { revisionText } from './schedule-record.js';
import { readRows } from './schedule-rows.js';
import { laneKind, tiesOf } from './ties.js';
import { unfinished } from './unfinished.js';

export function scheduleVerbs(connection: Connection): ScheduleStore {
  const read = createKnownSchedules();
  const rowsOf = (partition: Partition, ids: readonly string[]) => readRows(connection, read, partition, ids);
  return {
    async edit(queue, edit, term) {
      const [word = 'stale'] = await decideAndWrite(connection, connection.partition(queue), [edit], term);
      return word;
    },
    edits: (queue, edits, term) => decideAndWrite(connection, connection.partition(queue), edits, term),
    schedule: async (id) => (await schedulesOf(connection, read, [id]))[0] ?? null,
    schedulesOf: (ids) => schedulesOf(connection, read, ids),
    schedules: () => allSchedules(connection, read),
    schedulesFrom: (after, limit) => schedulesFrom(connection, read, after, limit),
    plannable: (queue, until, limit) =>
      plannable(connection, read, connection.partition(queue), until, limit),
    async ahead(queue, after, offset, limit) {
      const partition = connection.partition(queue);
      const [min, max] = [`(${after}`, '+inf'];
      const ids = await connection.ask((redis) =>
        redis.zrange(partition.keys.cursors, min, max, 'BYSCORE', 'LIMIT', offset, limit),
      );
      return ids.length === 0 ? [] : rowsOf(partition, ids);
    },
    async undecided(queue, until, limit) {
      const partition = connection.partition(queue);
      const { ids, next } = await upTo(connection, partition.keys.backlogs, until, limit);
      return { rows: await rowsOf(partition, ids), next };
    },
    async late(queue, limit) {
      const partition = connection.partition(queue);
      const members = await connection.ask((redis) =>
        redis.zrange(partition.keys.late, 0, String(limit - 1)),
      );
      const runs = members.map(lateRun);
      return { runs, rows: await rowsOf(partition, [...new Set(runs.map((run) => run.schedule))]) };
    },
    scheduleFacts: (queue, ids) => scheduleFacts(connection, read, connection.partition(queue), ids),
    async terms(queue) {
      const kept = await connection.ask((redis) =>
        redis.lrange(connection.partition(queue).keys.terms, 0, -1),
      );
      return kept.map((text) => {
        const [number = 0, since = 0] = text.split(' ').map(Number);
        return { number, since };
      });
    },
    unfinished: (queue, schedules) => unfinished(connection, connection.partition(queue), schedules),
    async singled(queue) {
      const { singled } = connection.partition(queue).keys;
      return (await connection.ask((redis) => redis.smembers(singled))).sort();
    },
    async watched(queue) {
      const { watched } = connection.partition(queue).keys;
      return (await connection.ask((redis) => redis.smembers(watched))).sort();
    },
    async openMoves(queue) {
      const markers = await connection.ask((redis) => redis.hgetall(connection.partition(queue).keys.moves));
      return Object.entries(markers).map(([id, text]) => ({ id, queue, text }));
    },
    ...elsewhereVerbs(connection),
    withdrawReady: (queue, id, lane, position, how = {}) =>
      withdrawReady(connection, connection.partition(queue), id, lane, position, how),
    async openWithdrawals(queue) {
      const { withdrawals } = connection.partition(queue).keys;
      const open = await connection.ask((redis) => redis.hgetall(withdrawals));
      return Object.entries(open).map(([id, text]) => openWithdrawal(queue, id, text));
    },
    trigger: (queue, run) => trigger(connection, connection.partition(queue), run),
    async resuming(queue, limit) {
      const { resumes } = connection.partition(queue).keys;
      const found = await connection.ask((redis) =>
        redis.zrange(resumes, 0, String(limit - 1), 'WITHSCORES'),
      );
      const pairs = Array.from({ length: found.length / 2 }, (_, i) => found.slice(2 * i, 2 * i + 2));
      return pairs.map(([id = '', at = '0']) => ({ id, at: Number(at) }));
    },
  };
}

async function trigger(
  connection: Connection,
  partition: Partition,
  { schedule, revision, draft, alone }: TriggeredRun,
): ReturnType<ScheduleStore['trigger']> {
  await connection.open(partition);
  const name = laneName(draft.priority, draft.handler, laneKind(draft));
  const [word, told] = await connection.on(partition, 'trigger', async () => {
    await connection.lanes(partition, [name]);
    const lane = partition.laneOf(name) ?? '';
    const asked = { schedule, revision: revisionText(revision), alone: alone ? '1' : '' };
    return { ...asked, id: draft.id, lane, record: encodeTask(lane, draft), tied: tiesOf(draft) };
  });
  return word === 'behind' ? { behind: String(told) } : (word as 'ok' | 'stale' | 'full');
}

/** A member is `<schedule>@<nominal>:<lane>`. */
function lateRun(member: string): LateRun {
  const at = member.indexOf('@');
  const colon = member.indexOf(':', at);
  return { schedule: member.slice(0, at), nominal: Number(member.slice(at + 1, colon)), member };
}

async function withdrawReady(
  connection: Connection,
  partition: Partition,
  schedule: string,
  { handler, priority, concurrencyKey: key = '' }: LaneOf,
  position: number,
  { word, until, done }: WithdrawReady,
): Promise<number | null> {
  await connection.open(partition);
  const [, next] = await connection.on(partition, 'withdraw', () => {
    const edit = done === undefined ? '' : revisionText(done);
    const lane = laneName(priority, handler);
    return { schedule, lane, key, position, word: word ?? '', before: until ?? '', done: edit };
  });
  return next === '' || next === undefined || next === null ? null : Number(next);
}

async function plannable(
  connection: Connection,
  read: ReadSchedule,
  partition: Partition,
  until: number,
  limit: number,
): Promise<{ rows: ScheduleRow[]; next: number | null }> {
  const { ids, next } = await upTo(connection, partition.keys.cursors, until, limit);
  return { rows: ids.length === 0 ? [] : await readRows(connection, read, partition, ids), next };
}

/** Members of a sorted set up to a score, lowest first; and the score of the first one behind them. */
async function upTo(
  connection: Connection,
  key: string,
  until: number,
  limit: number,
): Promise<{ ids: string[]; next: number | null }> {
  // One more than asked for: its score is when to look again.
  const reply = await connection.ask((redis) => redis.zrange(key, 0, String(limit), 'WITHSCORES'));
  const ids: string[] = [];
  for (let i = 0; i < reply.length; i += 2) {
    const score = Number(reply[i + 1] ?? '0');
    if (score > until || ids.length === limit) return { ids, next: score };
    ids.push(reply[i] ?? '');
  }
  return { ids, next: null };
}
