/** Schedules on Redis: each lives in the partition of its queue; the registry knows which one that is. */

import type { Word } from '../../domain/schedule/ledger.js';
import type {
  EditWord,
  LaneOf,
  LateRun,
  OpenMove,
  ScheduleEdit,
  ScheduleRow,
  ScheduleStore,
  Term,
} from '../contract/index.js';
import type { Connection } from './connection.js';
import { createKnownSchedules, type ReadSchedule } from './known-schedules.js';
import { encodeLedger } from './ledgers.js';
import { laneName, type Partition } from './partition.js';
import { decide, displace, entryOf, queuesIn } from './places.js';
import { scheduleRecord } from './schedule-record.js';
import { readRows } from './schedule-rows.js';
import { items } from './wire.js';

export function scheduleVerbs(connection: Connection): ScheduleStore {
  const read = createKnownSchedules();
  const rowsOf = (partition: Partition, ids: readonly string[]) => readRows(connection, read, partition, ids);
  return {
    edit: (queue, edit, term) => decideAndWrite(connection, connection.partition(queue), edit, term),
    schedule: (id) => schedule(connection, read, id),
    schedules: () => schedules(connection, read),
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
    async undecided(queue, limit) {
      const partition = connection.partition(queue);
      const ids = await connection.ask((redis) => redis.smembers(partition.keys.undecided));
      return rowsOf(partition, ids.sort().slice(0, limit));
    },
    async late(queue, limit) {
      const partition = connection.partition(queue);
      const members = await connection.ask((redis) =>
        redis.zrange(partition.keys.late, 0, String(limit - 1)),
      );
      const runs = members.map(lateRun);
      return { runs, rows: await rowsOf(partition, [...new Set(runs.map((run) => run.schedule))]) };
    },
    async openMoves(queue) {
      const markers = await connection.ask((redis) => redis.hgetall(connection.partition(queue).keys.moves));
      return Object.entries(markers).map(([id, text]) => ({ id, queue, text }));
    },
    async endMove({ queue, id, text }) {
      await connection.call('end-move', connection.partition(queue), { id, marker: text });
    },
    withdrawReady: (queue, id, lane, position, word) =>
      withdrawReady(connection, connection.partition(queue), id, lane, position, word),
  };
}

/** A member is `<schedule>@<nominal>:<lane>`. */
function lateRun(member: string): LateRun {
  const at = member.lastIndexOf('@');
  const colon = member.indexOf(':', at);
  return { schedule: member.slice(0, at), nominal: Number(member.slice(at + 1, colon)), member };
}

/** Decides in the registry where the schedule is, then writes the edit. */
async function decideAndWrite(
  connection: Connection,
  partition: Partition,
  edit: ScheduleEdit,
  term: Term | undefined,
): Promise<EditWord> {
  const token = term?.token ?? '';
  await connection.open(partition);
  if (edit.schedule) {
    if (edit.expect) return write(connection, partition, edit, token, '');
    // Decided before it exists: an id that can be fired can always be found, in one queue.
    const { number, others } = await decide(connection, edit.id, partition.queue);
    const words = await Promise.all(
      others.map((queue) => write(connection, connection.partition(queue), nothing(edit.id), '', number)),
    );
    return words.every((word) => word === 'ok') ? write(connection, partition, edit, token, number) : 'stale';
  }
  if (edit.to !== undefined) {
    const { number } = await decide(connection, edit.id, edit.to);
    return write(connection, partition, edit, token, number);
  }
  const entry = await entryOf(connection, edit.id);
  const word = await write(connection, partition, edit, token, '');
  if (word === 'ok') await displace(connection, edit.id, entry);
  return word;
}

/** Sees to it that the schedule is not there, nor made there by an earlier decision. */
function nothing(id: string): ScheduleEdit {
  return { id, expect: null, schedule: null, cursor: null, withdraw: null };
}

async function write(
  connection: Connection,
  partition: Partition,
  edit: ScheduleEdit,
  token: string,
  place: string,
): Promise<EditWord> {
  const { withdraw } = edit;
  const taken = edit.ledger?.taken ?? [];
  const [word, detail] = await connection.on(partition, 'edit', async () => {
    const name = withdraw ? laneName(withdraw.planned.priority, withdraw.planned.handler) : '';
    if (withdraw && withdraw.nominals.length > 0) await connection.lanes(partition, [name]);
    const lane = partition.laneOf(name) ?? '';
    return {
      token,
      place,
      id: edit.id,
      expectRevision: edit.expect?.revision ?? '',
      expectCursor: edit.expect?.cursor ?? '',
      revision: edit.schedule?.revision ?? '',
      record: edit.schedule ? scheduleRecord(edit.schedule) : '',
      cursor: edit.cursor ?? '',
      before: edit.runs ?? '',
      ...encodeLedger(edit.ledger),
      marker: edit.moves ?? '',
      taken: taken.length,
      restWord: withdraw?.rest?.word ?? '',
      restUntil: withdraw?.rest?.until ?? 0,
      more: items([...taken, ...(withdraw?.nominals ?? []).flatMap((nominal) => [nominal, lane])]),
    };
  });
  return word === 'begun' ? { begun: Number(detail) } : (word as Exclude<EditWord, object>);
}

