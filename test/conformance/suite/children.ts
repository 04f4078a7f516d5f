/** Tasks that a random sequence has wait for others, of either queue. */

import type { ParentName } from '../../../src/store/contract/index.js';
import type { Stage } from './stage.js';

/** Every task that was made, of all queues, in order. */
export type World = ParentName[];

export interface ChildStep {
  /** Picks of tasks that were made before. */
  parents: readonly number[];
  runs: boolean;
  far: boolean;
}

export class Children {
  readonly ids: string[] = [];
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  made(id: string, queue: string): void {
    if (!this.#world.some((one) => one.id === id)) this.#world.push({ id, queue });
  }

  /** One more, of a lane that others use too; its parents may have ended, or been pruned. */
  async make(stage: Stage, one: ChildStep, handler: string, due: number): Promise<unknown> {
    if (this.#world.length === 0) return null;
    const picked = one.parents.map((pick) => this.#world[pick % this.#world.length] as ParentName);
    const parents = [...new Map(picked.map((parent) => [parent.id, parent])).values()];
    const id = stage.id(`child${this.ids.length}`);
    const options = {
      after: parents.map((parent) => parent.id),
      ...(one.runs ? { onParentDeath: 'run' as const } : {}),
    };
    const draft = stage.draft(id, { handler, priority: 'high', due: one.far ? due : 0, options, parents });
    const { created } = await stage.store.enqueue(stage.queue, [draft]);
    this.ids.push(id);
    this.made(id, stage.queue);
    return created;
  }
}
