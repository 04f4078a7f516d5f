/** Parents and children in the model: who waits for whom, and the relay between partitions. */

import type { FlowStore, TaskEnd } from '../store/contract/index.js';
import type { Asker, Message } from './model-children.js';
import { noteMoved } from './model-moved.js';
import type { ModelTask, Partition } from './model-partition.js';
import { cameDue, endWaiting } from './model-runs.js';

interface Answer {
  asker: Asker;
  parent: string;
  died: boolean;
}

/** Runs a verb on one partition, at a time. */
type Change = (queue: string, verb: (partition: Partition, now: number) => void) => void;

export class ModelFlows implements FlowStore {
  readonly #partitions: ReadonlyMap<string, Partition>;
  readonly #change: Change;
  readonly #listeners = new Set<(queue: string) => void>();

  constructor(partitions: ReadonlyMap<string, Partition>, change: Change) {
    this.#partitions = partitions;
    this.#change = change;
  }

  /** A verb is done. */
  looked({ queue, outbox }: Partition): void {
    if (outbox.length > 0) for (const listener of this.#listeners) listener(queue);
  }

  onOwing = (listener: (queue: string) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  endsOf = async (ids: readonly string[], told = false): Promise<Map<string, TaskEnd>> => {
    const found = new Map<string, TaskEnd>();
    for (const { queue, tasks } of this.#partitions.values()) {
      for (const id of ids) {
        const task = tasks.get(id);
        if (task) found.set(id, { queue, ...endOf(task, told) });
      }
    }
    return found;
  };

  parentQueues = async (queue: string): Promise<string[]> => {
    const tasks = [...(this.#partitions.get(queue)?.tasks.values() ?? [])];
    const awaited = tasks.flatMap(({ place }) => (place.at === 'child' ? place.awaited : []));
    return [...new Set([...(await this.endsOf(awaited)).values()].map((end) => end.queue))];
  };

  /** All questions are asked before any child is told. */
  relay = async (queue: string): Promise<{ delivered: number; more: boolean }> => {
    const messages = this.#partitions.get(queue)?.outbox.splice(0) ?? [];
    const answers = messages.flatMap((message) => this.#answer(message) ?? []);
    const queues = new Set(answers.map(({ asker }) => asker.queue));
    for (const one of queues) {
      this.#change(one, (partition, now) => {
        for (const answer of answers) if (answer.asker.queue === one) tell(partition, answer, now);
      });
    }
    const left = this.#partitions.get(queue)?.outbox.length ?? 0;
    return { delivered: messages.length, more: left > 0 };
  };

  #answer(message: Message): Answer | null {
    if ('parent' in message) return message;
    const { asks, asker } = message;
    const partition = this.#partitions.get(asks.queue);
    const task = partition?.tasks.get(asks.id);
    if (partition && task && task.place.at !== 'finished') {
      const askers = partition.asked.get(asks.id) ?? [];
      const known = askers.some(({ child }) => child === asker.child);
      partition.asked.set(asks.id, known ? askers : [...askers, asker]);
      return null;
    }
    // One that is no longer there has ended.
    const died = task?.place.at === 'finished' && task.place.state !== 'completed';
    return { asker, parent: asks.id, died };
  }
}

function tell(partition: Partition, { asker, parent, died }: Answer, now: number): void {
  const task = partition.tasks.get(asker.child);
  if (task?.place.at !== 'child' || !task.place.awaited.includes(parent)) return;
  const awaited = task.place.awaited.filter((one) => one !== parent);
  if (died && !asker.runs) endWaiting(partition, task, now, 'parent died');
  else if (awaited.length > 0) task.place = { at: 'child', awaited };
  else {
    task.place = { at: 'due', due: task.draft.due };
    if (task.draft.due <= now) cameDue(partition, task, now);
    noteMoved(partition, task);
  }
}

function endOf({ place, endings }: ModelTask, told: boolean): Omit<TaskEnd, 'queue'> {
  if (place.at !== 'finished') return { state: 'open' };
  const { state, reason } = place;
  const { result, error } = endings.at(-1)?.record ?? {};
  if (!told) return { state };
  return {
    state,
    ...(state === 'completed' && result !== undefined ? { result } : {}),
    ...(state !== 'completed' && error ? { error } : {}),
    ...(reason === undefined ? {} : { reason }),
  };
}
