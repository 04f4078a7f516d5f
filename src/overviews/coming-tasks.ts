/** Tasks that wait for their time, of all queues, in one order: queue by queue as far as is needed, and no further. */

import { someAtATime } from '../runtime/some-at-a-time.js';
import type { ComingTask, DuePlace, OverviewStore } from '../store/contract/index.js';

export interface QueuedTask extends ComingTask {
  queue: string;
}

/** Behind which task of which queue, of those due at one time; '' before all of them. */
export interface TasksPlace extends DuePlace {
  queue: string;
}

interface Walk {
  queue: string;
  tasks: QueuedTask[];
  /** null: all of it was read. */
  next: DuePlace | null;
}

/** Queues asked at a time. */
const AT_ONCE = 100;
/** Tasks asked of a queue at first, at least: most of them have none among the first of all. */
const FEWEST = 4;

/** Up to `limit`, behind a place and due by `to`. */
export async function comingTasks(
  store: Pick<OverviewStore, 'coming'>,
  queues: readonly string[],
  place: TasksPlace,
  to: number,
  limit: number,
): Promise<QueuedTask[]> {
  const walks = queues.map((queue): Walk => ({ queue, tasks: [], next: startIn(queue, place) }));
  let each = Math.max(FEWEST, Math.ceil((2 * limit) / Math.max(1, queues.length)));
  for (let open = walks; open.length > 0; each = Math.min(limit, each * FEWEST)) {
    await someAtATime(open, AT_ONCE, async (walk) => {
      if (!walk.next) return;
      const { tasks, next } = await store.coming(walk.queue, walk.next, to, each);
      for (const task of tasks) walk.tasks.push({ ...task, queue: walk.queue });
      walk.next = next;
    });
    // A queue that was not read to its end matters while what follows in it may come before the last one taken.
    const last = firstOf(walks, limit)[limit - 1]?.place.due ?? Number.POSITIVE_INFINITY;
    open = walks.filter(({ next, tasks }) => next !== null && next.due <= last && tasks.length < limit);
  }
  return firstOf(walks, limit);
}

/** Within one due time queue follows queue. */
function startIn(queue: string, { due, queue: reached, behind }: TasksPlace): DuePlace {
  if (queue === reached) return { due, behind };
  return queue > reached ? { due, behind: '' } : { due, behind: BEHIND_ALL };
}

/** Stands behind every task of its time: members are UTF-8, in which no byte is as high. */
const BEHIND_ALL = '\u{10ffff}';

function firstOf(walks: readonly Walk[], limit: number): QueuedTask[] {
  const all = walks.flatMap(({ tasks }) => tasks.slice(0, limit));
  return all.sort(inOrder).slice(0, limit);
}

function inOrder(a: QueuedTask, b: QueuedTask): number {
  if (a.place.due !== b.place.due) return a.place.due - b.place.due;
  if (a.queue !== b.queue) return a.queue < b.queue ? -1 : 1;
  return 0;
}
