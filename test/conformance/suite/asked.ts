/** Tasks that a random sequence makes with something more to ask: a mode of their unique key, an end, a remembered answer. */

import type { TaskDraft } from '../../../src/store/contract/index.js';
import { LONG, type Stage } from './stage.js';

export const MODES = ['reject', 'replace', 'debounce', 'throttle', 'after'] as const;

export interface AskedStep {
  mode: (typeof MODES)[number] | null;
  /** Whether it expires: long after, or before it was made. */
  expires: 'late' | 'soon' | null;
  /** Of the two keys under which answers are remembered. */
  once: 0 | 1 | null;
  keyed: boolean;
  far: boolean;
}

export class Asked {
  readonly ids: string[] = [];

  /** One more. Those with the same unique key are of one handler or another, as with steps of others. */
  async make(
    stage: Stage,
    step: AskedStep,
    handlers: { plain: string; keyed: string },
    n: number,
  ): Promise<unknown> {
    const { start } = stage;
    const id = stage.id(`asked${this.ids.length}`);
    const draft = stage.draft(id, {
      handler: step.keyed ? handlers.keyed : handlers.plain,
      priority: step.keyed ? 'normal' : 'low',
      payload: `"${n}"`,
      due: step.far ? start + LONG + n : 0,
      createdAt: step.expires === 'soon' && !step.far ? start - 10_000 : start,
      options: {
        ...(step.mode === null ? {} : { uniqueKey: 'one' }),
        ...(step.keyed ? { concurrencyKey: 'even' } : {}),
        ...(step.expires === null ? {} : { expiresIn: step.expires === 'soon' ? 1_000 : LONG }),
      },
      ...modeOf(step.mode),
      ...(step.once === null ? {} : { once: { key: `once${step.once}`, body: String(step.far) } }),
    });
    const { created, taken, full, repeated, gone } = await stage.store.enqueue(stage.queue, [draft]);
    if (created > 0 || (await stage.store.find(id))) this.ids.push(id);
    const told = repeated?.get(id) ?? gone?.get(id);
    const named = typeof told === 'object' ? [told.id, 'state' in told ? told.state : null] : (told ?? null);
    return [created, taken?.get(id) ?? null, full?.has(id) ?? false, named];
  }
}

function modeOf(mode: AskedStep['mode']): Partial<TaskDraft> {
  if (mode === 'replace' || mode === 'after') return { unique: { mode } };
  if (mode === 'debounce') return { unique: { mode, maxWait: 2 * LONG } };
  if (mode === 'throttle') return { unique: { mode, for: LONG } };
  return {};
}
