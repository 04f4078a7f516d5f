/** One list of tasks over several queues and states: merged newest first, page by page, with one cursor. */

import { CarillonError } from '../domain/errors.js';
import type { TaskState } from '../domain/task.js';
import type { Page, ReadStore, TaskFacts } from '../store/contract.js';

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
  page: Page<TaskFacts>;
  taken: number;
}

/** Records read for one page over all sources together, so that many queues cannot make a page expensive. */
const BUDGET = 2_000;

export interface ListRequest {
  queues: string[];
  states: TaskState[];
  limit: number;
  cursor?: string;
}

export async function listTasks(store: ReadStore, request: ListRequest): Promise<Page<TaskFacts>> {
  const walk = request.cursor === undefined ? begin(request) : decode(request.cursor, request);
  const sources = await fetchAll(store, walk, request.limit);
  const items = merge(sources, request.limit);
  const positions = await Promise.all(sources.map((source) => advance(store, source)));
  const done = positions.every((position) => position === END);
  return { items, nextCursor: done ? null : encode({ ...walk, positions }) };
}

function begin({ queues, states }: ListRequest): Walk {
  return { queues, states, positions: queues.flatMap(() => states.map(() => BEGIN as Position)) };
}

async function fetchAll(store: ReadStore, walk: Walk, limit: number): Promise<Source[]> {
  const each = Math.max(1, Math.min(limit, Math.floor(BUDGET / Math.max(1, walk.positions.length))));
  const places = walk.queues.flatMap((queue) => walk.states.map((state) => ({ queue, state })));
  return Promise.all(
    places.map(async ({ queue, state }, index): Promise<Source> => {
      const from = walk.positions[index] ?? END;
      const page =
        from === END ? { items: [], nextCursor: null } : await read(store, queue, state, each, from);
      return { queue, state, from, page, taken: 0 };
    }),
  );
}

function read(store: ReadStore, queue: string, state: TaskState, limit: number, from: Position) {
  return typeof from === 'string' ? store.list(queue, state, limit, from) : store.list(queue, state, limit);
}

/** Takes the newest head again and again; within a source the store's own order is kept. */
function merge(sources: readonly Source[], limit: number): TaskFacts[] {
  const items: TaskFacts[] = [];
  while (items.length < limit) {
    let newest: Source | undefined;
    for (const source of sources) {
      const head = source.page.items[source.taken];
      const best = newest?.page.items[newest.taken];
      if (head && (!best || moment(head) > moment(best))) newest = source;
    }
    const head = newest?.page.items[newest.taken];
    if (!newest || !head) break;
    items.push(head);
    newest.taken += 1;
    // A source read dry although it has more: going on would put its next tasks after older ones.
    if (newest.taken === newest.page.items.length && newest.page.nextCursor !== null) break;
  }
  return items;
}

/** When something last happened to a task, as far as its record tells. */
function moment(task: TaskFacts): number {
  return task.finishedAt ?? task.held?.startedAt ?? task.history.at(-1)?.finishedAt ?? task.createdAt;
}

/** The store's cursors stand after whole pages; after part of one, the part is asked for again. */
async function advance(store: ReadStore, { queue, state, from, page, taken }: Source): Promise<Position> {
  if (from === END) return END;
  if (taken === page.items.length) return page.nextCursor ?? END;
  if (taken === 0) return from;
  const part = await read(store, queue, state, taken, from);
  return part.nextCursor ?? END;
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
