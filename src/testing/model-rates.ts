/** Rates in the model: every start is remembered, and those of a window are counted. */

import { parseDuration } from '../domain/input/durations.js';
import type { KeyFacts } from '../store/contract/index.js';
import { admits, keysIn, nextOf } from './model-keys.js';
import type { ModelTask, Partition } from './model-partition.js';

interface Rule {
  limit: number;
  /** ms. A start is told in whole ms, so that its window is over one ms later. */
  length: number;
}

/** Those of the queue, or those of each key. */
function rulesOf({ settings }: Partition, ofKeys: boolean): Rule[] {
  return [settings.rate ?? []]
    .flat()
    .filter(({ key = false }) => key === ofKeys)
    .map(({ limit, per }) => ({ limit, length: parseDuration(per) ?? 0 }));
}

function startsOf(partition: Partition, key: string | undefined): number[] {
  const all = partition.starts.filter((one) => key === undefined || one.key === key);
  return all.map(({ at }) => at);
}

/** How many tasks of a key, or of the queue, may start now. */
export function startsLeft(partition: Partition, key?: string): number {
  const starts = startsOf(partition, key);
  const left = rulesOf(partition, key !== undefined).map(({ limit, length }) => {
    return limit - starts.filter((at) => at + length + 1 > partition.now).length;
  });
  return Math.max(0, Math.min(Number.POSITIVE_INFINITY, ...left));
}

/** When one more may start (ms), where none may now. */
export function opensAt(partition: Partition, key?: string): number | null {
  if (startsLeft(partition, key) > 0) return null;
  const starts = startsOf(partition, key);
  const times = rulesOf(partition, key !== undefined).map(
    ({ limit, length }) => (starts.at(-limit) ?? Number.NEGATIVE_INFINITY) + length + 1,
  );
  return Math.max(...times);
}

/** When the first rate opens that is closed; null: none is. */
export function nextOpening(partition: Partition): number | null {
  const waiting = keysIn(partition).filter((key) => readyOf(partition, key).length > 0);
  const times = [undefined, ...waiting].flatMap((key) => opensAt(partition, key) ?? []);
  return times.length === 0 ? null : Math.min(...times);
}

/** Only what a rate may ask about is remembered, and from when it was set. */
export function rememberStart(partition: Partition, task: ModelTask): void {
  if (rulesOf(partition, false).length + rulesOf(partition, true).length === 0) return;
  const key = task.draft.options?.concurrencyKey;
  partition.starts.push({ at: partition.now, ...(key === undefined ? {} : { key }) });
}

function readyOf(partition: Partition, key: string): ModelTask[] {
  return [...partition.tasks.values()].filter(
    ({ draft, place }) => place.at === 'ready' && draft.options?.concurrencyKey === key,
  );
}

export function keyFacts(
  partition: Partition,
  after: string,
  limit: number,
): { now: number; keys: KeyFacts[] } {
  const keys = keysIn(partition).flatMap((key): KeyFacts[] => {
    const waiting = readyOf(partition, key);
    const running = [...partition.tasks.values()].filter(
      ({ draft, place }) => place.at === 'held' && draft.options?.concurrencyKey === key,
    ).length;
    if ((after !== '' && key <= after) || waiting.length + running === 0) return [];
    const stands = partition.settings.keyOrder !== 'strict' || nextOf(partition, key) !== undefined;
    const since = waiting.map(({ readyAt = 0 }) => readyAt);
    const opens = waiting.length > 0 ? opensAt(partition, key) : null;
    return [
      {
        key,
        backlog: waiting.length,
        ...(waiting.length === 0 ? {} : { oldestAt: Math.min(...since) }),
        running,
        throttled: waiting.length > 0 && !(admits(partition, key) && stands),
        ...(opens === null ? {} : { opensAt: opens }),
      },
    ];
  });
  return { now: partition.now, keys: keys.slice(0, limit) };
}
