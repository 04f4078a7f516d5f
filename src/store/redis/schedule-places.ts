/** Schedules by their ids, wherever they are: a question to the registry, and a few to each queue that holds some. */

import type { OpenMove, ScheduleRow } from '../contract/index.js';
import type { Connection } from './connection.js';
import type { ReadSchedule } from './known-schedules.js';
import { entriesBehind, entriesOf, queuesIn } from './places.js';
import { readRows } from './schedule-rows.js';

export type PlacedRow = ScheduleRow & { queue: string };

/** Schedules asked for at a time where all are read. */
const PAGE = 1_000;

/** In the order of the ids; null where there is none. */
export async function schedulesOf(
  connection: Connection,
  read: ReadSchedule,
  ids: readonly string[],
): Promise<(PlacedRow | null)[]> {
  const entries = await entriesOf(connection, ids);
  const named = ids.map((id, i) => ({ id, queues: queuesIn(entries[i]) }));
  const found = await rowsIn(connection, read, named);
  const rows: (PlacedRow | null)[] = [];
  for (const { id, queues } of named) {
    rows.push(found.get(id) ?? (await movingFrom(connection, id, queues)));
  }
  return rows;
}

/** In the order of the ids; one that moves, and has not begun in its new queue, is not among them. */
export async function schedulesFrom(
  connection: Connection,
  read: ReadSchedule,
  after: string,
  limit: number,
): Promise<{ rows: ScheduleRow[]; next: string | null }> {
  const places = await entriesBehind(connection, after, limit + 1);
  const shown = places.slice(0, limit);
  const named = shown.map(({ id, entry }) => ({ id, queues: queuesIn(entry) }));
  const found = await rowsIn(connection, read, named);
  const rows = shown.flatMap(({ id }) => {
    const { queue: _, ...row } = found.get(id) ?? { queue: null };
    return 'schedule' in row ? [row] : [];
  });
  return { rows, next: places.length > limit ? (shown.at(-1)?.id ?? null) : null };
}

export async function allSchedules(connection: Connection, read: ReadSchedule): Promise<ScheduleRow[]> {
  const all: ScheduleRow[] = [];
  for (let after: string | null = ''; after !== null; ) {
    const { rows, next } = await schedulesFrom(connection, read, after, PAGE);
    all.push(...rows);
    after = next;
  }
  return all;
}

/** One is looked for where it was decided to be first: a decision that nobody has carried out changes nothing. */
async function rowsIn(
  connection: Connection,
  read: ReadSchedule,
  named: readonly { id: string; queues: string[] }[],
): Promise<Map<string, PlacedRow>> {
  const found = new Map<string, PlacedRow>();
  let open = named;
  while (open.length > 0) {
    for (const [queue, ids] of byFirst(open)) {
      const rows = await readRows(connection, read, connection.partition(queue), ids);
      for (const row of rows) found.set(row.schedule.definition.id, { queue, ...row });
    }
    open = open
      .filter(({ id }) => !found.has(id))
      .map(({ id, queues }) => ({ id, queues: queues.slice(1) }))
      .filter(({ queues }) => queues.length > 0);
  }
  return found;
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

async function movingFrom(
  connection: Connection,
  id: string,
  queues: readonly string[],
): Promise<PlacedRow | null> {
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
