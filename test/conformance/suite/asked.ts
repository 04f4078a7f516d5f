/** Tasks that a random sequence makes with something more to ask: a mode of their unique key, an end, a remembered answer. */

import type { TaskDraft } from '../../../src/store/contract/index.js';
import { LONG, type Stage } from './stage.js';

export const MODES = ['reject', 'replace', 'debounce', 'throttle', 'after'] as const;

export interface AskedTask {
  mode: (typeof MODES)[number] | null;
  /** Whether it expires: long after, or before it was made. */
  expires: 'late' | 'soon' | null;
  /** Of the two keys under which answers are remembered. */
  once: 0 | 1 | null;
  keyed: boolean;
  far: boolean;
}

/** Each of its own: which of a handler's lanes is served first is left open. */
interface Handlers {
  plain: string;
  unique: string;
  keyed: string;
}

export class Asked {
  readonly ids: string[] = [];
  #asked = 0;

  /** Some more in one call. Those with the same unique key are of one handler or another, as with steps of others. */
  async make(
    stage: Stage,
    tasks: readonly AskedTask[],
    handlers: Handlers,
    n: number,
  ): Promise<{ made: string[]; seen: unknown }> {
    const drafts = tasks.map((task, i) => this.#draft(stage, task, handlers, `${n}.${i}`));
    const { created, taken, full, repeated, gone } = await stage.store.enqueue(stage.queue, drafts);
    const made: string[] = [];
    const seen: unknown[] = [created];
    for (const { id } of drafts) {
      if (await stage.store.find(id)) made.push(id);
      const told = repeated?.get(id) ?? gone?.get(id);
      const named =
        typeof told === 'object' ? [told.id, 'state' in told ? told.state : null] : (told ?? null);
      seen.push([taken?.get(id) ?? null, full?.has(id) ?? false, named]);
    }
    this.ids.push(...made);
    return { made, seen };
  }

  #draft(stage: Stage, task: AskedTask, handlers: Handlers, payload: string): TaskDraft {
    const { start } = stage;
    this.#asked += 1;
    return stage.draft(stage.id(`asked${this.#asked}`), {
      handler: task.keyed ? handlers.keyed : task.mode === null ? handlers.plain : handlers.unique,
      priority: task.keyed ? 'normal' : 'low',
      payload: `"${payload}"`,
      due: task.far ? start + LONG + this.#asked : 0,
      createdAt: task.expires === 'soon' && !task.far ? start - 10_000 : start,
      options: {
        ...(task.mode === null ? {} : { uniqueKey: 'one' }),
        ...(task.keyed ? { concurrencyKey: 'even' } : {}),
        ...(task.expires === null ? {} : { expiresIn: task.expires === 'soon' ? 1_000 : LONG }),
      },
      ...modeOf(task.mode),
      ...(task.once === null ? {} : { once: { key: `once${task.once}`, body: String(task.far) } }),
    });
  }
}

function modeOf(mode: AskedTask['mode']): Partial<TaskDraft> {
  if (mode === 'replace' || mode === 'after') return { unique: { mode } };
  if (mode === 'debounce') return { unique: { mode, maxWait: 2 * LONG } };
  if (mode === 'throttle') return { unique: { mode, for: LONG } };
  return {};
}
