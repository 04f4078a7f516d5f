/** A queue as people see it: its figures, with settings as they are written. */

import type { QueueFacts, QueueSettings, Store } from '../store/contract/index.js';
import { type RetentionSetting, retentionView } from './retention-setting.js';

/** A queue: how many of its tasks are in each state, what is set for it, and how much of each bound is used. */
export interface QueueView extends Omit<QueueFacts, 'settings' | 'owned'> {
  /** What is set; absent: the default. */
  settings: Omit<QueueSettings, 'retention'> & { retention?: RetentionSetting };
  /** Settings that a configuration file has named, each with its place: they are changed only there. */
  setByFile?: Record<string, string>;
  /** How much of each bound is used. */
  limits: { concurrency?: Use; maxDepth?: Use };
}

/** Of one bound. */
export interface Use {
  /** What is set. */
  limit: number;
  /** How many there are now. */
  used: number;
}

export async function queueView(store: Pick<Store, 'queueFacts'>, queue: string): Promise<QueueView> {
  const { settings, owned, ...facts } = await store.queueFacts(queue);
  const { retention, ...others } = settings;
  const { concurrency, maxDepth } = settings;
  return {
    ...facts,
    settings: { ...others, ...(retention === undefined ? {} : { retention: retentionView(retention) }) },
    ...(owned ? { setByFile: owned } : {}),
    limits: {
      ...(concurrency === undefined ? {} : { concurrency: { limit: concurrency, used: facts.running } }),
      ...(maxDepth === undefined
        ? {}
        : { maxDepth: { limit: maxDepth, used: facts.scheduled + facts.ready } }),
    },
  };
}
