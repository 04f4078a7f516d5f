/** What a queue has done in the model: counted where it happens. */

import type { QueuePace, QueueSample, QueueTotals } from '../store/contract/index.js';
import type { ModelTask, Partition } from './model-partition.js';
import { opensAt } from './model-rates.js';

/** Samples that stay. */
const MOST = 16;

export interface Pace {
  totals: QueueTotals;
  samples: QueueSample[];
}

export function newPace(): Pace {
  return { totals: { enqueued: 0, started: 0, completed: 0, failed: 0 }, samples: [] };
}

export function sample(partition: Partition, now: number, apart: number): void {
  const { pace } = partition;
  const last = pace.samples.at(-1)?.at;
  if (last !== undefined && now - last < apart) return;
  pace.samples = [...pace.samples, { at: now, ready: readySince(partition).length, ...pace.totals }].slice(
    -MOST,
  );
}

export function paceOf(partition: Partition): QueuePace {
  const { totals, samples } = partition.pace;
  const since = readySince(partition);
  return {
    now: partition.now,
    ...(since.length === 0 ? {} : { oldestAt: Math.min(...since) }),
    ...closedRate(partition),
    died: { lately: diedSince(partition, LATELY), day: diedSince(partition, DAY) },
    totals: { ...totals },
    samples: samples.map((one) => ({ ...one })),
  };
}

/** What died lately, and what is usual, ms. */
const LATELY = 300_000;
const DAY = 86_400_000;

function diedSince({ tasks, now }: Partition, length: number): number {
  const isOne = ({ place }: ModelTask): boolean =>
    place.at === 'finished' && place.state === 'dead' && place.finishedAt >= now - length;
  return [...tasks.values()].filter(isOne).length;
}

/** It is closed from when somebody was not handed a task because of it. */
function closedRate(partition: Partition): { rateOpensAt?: number } {
  const opens = opensAt(partition);
  return opens === null ? {} : { rateOpensAt: opens };
}

function readySince({ tasks }: Partition): number[] {
  return [...tasks.values()].flatMap(({ place, readyAt }) => (place.at === 'ready' ? [readyAt ?? 0] : []));
}
