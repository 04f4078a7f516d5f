/** Leases in the model: beat, reap, leave. */

import type { ExpiredHold, ReapReply, StopRequest } from '../store/contract/index.js';
import { forgetWorker, heldBy, leaseHolds, type Partition } from './model-partition.js';

/** An expired lease that nobody reaped yet is renewed: whatever it covers is still this worker's. */
export function beat(
  partition: Partition,
  now: number,
  worker: string,
  leaseMs: number,
): 'ok' | 'lost' | { stop: StopRequest[] } {
  if (!partition.leases.has(worker) || partition.reaped.has(worker)) return 'lost';
  partition.leases.set(worker, now + leaseMs);
  partition.lengths.set(worker, leaseMs);
  const stop = heldBy(partition, worker).flatMap(({ draft, place }) =>
    place.at === 'held' && place.stop ? [{ id: draft.id, ...place.stop }] : [],
  );
  return stop.length > 0 ? { stop } : 'ok';
}

export function reap(partition: Partition, now: number, limit: number): ReapReply {
  const holds: ExpiredHold[] = [];
  for (const [worker, end] of partition.leases) {
    partition.leases.set(worker, Math.min(end, now + (partition.lengths.get(worker) ?? 0)));
  }
  for (const worker of [...partition.leases.keys()]) {
    if (leaseHolds(partition, worker, now)) continue;
    const tasks = heldBy(partition, worker);
    if (tasks.length === 0) forgetWorker(partition, worker);
    for (const task of tasks) {
      if (task.place.at !== 'held') continue;
      holds.push({
        worker,
        id: task.draft.id,
        token: task.place.token,
        attempt: task.attempt,
        startedAt: task.place.startedAt,
        failures: task.failures,
        lossesBefore:
          task.endings.length - 1 - task.endings.findLastIndex(({ record }) => record.outcome !== 'lost'),
        ...(task.firstStartedAt === undefined ? {} : { firstStartedAt: task.firstStartedAt }),
        lastBeatAt: (partition.leases.get(worker) ?? 0) - (partition.lengths.get(worker) ?? 0),
        options: structuredClone(task.draft.options ?? {}),
        ...(task.place.stop ? { cancelRequested: true as const } : {}),
      });
    }
  }
  const children = [...partition.tasks.values()].some(({ place }) => place.at === 'child');
  return { holds: holds.slice(0, limit), children };
}

export function leave(partition: Partition, worker: string): void {
  if (heldBy(partition, worker).length > 0) return;
  forgetWorker(partition, worker);
  partition.reaped.delete(worker);
}