async function withdrawReady(
  connection: Connection,
  partition: Partition,
  schedule: string,
  { handler, priority }: LaneOf,
  position: number,
  word: Word | undefined,
): Promise<number | null> {
  await connection.open(partition);
  const name = laneName(priority, handler);
  const [, next] = await connection.on(partition, 'withdraw', async () => {
    await connection.lanes(partition, [name]);
    return { schedule, lane: partition.laneOf(name) ?? '', position, word: word ?? '' };
  });
  return next === '' || next === undefined || next === null ? null : Number(next);
}

/** Looked for where it was decided to be first: a decision that nobody has carried out changes nothing. */
async function schedule(
  connection: Connection,
  read: ReadSchedule,
  id: string,
): Promise<(ScheduleRow & { queue: string }) | null> {
  const queues = queuesIn(await entryOf(connection, id));
  for (const queue of queues) {
    const [row] = await readRows(connection, read, connection.partition(queue), [id]);
    if (row) return { queue, ...row };
  }
  for (const queue of queues) {
    const text = await connection.ask((redis) => redis.hget(connection.partition(queue).keys.moves, id));
    if (text !== null) return { queue, ...movingRow({ id, queue, text }) };
  }
  return null;
}

function movingRow(move: OpenMove): ScheduleRow {
  type Marker = Pick<ScheduleRow, 'schedule' | 'cursor'> & { ledger: string };
  const { schedule, cursor, ledger } = JSON.parse(move.text.slice(move.text.indexOf(' '))) as Marker;
  const runs = Number.parseInt(move.text, 10);
  return { schedule, cursor, runs, ledger: { version: 0, text: ledger }, moving: move };
}

/** Two questions to the registry and one to each queue, however many schedules there are. */
async function schedulesFrom(
  connection: Connection,
  read: ReadSchedule,
  after: string,
  limit: number,
): Promise<{ rows: ScheduleRow[]; next: string | null }> {
  const { registry } = connection;
  if (after === '') await connection.call('relist', connection.shared, {});
  const from = after === '' ? '-' : `(${after}`;
  const ids = await connection.ask((redis) =>
    redis.zrange(registry.listed, from, '+', 'BYLEX', 'LIMIT', 0, limit + 1),
  );
  const shown = ids.slice(0, limit);
  if (shown.length === 0) return { rows: [], next: null };
  const entries = await connection.ask((redis) => redis.hmget(registry.schedules, ...shown));
  const found = new Map<string, ScheduleRow>();
  // One that moves is looked for where it was decided to be first, as one alone is.
  let open = shown.map((id, i) => ({ id, queues: queuesIn(entries[i]) }));
  while (open.length > 0) {
    for (const [queue, some] of byFirst(open)) {
      const rows = await readRows(connection, read, connection.partition(queue), some);
      for (const row of rows) found.set(row.schedule.definition.id, row);
    }
    open = open
      .filter(({ id }) => !found.has(id))
      .map(({ id, queues }) => ({ id, queues: queues.slice(1) }))
      .filter(({ queues }) => queues.length > 0);
  }
  const rows = shown.flatMap((id) => found.get(id) ?? []);
  return { rows, next: ids.length > limit ? (shown.at(-1) ?? null) : null };
}

function byFirst(open: readonly { id: string; queues: string[] }[]): Map<string, string[]> {
  const ids = new Map<string, string[]>();
  for (const { id, queues } of open) {
    const queue = queues[0] ?? '';
    const there = ids.get(queue);
    if (there) there.push(id);
    else if (queue !== '') ids.set(queue, [id]);
  }
  return ids;
}

async function schedules(connection: Connection, read: ReadSchedule): Promise<ScheduleRow[]> {
  const entries = await connection.ask((redis) => redis.hgetall(connection.registry.schedules));
  const byQueue = new Map<string, string[]>();
  for (const [id, entry] of Object.entries(entries)) {
    // A decision that nobody has carried out changes nothing: it may still be where it was.
    for (const queue of queuesIn(entry)) {
      const ids = byQueue.get(queue);
      if (ids) ids.push(id);
      else byQueue.set(queue, [id]);
    }
  }
  const rows: ScheduleRow[] = [];
  for (const [queue, ids] of byQueue)
    rows.push(...(await readRows(connection, read, connection.partition(queue), ids)));
  return rows.sort((a, b) => (a.schedule.definition.id < b.schedule.definition.id ? -1 : 1));
}

async function plannable(
  connection: Connection,
  read: ReadSchedule,
  partition: Partition,
  until: number,
  limit: number,
): Promise<{ rows: ScheduleRow[]; next: number | null }> {
  const { keys } = partition;
  // One more than asked for: its cursor is when to look again.
  const reply = await connection.ask((redis) => redis.zrange(keys.cursors, 0, String(limit), 'WITHSCORES'));
  const ids: string[] = [];
  let next: number | null = null;
  for (let i = 0; i < reply.length; i += 2) {
    const cursor = Number(reply[i + 1] ?? '0');
    if (cursor > until || ids.length === limit) {
      next = cursor;
      break;
    }
    ids.push(reply[i] ?? '');
  }
  return { rows: ids.length === 0 ? [] : await readRows(connection, read, partition, ids), next };
}
