/** One list of tasks over several queues: walked queue by queue, page by page, with a cursor that stays short. */

import { CarillonError } from '../domain/input/errors.js';
import { isQueueName } from '../domain/input/names.js';
import { MIB } from '../domain/input/sizes.js';
import type { TaskState } from '../domain/task/task.js';
import { mono } from '../runtime/clock.js';
import type { ListPage, ListRange, OverviewStore, ReadStore, TaskFacts } from '../store/contract/index.js';

/** Tasks looked at for one page, so that a filter that is rarely met cannot make it expensive. */
const BUDGET = 5_000;
/** Of them in one script where the store looks for a text in all that is written of each: others wait for Redis meanwhile. */
const SEARCHED = 1_000;
/** Tasks read at once where a filter drops some of them. */
const AT_ONCE = 200;
/** Queues asked together when those before them had nothing. */
const WIDEST = 64;
/** A page that took this long is answered as far as it has come, ms. */
const PATIENCE = 2_000;
/** Characters of payloads on one page, about. */
const LARGEST = 8 * MIB;

export interface ListRequest extends Pick<ListRange, 'handler' | 'schedules' | 'text'> {
  /** In their order. */
  queues: readonly string[];
  states: readonly TaskState[];
  limit: number;
  cursor?: string;
  /** Tasks that do not fit are left out; a page may then have few or none although more follow. */
  fits?: (task: TaskFacts) => boolean;
}

export interface TaskPage {
  items: TaskFacts[];
  nextCursor: string | null;
  /** How many tasks were looked at. */
  scanned: number;
}

export type ListStore = Pick<ReadStore, 'list'> & Pick<OverviewStore, 'holding'>;

/** Where a walk stands: in which queue, and behind what in it; '' at its beginning. */
interface Position {
  queue: string;
  after: string;
}

/**
 * Within a queue one state follows the other, each in the order of the store. A task that moves on to a later state
 * between two pages may be seen in both; in the list of one state each is seen once.
 */
export async function listTasks(store: ListStore, request: ListRequest): Promise<TaskPage> {
  const { states, limit, cursor, fits, handler, schedules, text } = request;
  const narrow = {
    ...(handler === undefined ? {} : { handler }),
    ...(schedules === undefined ? {} : { schedules }),
    ...(text === undefined ? {} : { text }),
  };
  const most = text === undefined ? BUDGET : SEARCHED;
  const from = cursor === undefined ? null : decode(cursor);
  // A queue that was closed meanwhile is passed over.
  let queues = request.queues.filter((queue) => from === null || queue >= from.queue);
  const page: TaskPage = { items: [], nextCursor: null, scanned: 0 };
  const end = mono() + PATIENCE;
  let after = from && queues[0] === from.queue ? from.after : '';
  let [next, width, size, chosen] = [0, 1, 0, false];
  while (next < queues.length) {
    const left = BUDGET - page.scanned;
    if (page.items.length === limit || size >= LARGEST || left <= 0 || mono() > end) {
      return { ...page, nextCursor: encode({ queue: queues[next] ?? '', after }) };
    }
    const asked = queues.slice(next, next + width);
    const wanted = fits ? AT_ONCE : limit - page.items.length;
    const range = { ...narrow, scan: Math.min(most, Math.ceil(left / asked.length)) };
    const each = Math.ceil(wanted / asked.length);
    const found = await Promise.all(
      asked.map((queue, i) => store.list(queue, states, each, i === 0 && after ? after : undefined, range)),
    );
    const empty = page.scanned;
    for (const [i, one] of found.entries()) {
      page.scanned += one.scanned;
      const reached = take(page.items, one, limit, fits, i === 0 ? after : '');
      for (const { payload } of one.items) size += payload.length;
      after = reached ?? '';
      // The rest of this queue comes before the queues that follow.
      if (reached !== null) break;
      next += 1;
    }
    width = page.scanned === empty ? Math.min(WIDEST, 2 * width) : 1;
    // Where a queue has nothing the others may not have either: only those are walked that may.
    if (width > 1 && !chosen && next < queues.length) {
      queues = await store.holding(queues.slice(next), states);
      [next, chosen] = [0, true];
    }
  }
  return page;
}

/** Takes what fits. Answers behind which task of this queue to go on, '' for its beginning; null: all of it was taken. */
function take(
  items: TaskFacts[],
  page: ListPage,
  limit: number,
  fits: ListRequest['fits'],
  start: string,
): string | null {
  for (const [i, task] of page.items.entries()) {
    if (fits && !fits(task)) continue;
    if (items.length === limit) return page.cursors[i - 1] ?? start;
    items.push(task);
  }
  return page.nextCursor;
}

function encode({ queue, after }: Position): string {
  return Buffer.from(`${queue}/${after}`).toString('base64url');
}

function decode(cursor: string): Position {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  const slash = text.indexOf('/');
  const position = { queue: text.slice(0, Math.max(0, slash)), after: text.slice(slash + 1) };
  if (isQueueName(position.queue) && encode(position) === cursor) return position;
  throw new CarillonError('invalid_input', 'The cursor is none of this list.', [
    { pointer: '/cursor', detail: 'must be the nextCursor of a page of the same list' },
  ]);
}
