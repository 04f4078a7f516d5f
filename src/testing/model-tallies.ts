/** What the model tallies: endings that no worker of their own made, and instants that do not run. */

import { readRunId } from '../domain/schedule/run-id.js';
import type { RollupStore, Tally } from '../store/contract/index.js';
import type { ModelTask, Partition } from './model-partition.js';

export interface Tallies {
  readonly open: Map<string, Tally>;
  /** Handed out, until it is named as taken. */
  batch: { name: string; tallies: Tally[] } | null;
  batches: number;
}

export const newTallies = (): Tallies => ({ open: new Map(), batch: null, batches: 0 });

function put({ tallies: { open } }: Partition, tally: Tally): void {
  const { count, ...what } = tally;
  const key = JSON.stringify(what);
  open.set(key, { ...tally, count: count + (open.get(key)?.count ?? 0) });
}

export function tally(partition: Partition, what: 'lost' | 'dead' | 'cancelled', { draft }: ModelTask): void {
  const schedule = readRunId(draft.id)?.schedule ?? null;
  put(partition, { what, handler: draft.handler, schedule, count: 1 });
}

export function tallyInstants(partition: Partition, schedule: string, word: string, count: number): void {
  put(partition, { what: 'occurrence', schedule, word, count });
}

export function takeTallies(
  { tallies }: Partition,
  taken: string | null,
): Awaited<ReturnType<RollupStore['takeTallies']>> {
  if (tallies.batch?.name === taken) tallies.batch = null;
  if (!tallies.batch && tallies.open.size > 0) {
    tallies.batches += 1;
    tallies.batch = { name: String(tallies.batches), tallies: [...tallies.open.values()] };
    tallies.open.clear();
  }
  const { name = null, tallies: all = [] } = tallies.batch ?? {};
  return { batch: name, tallies: structuredClone(all) };
}
