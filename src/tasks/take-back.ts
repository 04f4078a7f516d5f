/** Takes back what workers held whose lease ran out: nodes do it in time, idle workers where there is no node. */

import { errorOfLoss, fatesOfLosses } from '../domain/task/reap.js';
import type { Log } from '../runtime/log.js';
import { random } from '../runtime/random.js';
import type { ExpiredHold, RoadStore, Settlement } from '../store/contract/index.js';

const BATCH = 1_000;

/** One look; `more`: there may be more than one look takes. */
export async function takeBackLost(
  store: RoadStore,
  queue: string,
  now: () => number,
  log: Log,
): Promise<{ more: boolean }> {
  const holds = await store.reap(queue, BATCH);
  for (const [worker, held] of byWorker(holds)) {
    const settlements = settlementsOf(held, now());
    const words = await store.settle(queue, worker, settlements, true);
    for (const [i, { id, record, next }] of settlements.entries()) {
      if (next.to !== 'dead' || words[i] !== 'ok') continue;
      log.error(
        { queue, task: id, attempt: record.attempt, error: record.error },
        `${id} is dead: ${record.error?.message}`,
      );
    }
    const reaped = words.filter((word) => word === 'ok').length;
    if (reaped > 0) log.warn({ queue, worker, tasks: reaped }, 'lease lost, tasks taken back');
  }
  return { more: holds.length >= BATCH };
}

function byWorker(holds: readonly ExpiredHold[]): Map<string, ExpiredHold[]> {
  const groups = new Map<string, ExpiredHold[]>();
  for (const hold of holds) {
    const group = groups.get(hold.worker);
    if (group) group.push(hold);
    else groups.set(hold.worker, [hold]);
  }
  return groups;
}

function settlementsOf(held: readonly ExpiredHold[], now: number): Settlement[] {
  const losses = held.map(({ failures, lossesBefore, options: { retry } }) => ({
    ...{ failures, lossesBefore },
    ...(retry ? { retry } : {}),
  }));
  const fates = fatesOfLosses(losses, now, random());
  return held.flatMap(({ id, token, attempt, worker, startedAt, cancelRequested }, i) => {
    const [loss, fate] = [losses[i], fates[i]];
    if (!loss || !fate) return [];
    const error = errorOfLoss(loss, fate);
    const record = { attempt, worker, startedAt, finishedAt: now, outcome: 'lost' as const, error };
    const over = cancelRequested ? { failure: false, next: { to: 'cancelled' as const } } : fate;
    return [{ id, token, record, ...over }];
  });
}
