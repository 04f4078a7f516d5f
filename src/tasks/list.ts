/** One list of tasks over several queues and states: merged newest first, page by page, with one cursor. */

import { CarillonError } from '../domain/input/errors.js';
import type { TaskState } from '../domain/task/task.js';
import { mono } from '../runtime/clock.js';
import type { Page, ReadStore, TaskFacts } from '../store/contract/index.js';

/** Where a walk over one (queue, state) stands: not begun, at a cursor of the store, or at its end. */
type Position = 0 | 1 | string;
const BEGIN = 0;
const END = 1;

/** The whole walk, as the cursor carries it. Queues that appear during a walk are not part of it. */
interface Walk {
  queues: string[];
  states: TaskState[];
  positions: Position[];
}

interface Source {
  queue: string;
  state: TaskState;
  from: Position;
  /** What was read from there, and how many records that was to be at most. */
  page: Page<TaskFacts>;
  asked: number;
  taken: number;
}

/** Records read for one page over all sources together, so that many queues or a rare match cannot make it expensive. */
const BUDGET = 5_000;
/** Records read at once of one source: they may be large, and most are dropped when a filter is rarely met. */
const AT_ONCE = 200;
/** A page that took this long is answered as far as it has come, ms. */
const PATIENCE = 2_000;

export interface ListRequest {
  queues: string[];
  states: TaskState[];
  limit: number;
  cursor?: string;
  /** Tasks that do not fit are left out; a page may then have few or none although more follow. */
  fits?: (task: TaskFacts) => boolean;
}

export async function listTasks(store: ReadStore, request: ListRequest): Promise<Page<TaskFacts>> {
  const { limit, cursor, fits } = request;
  const walk = cursor === undefined ? begin(request) : decode(cursor, request);
  const sources = sourcesOf(walk);
  const items: TaskFacts[] = [];
  const end = mono() + PATIENCE;
  let left = BUDGET;
  do {
    left -= await refill(store, sources, fits ? AT_ONCE : limit, left);
    merge(sources, items, limit, fits);
  } while (fits && items.length < limit && left > 0 && mono() < end && sources.some(isDry));
  const positions = await Promise.all(sources.map((source) => advance(store, source)));
  const done = positions.every((position) => position === END);
  return { items, nextCursor: done ? null : encode({ ...walk, positions }) };
}

function begin({ queues, states }: ListRequest): Walk {
  return { queues, states, positions: queues.flatMap(() => states.map(() => BEGIN as Position)) };
}

function sourcesOf(walk: Walk): Source[] {
  return walk.queues
    .flatMap((queue) => walk.states.map((state) => ({ queue, state })))
    .map(({ queue, state }, index) => {
      const from = walk.positions[index] ?? END;
      const nextCursor = from === END ? null : from === BEGIN ? '' : from;
      return { queue, state, from, page: { items: [], nextCursor }, asked: 0, taken: 0 };
    });
}

/** Nothing of it is at hand although it has more. */
function isDry({ page, taken }: Source): boolean {
  return taken === page.items.length && page.nextCursor !== null;
}

/** Reads on in the dry ones, up to `limit` records of each and about `most` of all, and answers how many it asked for. */
async function refill(
  store: ReadStore,
  sources: readonly Source[],
  limit: number,
  most: number,
): Promise<number> {
  const dry = sources.filter(isDry);
  if (dry.length === 0) return 0;
  const each = Math.max(1, Math.min(limit, Math.floor(most / dry.length)));
  await Promise.all(
    dry.map(async (source) => {
      const { queue, state, page } = source;
      source.from = page.nextCursor || BEGIN;
      source.taken = 0;
      source.asked = each;
      source.page = await read(store, queue, state, each, source.from);
    }),
  );
  return each * dry.length;
}

function read(store: ReadStore, queue: string, state: TaskState, limit: number, from: Position) {
  return typeof from === 'string' ? store.list(queue, state, limit, from) : store.list(queue, state, limit);
}

/**
 * Takes the newest head again and again; within a source the store's own order is kept. Stops at a source that had
 * some and is read dry although it has more: going on would put its next tasks after older ones.
 */
function merge(
  sources: readonly Source[],
  items: TaskFacts[],
  limit: number,
  fits: ListRequest['fits'],
): void {
  while (items.length < limit) {
    if (sources.some((source) => source.taken > 0 && isDry(source))) return;
    let newest: Source | undefined;
    for (const source of sources) {
      const head = source.page.items[source.taken];
      const best = newest?.page.items[newest.taken];
      if (head && (!best || moment(head) > moment(best))) newest = source;
    }
    const head = newest?.page.items[newest.taken];
    if (!newest || !head) return;
    if (!fits || fits(head)) items.push(head);
    newest.taken += 1;
  }
}

/** When something last happened to a task, as far as its record tells. */
function moment(task: TaskFacts): number {
  return task.finishedAt ?? task.held?.startedAt ?? task.history.at(-1)?.finishedAt ?? task.createdAt;
}

/**
 * The store's cursors stand after whole pages; after part of one, the part is asked for again. It may have read more
 * records than it answered (a retry stands among those that wait for the first time), so the part is searched for.
 */
async function advance(store: ReadStore, source: Source): Promise<Position> {
  const { queue, state, from, page, asked, taken } = source;
  if (from === END) return END;
  if (taken === page.items.length) return page.nextCursor ?? END;
  if (taken === 0) return from;
  let [least, most, after] = [taken, asked, page.nextCursor];
  for (let size = taken; least < most; size = Math.floor((least + most) / 2)) {
    const part = await read(store, queue, state, size, from);
    if (part.items.length < taken) least = size + 1;
    else [most, after] = [size, part.nextCursor];
  }
  return after ?? END;
}

function encode({ queues, positions }: Walk): string {
  return Buffer.from(JSON.stringify([queues, positions])).toString('base64url');
}

function decode(cursor: string, request: ListRequest): Walk {
  try {
    const [queues, positions] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const { states } = request;
    const sound =
      isList(queues, (queue) => request.queues.includes(queue as string)) &&
      isList(
        positions,
        (position) => position === BEGIN || position === END || typeof position === 'string',
      ) &&
      positions.length === queues.length * states.length;
    if (sound) return { queues, states, positions } as Walk;
  } catch {
    // Said below: whatever is wrong with it, it is no cursor of ours.
  }
  throw new CarillonError('invalid_input', 'The cursor is none of this list.', [
    { pointer: '/cursor', detail: 'must be the nextCursor of a page of the same list' },
  ]);
}

function isList(value: unknown, fits: (one: unknown) => boolean): value is unknown[] {
  return Array.isArray(value) && value.every(fits);
}
