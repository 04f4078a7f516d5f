/** Deeds on many tasks in TypeScript: the same as over HTTP, with the same errors. */

import type { Duration } from '../domain/input/durations.js';
import { readOptions } from '../domain/input/options.js';
import type { Given } from '../domain/input/readers.js';
import {
  fieldsOf,
  type MANY_TASKS,
  type Preview,
  previewMany,
  saidOf,
  startMany,
} from '../operations/many-tasks.js';
import { PURGE, previewPurge, startPurge } from '../operations/purge.js';
import type { TaskDeedName } from '../operations/task-deeds.js';
import type { TaskFilter } from '../operations/task-filter.js';
import type { OperationView } from '../operations/view.js';
import { timeOf } from '../store/contract/clock.js';
import type { Store } from '../store/contract/index.js';

/** `count`: as many as the filter matches now; any other number is refused with it, and nothing is done. */
export type ManyOptions = Omit<Given<typeof MANY_TASKS>, 'filter' | 'count'> & {
  /** Which tasks. */
  filter: TaskFilter;
  /** How many they are. */
  count: number;
};
/** As `ManyOptions`, and when they are due. */
export type RescheduleManyOptions = ManyOptions & {
  /** From now on, the same time for all, such as `10m`; `0ms`: now. */
  delay: Duration;
};
/** `states`: by default what waits is cancelled; of completed, dead and cancelled the records are deleted. */
export type PurgeOptions = Omit<Given<typeof PURGE>, 'count'> & {
  /** How many there are. */
  count: number;
};

/** Only says how many there are, and the first of them. */
type Only<Options> = Omit<Options, 'count' | 'delay'> & { dryRun: true };

export interface ManyVerb<Options> {
  (options: Only<Options>): Promise<Preview>;
  (options: Options): Promise<OperationView>;
}

/** The verb of one kind; `store` is asked for with each call. */
export function manyVerb<Options extends ManyOptions = ManyOptions>(
  store: () => Promise<Store>,
  kind: TaskDeedName,
): ManyVerb<Options> {
  const verb = async (options: ManyOptions | Only<ManyOptions>): Promise<Preview | OperationView> => {
    const { dryRun, ...given } = (options ?? {}) as ManyOptions & { dryRun?: true };
    const { by = 'client', ...wish } = readOptions(
      `${kind}Many`,
      fieldsOf(kind),
      given,
      saidOf(kind, dryRun === true),
    );
    const opened = await store();
    if (dryRun) return previewMany(opened, kind, wish.filter);
    return startMany(opened, kind, wish, await timeOf(opened), by);
  };
  return verb as ManyVerb<Options>;
}

export interface PurgeVerb {
  (queue: string, options: Only<PurgeOptions>): Promise<Preview>;
  (queue: string, options: PurgeOptions): Promise<OperationView>;
}

export function purgeVerb(store: () => Promise<Store>): PurgeVerb {
  const verb = async (
    queue: string,
    options: PurgeOptions | Only<PurgeOptions>,
  ): Promise<Preview | OperationView> => {
    const { dryRun, ...given } = (options ?? {}) as PurgeOptions & { dryRun?: true };
    const { by = 'client', ...wish } = readOptions('purge', PURGE, given, dryRun ? [] : ['count']);
    const opened = await store();
    if (dryRun) return previewPurge(opened, queue, wish);
    return startPurge(opened, queue, wish, await timeOf(opened, queue), by);
  };
  return verb as PurgeVerb;
}
