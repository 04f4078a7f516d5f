/** Schedules on Redis: each lives in the partition of its queue; the registry knows which one that is. */

import type { StoredSchedule } from '../../domain/schedule/schedule.js';
import type { Fate, Fenced, ScheduleEdit, ScheduleRow, ScheduleStore, Term } from '../contract/index.js';
import { LEDGER_KEPT, LEDGER_SPAN } from './keys.js';
import { createKnownSchedules, type ReadSchedule } from './known-schedules.js';
import type { Link } from './link.js';
import { laneName, type Partition } from './partition.js';
import { decide, displace, entryOf, queuesIn, queuesOf } from './places.js';
import { items } from './wire.js';

export function scheduleVerbs(link: Link): ScheduleStore {
  const read = createKnownSchedules();
  return {
    apply: (queue, edit, term) => apply(link, link.partition(queue), edit, term),
    schedule: (id) => schedule(link, read, id),
    schedules: () => schedules(link, read),
    schedulesFrom: (after, limit) => schedulesFrom(link, read, after, limit),
    plannable: (queue, until, limit) => plannable(link, read, link.partition(queue), until, limit),
    fates: (id, nominals, from, to) => fates(link, id, nominals, from, to),
  };
}

async function apply(
  link: Link,
  partition: Partition,
  edit: ScheduleEdit,
  term: Term | undefined,
): Promise<'ok' | 'stale' | Fenced> {
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
): Promise<'ok' | 'stale' | Fenced> {
  const { withdraw, missed = [] } = edit;
  const [word] = await link.on(partition, 'apply', async () => {
    const name = withdraw ? laneName(withdraw.planned.priority, withdraw.planned.handler) : '';
    if (withdraw && withdraw.nominals.length > 0) await link.lanes(partition, [name]);
    return {
      token,
      place,
      id: edit.id,
      expectRevision: edit.expect?.revision ?? '',
      expectCursor: edit.expect?.cursor ?? '',
      revision: edit.schedule?.revision ?? '',
      record: edit.schedule ? JSON.stringify(edit.schedule) : '',
      cursor: edit.cursor ?? '',
      before: edit.runs ?? '',
      keep: LEDGER_KEPT,
      ranges: missed.length,
      more: items([
        ...missed.flatMap(({ from, to, count }) => [from, to, count]),
        ...(withdraw?.nominals ?? []).flatMap((nominal) => [
          nominal,
          partition.laneOf(name) ?? '',
          `${edit.id}@${nominal}`,
        ]),
      ]),
    };
  });
  return word as 'ok' | 'stale' | Fenced;
}

/** Looked for where it was decided to be first: a decision that nobody has carried out changes nothing. */
async function schedule(
  link: Link,
  read: ReadSchedule,
  id: string,
): Promise<(ScheduleRow & { queue: string }) | null> {
  for (const queue of queuesIn(await entryOf(link, id))) {
    const { keys } = link.partition(queue);
    const [text, cursor, runs] = await link.ask((redis) =>
      Promise.all([
        redis.hget(keys.schedules, id),
        redis.zscore(keys.cursors, id),
        // Last: a plan in between has moved the cursor, so that what is decided by an older count is stale.
        redis.hget(keys.runs, id),
      ]),
    );
    if (text !== null) return { queue, ...row(read(id, text), cursor, runs) };
  }
  return null;
}

type Stored = string | null | undefined;

function row(schedule: StoredSchedule, cursor: Stored, runs: Stored): ScheduleRow {
  return {
    schedule,
    cursor: cursor === null || cursor === undefined ? null : Number(cursor),
    runs: Number(runs ?? 0),
  };
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
      for (const [id, one] of await rowsIn(link, read, link.partition(queue), some)) found.set(id, one);
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

async function rowsIn(
  link: Link,
  read: ReadSchedule,
  { keys }: Partition,
  ids: readonly string[],
): Promise<[string, ScheduleRow][]> {
  const [texts, cursors, runs] = await link.ask((redis) =>
    Promise.all([
      redis.hmget(keys.schedules, ...ids),
      redis.zmscore(keys.cursors, ...ids),
      redis.hmget(keys.runs, ...ids),
    ]),
  );
  return ids.flatMap((id, i): [string, ScheduleRow][] => {
    const text = texts[i];
    return typeof text === 'string' ? [[id, row(read(id, text), cursors[i], runs[i])]] : [];
  });
}

async function schedules(link: Link, read: ReadSchedule): Promise<ScheduleRow[]> {
  const entries = await link.ask((redis) => redis.hgetall(link.registry.schedules));
  const queues = new Set(Object.values(entries).flatMap(queuesIn));
  const rows: ScheduleRow[] = [];
  for (const queue of queues) {
    const { keys } = link.partition(queue);
    const [texts, cursors, runs] = await link.ask((redis) =>
      Promise.all([
        redis.hgetall(keys.schedules),
        redis.zrange(keys.cursors, 0, '-1', 'WITHSCORES'),
        redis.hgetall(keys.runs),
      ]),
    );
    const at = new Map<string, string>();
    for (let i = 0; i < cursors.length; i += 2) at.set(cursors[i] ?? '', cursors[i + 1] ?? '');
    for (const [id, text] of Object.entries(texts)) rows.push(row(read(id, text), at.get(id), runs[id]));
  }
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
  const cursors: string[] = [];
  let next: number | null = null;
  for (let i = 0; i < reply.length; i += 2) {
    const cursor = reply[i + 1] ?? '0';
    if (Number(cursor) > until || ids.length === limit) {
      next = Number(cursor);
      break;
    }
    ids.push(reply[i] ?? '');
    cursors.push(cursor);
  }
  if (ids.length === 0) return { rows: [], next };
  const [texts, runs] = await link.ask((redis) =>
    Promise.all([redis.hmget(keys.schedules, ...ids), redis.hmget(keys.runs, ...ids)]),
  );
  const rows = texts.flatMap((text, i) =>
    text === null ? [] : [row(read(ids[i] ?? '', text), cursors[i], runs[i])],
  );
  return { rows, next };
}

async function fates(
  link: Link,
  id: string,
  nominals: readonly number[],
  from: number,
  to: number,
): Promise<Fate[]> {
  const found: Fate[] = [];
  for (const queue of await queuesOf(link, id)) {
    const { keys } = link.partition(queue);
    const replies = await link.pipeline((pipeline) => {
      for (const nominal of nominals) {
        const chunk = Math.floor(nominal / LEDGER_SPAN);
        pipeline.hget(keys.ledger(id, chunk), String(nominal - chunk * LEDGER_SPAN));
      }
      pipeline.zrange(keys.missed(id), 0, '-1');
    });
    for (const [i, nominal] of nominals.entries()) {
      const fate = replies[i] as string | null;
      if (fate) found.push({ fate: 'planned', nominal, term: Number(fate.slice(1)) });
    }
    for (const range of replies.at(-1) as string[]) {
      const [first = 0, last = 0, count = 0] = range.split('-').map(Number);
      if (last >= from && first <= to) found.push({ fate: 'missed', from: first, to: last, count });
    }
  }
  return found;
}
