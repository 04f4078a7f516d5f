/** Tasks that wait for others, in whatever queue: what became of those, and the messages between partitions. */

import type { TaskError } from '../../domain/task/task.js';

export interface FlowStore {
  /** What became of tasks, by id; one that is not there is left out. `told`: with what their last attempts came to. */
  endsOf(ids: readonly string[], told?: boolean): Promise<Map<string, TaskEnd>>;
  /**
   * Delivers some of what waits in the outbox of a queue, the oldest first: questions of its children to their parents,
   * and the ends of its parents to their children, which go on or are cancelled. Safe from anybody at any time: whoever
   * is told twice has done it before. Answers how much it was, and whether there is more.
   */
  relay(queue: string): Promise<{ delivered: number; more: boolean }>;
  /** Queues in which parents of some children are that wait here, whose outboxes may have been left; a bounded look. */
  parentQueues(queue: string): Promise<string[]>;
  /** The listener is told of a queue when a verb finds something in its outbox; answers how to end that. */
  onOwing(listener: (queue: string) => void): () => void;
}

export interface TaskEnd {
  queue: string;
  /** `open`: it has not ended. */
  state: 'open' | 'completed' | 'dead' | 'cancelled';
  /** JSON text. */
  result?: string;
  error?: TaskError;
  reason?: string;
}
