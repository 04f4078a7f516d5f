/** Many schedules put at once: plain ones in bulk, and whatever is met on the way one by one. */

import type { ScheduleDefinition, ScheduleSource, StoredSchedule } from '../domain/schedule/schedule.js';
import { slices } from '../runtime/slices.js';
import type { ScheduleEdit, ScheduleRow } from '../store/contract/index.js';
import { change, creation } from './boundary.js';
import {
  type EditOptions,
  type EditResult,
  type EditStore,
  pauseIsOver,
  putSchedule,
  putting,
} from './edit.js';
import { isLive } from './planned-ahead.js';

export interface Put {
  definition: ScheduleDefinition;
  source: ScheduleSource;
  /** What the caller read already; undefined: it did not. */
  row?: ScheduleRow | null;
  anyOwner?: boolean;
  /** The id it has until now, where its definition does not say so. */
  formerly?: string;
}

type PutOptions = Pick<EditOptions, 'term' | 'by'>;

/** How many are put one by one at a time. */
const AT_A_TIME = 64;

/** As `putSchedule` for each, of different ids; results in their order. */
export async function putSchedules(
  store: EditStore,
  puts: readonly Put[],
  now: number,
  options: PutOptions = {},
): Promise<EditResult[]> {
  const rows = await rowsFor(store, puts);
  const results = new Map<Put, EditResult>();
  const byQueue = new Map<string, Bulk[]>();
  const rest = slices();
  for (const [i, put] of puts.entries()) {
    await rest();
    const row = rows[i] ?? null;
    const first = row !== null && (row.moving !== undefined || pauseIsOver(row.schedule, now));
    const how = { ...options, ...optionsOf(put) };
    const step = first ? undefined : putting(row, put.definition, put.source, now, how);
    if (!step) continue;
    if ('word' in step) results.set(put, step);
    else if (isPlain(step.row, step.after, put))
      addTo(byQueue, { put, ...editFor(step.row, step.after, now) });
  }
  for (const [queue, bulk] of byQueue) {
    for (const [put, result] of await writeBulk(store, queue, bulk, options)) results.set(put, result);
  }
  const others = puts.filter((put) => !results.has(put));
  for (let at = 0; at < others.length; at += AT_A_TIME) {
    const some = others.slice(at, at + AT_A_TIME);
    const done = await Promise.all(
      some.map((put) =>
        putSchedule(store, put.definition, put.source, now, { ...options, ...optionsOf(put) }),
      ),
    );
    for (const [i, put] of some.entries()) if (done[i]) results.set(put, done[i]);
  }
  return puts.map((put) => results.get(put) ?? { word: 'stale', row: null });
}

const optionsOf = ({ anyOwner, formerly }: Put): Pick<EditOptions, 'anyOwner' | 'formerly'> => ({
  ...(anyOwner ? { anyOwner } : {}),
  ...(formerly === undefined ? {} : { formerly }),
});

interface Bulk {
  put: Put;
  edit: ScheduleEdit;
  /** As it is afterwards. */
  row: ScheduleRow;
  made: boolean;
}

function addTo(byQueue: Map<string, Bulk[]>, bulk: Bulk): void {
  const { queue } = bulk.put.definition;
  const there = byQueue.get(queue);
  if (there) there.push(bulk);
  else byQueue.set(queue, [bulk]);
}

async function rowsFor(store: EditStore, puts: readonly Put[]): Promise<(ScheduleRow | null)[]> {
  const unread = puts.filter(({ row }) => row === undefined).map(({ definition }) => definition.id);
  const read = unread.length === 0 ? [] : await store.schedulesOf(unread);
  let at = 0;
  return puts.map(({ row }) => {
    if (row !== undefined) return row;
    at += 1;
    return read[at - 1] ?? null;
  });
}

/** Ready runs of one that comes to rest are taken back, and a move has three steps: those are put one by one. */
function isPlain(before: ScheduleRow | null, after: StoredSchedule, { formerly }: Put): boolean {
  // One that is called otherwise may go on as this one.
  if (!before) return (formerly ?? after.definition.formerly) === undefined;
  return before.schedule.definition.queue === after.definition.queue && isLive(after);
}

function editFor(before: ScheduleRow | null, after: StoredSchedule, now: number): Omit<Bulk, 'put'> {
  if (!before) {
    const edit = creation(after, now);
    return { edit, row: { schedule: after, cursor: edit.cursor, runs: 0 }, made: true };
  }
  const { runsLess, ...edit } = change(before, after, now, now);
  const row = { schedule: after, cursor: edit.cursor, runs: before.runs - runsLess };
  return { edit, row, made: false };
}

/** Those that were refused are not among the results: they are read again, and put one by one. */
async function writeBulk(
  store: EditStore,
  queue: string,
  bulk: readonly Bulk[],
  { term }: PutOptions,
): Promise<[Put, EditResult][]> {
  if (bulk.some(({ made }) => made)) {
    await store.open(queue);
    if (term && (await store.takeOffice(queue, term)) === 'fenced') {
      return bulk.map(({ put }) => [put, { word: 'fenced', row: null }]);
    }
  }
  const edits = bulk.map(({ edit }) => edit);
  const words = await store.edits(queue, edits, term);
  return bulk.flatMap(({ put, row, made }, i): [Put, EditResult][] => {
    const word = words[i];
    if (word === 'ok') return [[put, { word: made ? 'created' : 'changed', row }]];
    return word === 'fenced' ? [[put, { word, row: null }]] : [];
  });
}
