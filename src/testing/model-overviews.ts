/** What is told of many things at once, in the model: every task is looked at. */

import { readRunId } from '../domain/schedule/run-id.js';
import { TASK_STATES, type TaskState } from '../domain/task/task.js';
import type {
  ComingPage,
  DuePlace,
  Edited,
  EditedSince,
  HandlerTally,
  RunsOf,
  RunTimes,
  Tallied,
  TallyRange,
} from '../store/contract/index.js';
import { dueTasks, type ModelTask, type Partition } from './model-partition.js';
import { stateOf } from './model-reads.js';

const EVERY = Number.POSITIVE_INFINITY;

const zeros = () => Object.fromEntries(TASK_STATES.map((state) => [state, 0])) as Record<TaskState, number>;

export class ModelOverviews {
  readonly #partitions: () => ReadonlyMap<string, Partition>;
  /** By queue: the edits of its schedules, each numbered. */
  readonly #edits = new Map<string, string[]>();

  constructor(partitions: () => ReadonlyMap<string, Partition>) {
    this.#partitions = partitions;
  }

  #tasks(queue: string): ModelTask[] {
    return [...(this.#partitions().get(queue)?.tasks.values() ?? [])];
  }

  holding = async (queues: readonly string[], states: readonly TaskState[]): Promise<string[]> =>
    queues.filter((queue) => this.#tasks(queue).some((task) => states.includes(stateOf(task))));

  tally = async (queue: string, { handler, schedules, states }: TallyRange = {}): Promise<Tallied> => {
    const known = handler === undefined || this.#tasks(queue).some(({ draft }) => draft.handler === handler);
    const told: Tallied = { known, counts: zeros(), unseen: zeros(), scanned: 0 };
    for (const task of this.#tasks(queue)) {
      const state = stateOf(task);
      const run = readRunId(task.draft.id);
      const isOf = ({ id, until = Number.POSITIVE_INFINITY }: { id: string; until?: number }) =>
        run?.schedule === id && run.nominal <= until;
      if (handler !== undefined && task.draft.handler !== handler) continue;
      if (schedules && !schedules.some(isOf)) continue;
      if (!states || states.includes(state)) told.counts[state] += 1;
    }
    return told;
  };

  handlersOf = async (queue: string): Promise<HandlerTally> => {
    const names = [...new Set(this.#tasks(queue).map(({ draft }) => draft.handler))].sort();
    const count = (handler: string, state: TaskState) =>
      this.#tasks(queue).filter((task) => task.draft.handler === handler && stateOf(task) === state).length;
    const handlers = names.map((handler) => ({
      ...{ handler, ready: count(handler, 'ready') },
      running: count(handler, 'running'),
    }));
    return { handlers, unseen: 0 };
  };

  coming = async (queue: string, from: DuePlace, to: number, limit: number): Promise<ComingPage> => {
    const partition = this.#partitions().get(queue);
    const behind = (partition ? dueTasks(partition) : []).filter(({ task: { draft, attempt }, due }) => {
      const isNext = due > from.due || (due === from.due && draft.id > from.behind);
      return isNext && due <= to && (attempt > 0 || !readRunId(draft.id));
    });
    const tasks = behind.slice(0, limit).map(({ task, due }) => ({
      ...{ id: task.draft.id, handler: task.draft.handler, priority: task.draft.priority },
      state: task.attempt > 0 ? ('retrying' as const) : ('scheduled' as const),
      place: { due, behind: task.draft.id },
    }));
    return { tasks, next: behind.length > limit ? (tasks.at(-1)?.place ?? null) : null };
  };

  dueCounts = async (
    queue: string,
    from: number,
    step: number,
    steps: number,
  ): Promise<Map<number, number>> => {
    const { tasks } = await this.coming(queue, { due: from, behind: '' }, from + steps * step - 1, EVERY);
    const counts = new Map<number, number>();
    for (const { place } of tasks) {
      const index = Math.floor((place.due - from) / step);
      counts.set(index, (counts.get(index) ?? 0) + 1);
    }
    return counts;
  };

  runTimes = async (asked: readonly RunsOf[]): Promise<(RunTimes | null)[][]> =>
    asked.map(({ schedule, nominals }) =>
      nominals.map((nominal) => {
        const id = `${schedule}@${nominal}`;
        for (const { tasks } of this.#partitions().values()) {
          const task = tasks.get(id);
          if (task) return timesOf(task);
        }
        return null;
      }),
    );

  edited = async (asked: readonly EditedSince[]): Promise<Edited[]> =>
    asked.map(({ queue, since }) => {
      const all = this.#edits.get(queue) ?? [];
      return { mark: String(all.length), ids: [...new Set(all.slice(Number(since)))] };
    });

  wasEdited = (queue: string, id: string): void => {
    const before = this.#edits.get(queue);
    if (before) before.push(id);
    else this.#edits.set(queue, [id]);
  };
}

function timesOf(task: ModelTask): RunTimes {
  const records = task.endings.map(({ record }) => record);
  const { place } = task;
  const startedAt = records[0]?.startedAt ?? (place.at === 'held' ? place.startedAt : undefined);
  const last = records.at(-1);
  return {
    state: stateOf(task),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(last ? { last: { startedAt: last.startedAt, finishedAt: last.finishedAt } } : {}),
  };
}
