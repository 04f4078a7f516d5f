/**
 * A schedule moves to another queue, or to another id, in three steps, each by compare-and-set: it ends as it was and
 * leaves a marker that holds all of it, it begins as it is to be, the marker goes. Whoever finds a marker finishes the move.
 */

import type { StoredSchedule } from '../domain/schedule/schedule.js';
import type {
  LeaderStore,
  OpenMove,
  RoadStore,
  ScheduleRow,
  ScheduleStore,
  Term,
} from '../store/contract/index.js';
import { type Brought, change, creation } from './boundary.js';
import { ledgerOf, ledgerWrite } from './ledger-of.js';
import { promoteOverdue } from './withdraw.js';

export type MoveStore = ScheduleStore & Pick<RoadStore, 'open' | 'promote'> & Pick<LeaderStore, 'takeOffice'>;

/** What a marker holds besides the runs, which the script that writes it puts in front. */
interface Marker extends Omit<Brought, 'runs'> {
  /** Runs of instants that it has left behind may come due until then, ms. */
  until?: number;
  schedule: StoredSchedule;
}

/** Former ids that are remembered. */
const MOST_FORMER = 20;

export type MoveWord = 'moved' | 'stale' | 'fenced';

/** `next` names the queue it moves to, and its new id. */
export async function moveSchedule(
  store: MoveStore,
  row: ScheduleRow,
  next: StoredSchedule,
  now: number,
  term: Term | undefined,
): Promise<MoveWord> {
  const from = row.schedule.definition.queue;
  // What is due already is to be counted among what the old queue has unfinished.
  await promoteOverdue(store, from);
  let boundary = now;
  for (;;) {
    const { runsLess: _, ...edit } = change(row, next, now, boundary);
    const ledger = edit.ledger ?? ledgerWrite(row, ledgerOf(row), row.schedule.definition, now);
    const brought = {
      cursor: edit.cursor,
      ledger: ledger.text,
      until: boundary + (row.schedule.definition.jitter ?? 0),
    };
    const schedule = calledBefore(row.schedule, next, boundary);
    const moves = JSON.stringify({ schedule, ...brought } satisfies Marker);
    const to = schedule === next ? { to: next.definition.queue } : {};
    // All that is known of its past goes along, or nothing does.
    const gone = { schedule: null, cursor: null, ledger: { ...ledger, text: '' } };
    const word = await store.edit(from, { ...edit, ...gone, ...to, moves }, term);
    if (typeof word === 'object') {
      if (word.begun <= boundary) return 'stale';
      boundary = word.begun;
      continue;
    }
    if (word !== 'ok') return word;
    const { id } = row.schedule.definition;
    const move = (await store.openMoves(from)).find((one) => one.id === id);
    // Another process was faster.
    return move ? finishMove(store, move, term) : 'moved';
  }
}

/** With a new id it knows the old one, under which the instants up to `until` fired. */
function calledBefore(
  { definition: { id } }: StoredSchedule,
  next: StoredSchedule,
  until: number,
): StoredSchedule {
  if (id === next.definition.id) return next;
  return { ...next, former: [...(next.former ?? []), { id, until }].slice(-MOST_FORMER) };
}

/** Begins it where the marker says, unless that was done, and removes the marker. */
export async function finishMove(
  store: MoveStore,
  move: OpenMove,
  term: Term | undefined,
): Promise<MoveWord> {
  const { schedule, until = 0, ...marker } = JSON.parse(move.text.slice(move.text.indexOf(' '))) as Marker;
  const brought = { ...marker, runs: Number.parseInt(move.text, 10) };
  const { id, queue } = schedule.definition;
  await store.open(queue);
  if (term && (await store.takeOffice(queue, term)) === 'fenced') return 'fenced';
  await store.carry(move, queue, { schedule: id, revision: schedule.revision, until });
  const word = await store.edit(queue, creation(schedule, schedule.updatedAt, brought), term);
  if (word === 'fenced') return word;
  // Stale: it has begun there and was edited since, or was put there anew. Then the marker is of the past.
  await store.endMove(move, id);
  return word === 'ok' ? 'moved' : 'stale';
}

/** Moves that a process did not live to finish. */
export async function finishOpenMoves(store: MoveStore, queue: string, term: Term): Promise<string[]> {
  const done: string[] = [];
  for (const move of await store.openMoves(queue)) {
    if ((await finishMove(store, move, term)) === 'fenced') return done;
    done.push(move.id);
  }
  return done;
}
