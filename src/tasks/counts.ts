/** How many tasks are in each state: of everything, of a queue, or of a handler or a schedule as far as they are found. */

import type { Values } from '../domain/input/readers.js';
import type { TASK_COUNTS } from '../domain/task/count-fields.js';
import { TASK_STATES, type TaskState } from '../domain/task/task.js';
import { someAtATime } from '../runtime/some-at-a-time.js';
import type { OverviewStore, RegistryStore, Tallied, TallyRange } from '../store/contract/index.js';
import { type NamedStore, ofSchedule } from './of-schedule.js';

/** Tasks by state. */
export interface TaskCounts extends Record<TaskState, number> {
  /** Whether each of them is what there is; of a handler or a schedule among very many others it may be more. */
  exact: boolean;
  /** Where they are not: the states of which there may be more. */
  atLeast?: TaskState[];
  /** How many tasks were looked at for it. */
  scanned: number;
}

/** Tasks looked at in one call, about, and of one state in one script, so that nobody waits long for either. */
const BUDGET = 20_000;
const MOST_AT_ONCE = 2_500;
/** Queues that are asked at a time. */
const AT_ONCE = 100;
/** Where more than so many queues are to be looked through, each is asked once for all of its states. */
const FEW = 4;

export type CountStore = Pick<OverviewStore, 'tally'> & Pick<RegistryStore, 'queues'> & NamedStore;

export async function countTasks(store: CountStore, query: Values<typeof TASK_COUNTS>): Promise<TaskCounts> {
  return sumOf([...(await tallyEach(store, query)).values()]);
}

/** The same, of each queue. */
export async function tallyEach(
  store: CountStore,
  { queue, handler, schedule }: Values<typeof TASK_COUNTS>,
): Promise<Map<string, Tallied>> {
  const [known, runs] = await Promise.all([
    store.queues(),
    schedule === undefined ? undefined : ofSchedule(store, schedule),
  ]);
  const queues = queue === undefined ? known : known.filter((one) => one === queue);
  const range: TallyRange = {
    ...(handler === undefined ? {} : { handler }),
    ...(runs ? { schedules: runs.ids } : {}),
  };
  const found = new Map<string, Tallied>();
  // What sizes tell costs nothing: only where that is not enough tasks are looked at.
  await someAtATime(queues, AT_ONCE, async (one) => {
    found.set(one, await store.tally(one, { ...range, scan: 0 }));
  });
  await lookInto(store, range, found);
  return found;
}

/** Looks through those that have tasks which may be of the range, each as far as it goes. */
async function lookInto(
  store: Pick<OverviewStore, 'tally'>,
  range: TallyRange,
  found: Map<string, Tallied>,
): Promise<void> {
  const open = [...found].flatMap(([queue, { unseen }]): { queue: string; states: TaskState[] }[] => {
    const states = TASK_STATES.filter((state) => unseen[state] > 0);
    return states.length > 0 ? [{ queue, states }] : [];
  });
  const parts =
    open.length > FEW
      ? open
      : open.flatMap(({ queue, states }) => states.map((state) => ({ queue, states: [state] })));
  const all = parts.reduce((sum, { states }) => sum + states.length, 0);
  const scan = Math.min(MOST_AT_ONCE, Math.ceil(BUDGET / Math.max(1, all)));
  await someAtATime(parts, AT_ONCE, async ({ queue, states }) => {
    const seen = await store.tally(queue, { ...range, states, scan });
    const into = found.get(queue);
    if (!into) return;
    into.scanned += seen.scanned;
    for (const state of states) {
      into.counts[state] = seen.counts[state];
      into.unseen[state] = seen.unseen[state];
    }
  });
}

export function sumOf(all: readonly Tallied[]): TaskCounts {
  const sum = (of: (tally: Tallied) => number): number => all.reduce((before, one) => before + of(one), 0);
  const counts = TASK_STATES.map((state) => [state, sum((one) => one.counts[state])]);
  const atLeast = TASK_STATES.filter((state) => all.some((one) => one.unseen[state] > 0));
  return {
    ...(Object.fromEntries(counts) as Record<TaskState, number>),
    exact: atLeast.length === 0,
    ...(atLeast.length === 0 ? {} : { atLeast }),
    scanned: sum((one) => one.scanned),
  };
}
