/** Purge of a queue, asked for: what waits is cancelled, records of what has ended are deleted. */

import { refuse } from '../domain/input/read-fields.js';
import { about, type Values } from '../domain/input/readers.js';
import { COUNT } from '../domain/task/deed-fields.js';
import { states } from '../domain/task/list-fields.js';
import { TASK_STATES, type TaskState } from '../domain/task/task.js';
import type { OperationStore, RegistryStore } from '../store/contract/index.js';
import type { QueueView } from '../tasks/queue-view.js';
import { findQueue } from '../tasks/queues.js';
import { beginning, countOf, type Preview, refuseOtherCount, SAMPLE } from './many-tasks.js';
import { begunOnce } from './operations.js';
import type { FilterStore } from './task-filter.js';
import type { OperationView } from './view.js';

export const WAITING = ['scheduled', 'retrying', 'ready'] as const;
export const ENDED = ['completed', 'dead', 'cancelled'] as const;

export const PURGE = {
  states: about(
    states,
    `which states: ${WAITING.join(', ')} are cancelled, which is what it does by default; of ${ENDED.join(', ')} the records are deleted`,
  ),
  ...COUNT,
};

/** Who makes and ends tasks knows the time to within this, ms: what was counted must not seem to have come later. */
const ASIDE = 25;
const EACH = { means: () => true, since: () => 0 };

export type PurgeWish = Values<typeof PURGE>;
type PurgeStore = FilterStore &
  OperationStore &
  Pick<RegistryStore, 'remember'> &
  Parameters<typeof findQueue>[0];

/** How many it would be, and the first of them. Throws `not_found`. */
export async function previewPurge(
  store: PurgeStore,
  queue: string,
  { states: asked }: PurgeWish,
): Promise<Preview> {
  const facts = await findQueue(store, queue);
  const all = statesOf(asked);
  const { sample } = await countOf(store, { queue }, all, EACH, SAMPLE);
  return { count: purgedOf(facts, all), sample };
}

/** Begins it. Throws `not_found`, and `conflict` with the number unless they are as many as was said. */
export async function startPurge(
  store: PurgeStore,
  queue: string,
  wish: PurgeWish,
  now: number,
  by: string,
  caller = '',
): Promise<OperationView> {
  const { states: asked, count, perMinute, reason = 'purged' } = wish;
  return begunOnce(store, `${caller} purge ${queue}`, wish, async () => {
    const facts = await findQueue(store, queue);
    const all = statesOf(asked);
    const found = purgedOf(facts, all);
    refuseOtherCount(found, count, `In the queue ${queue} there are`, 'task');
    return {
      kind: 'purge',
      filter: { queue, states: all },
      ...{ matched: found, createdAt: now, by, reason },
      ...(perMinute === undefined ? {} : { perMinute }),
      progress: beginning(now, now + ASIDE),
    };
  });
}

function statesOf(asked: readonly TaskState[] = WAITING): TaskState[] {
  if (asked.includes('running')) {
    const detail = 'cannot be running: a purge leaves alone what runs; cancel it (POST /v1/tasks/cancel)';
    refuse('invalid_input', [{ path: ['states'], detail }]);
  }
  return TASK_STATES.filter((state) => asked.includes(state));
}

function purgedOf(facts: QueueView, all: readonly TaskState[]): number {
  return all.reduce((sum, state) => sum + facts[state], 0);
}
