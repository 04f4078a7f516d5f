/** Schedules on Redis: each lives in the partition of its queue; the registry knows which one that is. */

import type { Word } from '../../domain/schedule/ledger.js';
import type {
  ApplyWord,
  LaneOf,
  LateRun,
  OpenMove,
  ScheduleEdit,
  ScheduleRow,
  ScheduleStore,
  Term,
} from '../contract/index.js';
import { createKnownSchedules, type ReadSchedule } from './known-schedules.js';
import { encodeLedger } from './ledgers.js';
import type { Link } from './link.js';
import { laneName, type Partition } from './partition.js';
import { decide, displace, entryOf, queuesIn } from './places.js';
import { scheduleRecord } from './schedule-record.js';
import { readRows } from './schedule-rows.js';
import { items } from './wire.js';

export function scheduleVerbs(link: Link): ScheduleStore {
  const read = createKnownSchedules();
  const rowsOf = (partition: Partition, ids: readonly string[]) => readRows(link, read, partition, ids);
  return {
    apply: (queue, edit, term) => apply(link, link.partition(queue), edit, term),
    schedule: (id) => schedule(link, read, id),
    schedules: () => schedules(link, read),
    schedulesFrom: (after, limit) => schedulesFrom(link, read, after, limit),
    plannable: (queue, until, limit) => plannable(link, read, link.partition(queue), until, limit),
    async ahead(queue, after, offset, limit) {
      const partition = link.partition(queue);
      const [min, max] = [`(${after}`, '+inf'];
      const ids = await link.ask((redis) =>
        redis.zrange(partition.keys.cursors, min, max, 'BYSCORE', 'LIMIT', offset, limit),
      );
      return ids.length === 0 ? [] : rowsOf(partition, ids);
    },
    async undecided(queue, limit) {
      const partition = link.partition(queue);
      const ids = await link.ask((redis) => redis.smembers(partition.keys.undecided));
      return rowsOf(partition, ids.sort().slice(0, limit));
    },
    async late(queue, limit) {
      const partition = link.partition(queue);
      const members = await link.ask((redis) => redis.zrange(partition.keys.late, 0, String(limit - 1)));
      const runs = members.map(lateRun);
      return { runs, rows: await rowsOf(partition, [...new Set(runs.map((run) => run.schedule))]) };
    },
    async openMoves(queue) {
      const markers = await link.ask((redis) => redis.hgetall(link.partition(queue).keys.moves));
      return Object.entries(markers).map(([id, text]) => ({ id, queue, text }));
    },
    async endMove({ queue, id, text }) {
      await link.call('end-move', link.partition(queue), { id, marker: text });
    },
    withdrawReady: (queue, id, lane, position, word) =>
      withdrawReady(link, link.partition(queue), id, lane, position, word),
  };
}

/** A member is `<schedule>@<nominal>:<lane>`. */
function lateRun(member: string): LateRun {
  const at = member.lastIndexOf('@');
  const colon = member.indexOf(':', at);
  return { schedule: member.slice(0, at), nominal: Number(member.slice(at + 1, colon)), member };
}

async function apply(
  link: Link,
  partition: Partition,
  edit: ScheduleEdit,
  term: Term | undefined,
): Promise<ApplyWord> {
  const token = term?.token ?? '';
  await link.open(partition);
  if (edit.schedule) {
    if (edit.expect) return write(link, partition, edit, token, '');
    // Decided before it exists: an id that can be fired can always be found, in one queue.
    const { number, others } = await decide(link, edit.id, partition.queue);
    const words = await Promise.all(
      others.map((queue) => write(link, link.partition(queue), nothing(edit.id), '', number)),
    );
    return words.every((word) => word === 'ok') ? write(link, partition, edit, token, number) : 'stale';
  }
  if (edit.to !== undefined) {
    const { number } = await decide(link, edit.id, edit.to);
    return write(link, partition, edit, token, number);
  }
  const entry = await entryOf(link, edit.id);
  const word = await write(link, partition, edit, token, '');
  if (word === 'ok') await displace(link, edit.id, entry);
  return word;
}

