/** The tasks that a selection names by their ids: found one by one, those of one queue together. */

import { someAtATime } from '../runtime/some-at-a-time.js';
import type { ReadStore, TaskFacts } from '../store/contract/index.js';
import type { WalkedPage } from './task-filter.js';

/** Found together. */
const PAGE = 100;
const AT_ONCE = 25;

/** In the order of their ids, on from a place. */
export async function* namedTasks(
  store: Pick<ReadStore, 'find'>,
  named: readonly string[],
  isMeant: (task: TaskFacts) => boolean,
  from: { queue: string; after: string },
): AsyncGenerator<WalkedPage> {
  // Behind the last one.
  if (from.after === '' && from.queue !== '') return;
  const ids = named.filter((id) => id > from.after).toSorted();
  for (let begin = 0; begin < ids.length; begin += PAGE) {
    const some = ids.slice(begin, begin + PAGE);
    const found: (TaskFacts | null)[] = [];
    await someAtATime(some.entries(), AT_ONCE, async ([i, id]) => {
      found[i] = await store.find(id);
    });
    for (const [first, last] of ofOneQueue(found)) {
      const tasks = found.slice(first, last).flatMap((task) => task ?? []);
      const meant = tasks.filter(isMeant);
      const isEnd = begin + last === ids.length;
      yield {
        queue: tasks[0]?.queue ?? '',
        tasks: meant.map((task) => ({ task, after: task.id })),
        after: isEnd ? '' : (some[last - 1] ?? ''),
        passed: { unknown: last - first - tasks.length, unfit: tasks.length - meant.length },
      };
    }
  }
}

/** From where to where they are of one queue; those that nobody has go with those before them. */
function ofOneQueue(found: readonly (TaskFacts | null)[]): [first: number, last: number][] {
  const parts: [number, number][] = [];
  let first = 0;
  let queue: string | null = null;
  for (const [i, task] of found.entries()) {
    if (task && queue !== null && task.queue !== queue) {
      parts.push([first, i]);
      first = i;
    }
    queue = task?.queue ?? queue;
  }
  return [...parts, [first, found.length]];
}
