/** Makes tasks from what a caller sent: read, check, put on the road, show. */

import { CarillonError } from '../domain/input/errors.js';
import type { Task } from '../domain/task/task.js';
import { draftOf, readTaskInput, type TaskInput, tooFarAhead } from '../domain/task/task-input.js';
import type { RedisClock } from '../runtime/clock.js';
import { newTaskIds } from '../runtime/ids.js';
import type { Store, TaskDraft, TaskFacts } from '../store/contract/index.js';
import { taskView } from './view.js';

export type BatchResult = { task: Task } | { error: unknown };

export interface TaskMaker {
  /** Throws when the input is refused. */
  create(raw: unknown): Promise<Task>;
  /** One result for each input, in order; a refused one does not keep the others out. */
  createMany(raw: readonly unknown[]): Promise<BatchResult[]>;
}

export function createTaskMaker({ store, clock }: { store: Store; clock: RedisClock }): TaskMaker {
  /** By partition code, which the ids begin with. */
  const makers = new Map<string, () => string>();

  const idsOf = async (queue: string): Promise<() => string> => {
    const code = await store.open(queue);
    const known = makers.get(code);
    if (known) return known;
    const made = newTaskIds(code);
    makers.set(code, made);
    return made;
  };

  const now = async (): Promise<number> => (clock.known ? clock.now() : store.time());

  const enqueue = async (queue: string, inputs: readonly TaskInput[]): Promise<Task[]> => {
    const newId = await idsOf(queue);
    const at = await now();
    const drafts: TaskDraft[] = inputs.map((input) => draftOf(input, newId(), at));
    const reply = await store.enqueue(queue, drafts);
    return Promise.all(
      drafts.map((draft) => {
        const owner = reply.taken?.get(draft.id);
        return owner === undefined ? taskView(factsOf(queue, draft, reply.now)) : liveTask(store, owner);
      }),
    );
  };

  return {
    async create(raw) {
      const input = accepted(raw, await now());
      const [task] = await enqueue(input.queue, [input]);
      if (!task) throw new CarillonError('internal', 'The store answered no task.');
      return task;
    },
    async createMany(raw) {
      const at = await now();
      const results: BatchResult[] = [];
      const byQueue = new Map<string, { index: number; input: TaskInput }[]>();
      for (const [index, one] of raw.entries()) {
        try {
          const input = accepted(one, at);
          const group = byQueue.get(input.queue) ?? [];
          group.push({ index, input });
          byQueue.set(input.queue, group);
        } catch (error) {
          results[index] = { error };
        }
      }
      for (const [queue, group] of byQueue) {
        try {
          const tasks = await enqueue(
            queue,
            group.map(({ input }) => input),
          );
          for (const [at, task] of tasks.entries()) results[group[at]?.index ?? 0] = { task };
        } catch (error) {
          for (const { index } of group) results[index] = { error };
        }
      }
      return results;
    },
  };
}

/** What a caller gets whose unique key is another task's. */
export async function liveTask(store: Store, id: string): Promise<Task> {
  const facts = await store.find(id);
  if (facts) return { ...taskView(facts), deduplicated: true };
  throw new CarillonError(
    'conflict',
    'The task that had this unique key has just been deleted; send it again.',
  );
}

function accepted(raw: unknown, now: number): TaskInput {
  const reading = readTaskInput(raw);
  const far = reading.ok ? tooFarAhead(reading.value, now) : null;
  if (reading.ok && !far) return reading.value;
  const problems = reading.ok ? [far].filter((one) => one !== null) : reading.problems;
  const message =
    problems.length === 1 ? 'One field was not accepted.' : `${problems.length} fields were not accepted.`;
  throw new CarillonError(reading.ok ? 'invalid_input' : reading.code, message, problems);
}

/** A task the moment it entered the road; telling it from the draft saves asking the store again. */
function factsOf(queue: string, draft: TaskDraft, now: number): TaskFacts {
  return {
    id: draft.id,
    queue,
    handler: draft.handler,
    priority: draft.priority,
    state: draft.due <= now ? 'ready' : 'scheduled',
    createdAt: draft.createdAt,
    // As the store keeps it: nothing was due before it was there.
    dueAt: Math.max(draft.due, draft.createdAt),
    payload: draft.payload,
    options: draft.options ?? {},
    attempt: 0,
    failures: 0,
    history: [],
  };
}