/** Sees to it that the schedule is not there, nor made there by an earlier decision. */
function nothing(id: string): ScheduleEdit {
  return { id, expect: null, schedule: null, cursor: null, withdraw: null };
}

async function write(
  link: Link,
  partition: Partition,
  edit: ScheduleEdit,
  token: string,
  place: string,
): Promise<ApplyWord> {
  const { withdraw } = edit;
  const taken = edit.ledger?.taken ?? [];
  const [word, detail] = await link.on(partition, 'apply', async () => {
    const name = withdraw ? laneName(withdraw.planned.priority, withdraw.planned.handler) : '';
    if (withdraw && withdraw.nominals.length > 0) await link.lanes(partition, [name]);
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
  return word === 'begun' ? { begun: Number(detail) } : (word as Exclude<ApplyWord, object>);
}

async function withdrawReady(
  link: Link,
  partition: Partition,
  schedule: string,
  { handler, priority }: LaneOf,
  position: number,
  word: Word | undefined,
): Promise<number | null> {
  await link.open(partition);
  const name = laneName(priority, handler);
  const [, next] = await link.on(partition, 'withdraw', async () => {
    await link.lanes(partition, [name]);
    return { schedule, lane: partition.laneOf(name) ?? '', position, word: word ?? '' };
  });
  return next === '' || next === undefined || next === null ? null : Number(next);
}

/** Looked for where it was decided to be first: a decision that nobody has carried out changes nothing. */
async function schedule(
  link: Link,
  read: ReadSchedule,
  id: string,
): Promise<(ScheduleRow & { queue: string }) | null> {
  const queues = queuesIn(await entryOf(link, id));
  for (const queue of queues) {
    const [row] = await readRows(link, read, link.partition(queue), [id]);
    if (row) return { queue, ...row };
  }
  for (const queue of queues) {
    const text = await link.ask((redis) => redis.hget(link.partition(queue).keys.moves, id));
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
  link: Link,
  read: ReadSchedule,
  after: string,
  limit: number,
): Promise<{ rows: ScheduleRow[]; next: string | null }> {
  const { registry } = link;
  if (after === '') await link.call('relist', link.shared, {});
  const from = after === '' ? '-' : `(${after}`;
  const ids = await link.ask((redis) =>
    redis.zrange(registry.listed, from, '+', 'BYLEX', 'LIMIT', 0, limit + 1),
  );
  const shown = ids.slice(0, limit);
  if (shown.length === 0) return { rows: [], next: null };
  const entries = await link.ask((redis) => redis.hmget(registry.schedules, ...shown));
  const found = new Map<string, ScheduleRow>();
  // One that moves is looked for where it was decided to be first, as one alone is.
  let open = shown.map((id, i) => ({ id, queues: queuesIn(entries[i]) }));
  while (open.length > 0) {
    for (const [queue, some] of byFirst(open)) {
      const rows = await readRows(link, read, link.partition(queue), some);
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

async function schedules(link: Link, read: ReadSchedule): Promise<ScheduleRow[]> {
  const entries = await link.ask((redis) => redis.hgetall(link.registry.schedules));
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
  for (const [queue, ids] of byQueue) rows.push(...(await readRows(link, read, link.partition(queue), ids)));
  return rows.sort((a, b) => (a.schedule.definition.id < b.schedule.definition.id ? -1 : 1));
}

async function plannable(
  link: Link,
  read: ReadSchedule,
  partition: Partition,
  until: number,
  limit: number,
): Promise<{ rows: ScheduleRow[]; next: number | null }> {
  const { keys } = partition;
  // One more than asked for: its cursor is when to look again.
  const reply = await link.ask((redis) => redis.zrange(keys.cursors, 0, String(limit), 'WITHSCORES'));
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
  return { rows: ids.length === 0 ? [] : await readRows(link, read, partition, ids), next };
}
