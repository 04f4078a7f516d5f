/** Ends of tasks in the model: whoever waits is told when the task has ended or is gone, after whatever changed it. */

import type { AwaitedStore } from '../store/contract/index.js';
import type { ModelTask } from './model-partition.js';

export class ModelAwaited implements AwaitedStore {
  readonly #waits = new Set<{ id: string; told: () => void }>();
  readonly #find: (id: string) => ModelTask | undefined;

  constructor(find: (id: string) => ModelTask | undefined) {
    this.#find = find;
  }

  readonly onceEnded = (_queue: string, id: string, told: () => void): (() => void) => {
    const wait = { id, told };
    this.#waits.add(wait);
    queueMicrotask(() => this.look());
    return () => this.#waits.delete(wait);
  };

  /** To be called after everything that may have ended a task. */
  look(): void {
    for (const wait of [...this.#waits]) {
      const at = this.#find(wait.id)?.place.at ?? 'finished';
      if (at === 'finished' && this.#waits.delete(wait)) wait.told();
    }
  }
}
