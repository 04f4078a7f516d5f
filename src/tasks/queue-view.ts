/** A queue as people see it: its figures, with settings as they are written. */

import type { QueueFacts, QueueSettings, Store } from '../store/contract/index.js';
import { drainsIn, type QueueRates, ratesOf } from './queue-pace.js';
import { type RetentionSetting, retentionView } from './retention-setting.js';

/** A queue: how many of its tasks are in each state, what is set for it, and how much of each bound is used. */
export interface QueueView extends Omit<QueueFacts, 'settings' | 'owned' | 'pace'> {
  /** How long the ready task has waited that has waited longest, ms; absent: none is ready. */
  oldestAgeMs?: number;
  /** How fast it goes, a minute; absent: not known, as where no node leads. */
  rates?: QueueRates;
  /** In how many ms nothing is ready any more if it goes on like this; absent: it does not drain, or it is not known. */
  drainsInMs?: number;
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
  return viewOf(await store.queueFacts(queue));
}

/** Of each of these, in their order. */
export async function queueViews(
  store: Pick<Store, 'queuesFacts'>,
  queues: readonly string[],
): Promise<QueueView[]> {
  return (await store.queuesFacts(queues)).map(viewOf);
}

function viewOf(all: QueueFacts): QueueView {
  const { settings, owned, pace, ...facts } = all;
  const { now, oldestAt } = pace;
  const rates = ratesOf(pace);
  const drainsInMs = drainsIn(all);
  const { retention, ...others } = settings;
  const { concurrency, maxDepth } = settings;
  return {
    ...facts,
    ...(oldestAt === undefined ? {} : { oldestAgeMs: Math.max(0, now - oldestAt) }),
    ...(rates ? { rates } : {}),
    ...(drainsInMs === undefined ? {} : { drainsInMs }),
    settings: { ...others, ...(retention === undefined ? {} : { retention: retentionView(retention) }) },
    ...(owned ? { setByFile: owned } : {}),
    limits: {
      ...(concurrency === undefined ? {} : { concurrency: { limit: concurrency, used: facts.running } }),
      ...(maxDepth === undefined
        ? {}
        : { maxDepth: { limit: maxDepth, used: facts.scheduled + facts.retrying + facts.ready } }),
    },
  };
}
