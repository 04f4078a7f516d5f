/** Takes back what workers held whose lease ran out: nodes do it in time, idle workers where there is no node. */

import { errorOfLoss, fatesOfLosses } from '../domain/task/reap.js';
import type { Log } from '../runtime/log.js';
import { random } from '../runtime/random.js';
import type { ExpiredHold, RegistryStore, RoadStore, Settlement } from '../store/contract/index.js';

const BATCH = 1_000;

/** One look; `more`: there may be more than one look takes; `children`: tasks wait for parents there. */
export async function takeBackLost(
  store: RoadStore & Pick<RegistryStore, 'lastSeen'>,
  queue: string,
  now: () => number,
  log: Log,
): Promise<{ more: boolean; children: boolean }> {
  const { holds, children } = await store.reap(queue, BATCH);
  const lost = byWorker(holds);
  const hosts = await hostsOf(store, [...lost.keys()]);
  for (const [worker, held] of lost) {
    const settlements = settlementsOf(held, hosts.get(worker), now());
    const words = await store.settle(queue, worker, settlements, true);
    for (const [i, { id, record, next }] of settlements.entries()) {
      if (next.to !== 'dead' || words[i] !== 'ok') continue;
      log.error(
        { event: 'task.dead', queue, task: id, attempt: record.attempt, error: record.error },
        `${id} is dead: ${record.error?.message}`,
      );
    }
    const reaped = words.filter((word) => word === 'ok' || word === 'stopped').length;
    if (reaped > 0)
      log.warn({ event: 'lease.expired', queue, worker, tasks: reaped }, 'lease lost, tasks taken back');
  }
  return { more: holds.length >= BATCH, children };
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

/** The machines of workers, as far as they are remembered. */
async function hostsOf(
  store: Pick<RegistryStore, 'lastSeen'>,
  workers: readonly string[],
): Promise<Map<string, string>> {
  const seen = await store.lastSeen('worker', workers);
  return new Map(workers.flatMap((worker, i) => (seen[i] ? [[worker, seen[i].host] as const] : [])));
}

function settlementsOf(held: readonly ExpiredHold[], host: string | undefined, now: number): Settlement[] {
  const losses = held.map(({ failures, lossesBefore, firstStartedAt, startedAt, options: { retry } }) => ({
    ...{ failures, lossesBefore, firstStartedAt: firstStartedAt ?? startedAt },
    ...(retry ? { retry } : {}),
  }));
  const fates = fatesOfLosses(losses, now, random());
  return held.flatMap(({ id, token, attempt, worker, startedAt, lastBeatAt, cancelRequested }, i) => {
    const [loss, fate] = [losses[i], fates[i]];
    if (!loss || !fate) return [];
    const error = errorOfLoss(loss, fate);
    const lost = { ...(host === undefined ? {} : { host }), lastBeatAt };
    const record = { attempt, worker, startedAt, finishedAt: now, outcome: 'lost' as const, error, lost };
    // A lost lease counts, whatever comes of the task: its record agrees with its number.
    const over = cancelRequested ? { failure: true, next: { to: 'cancelled' as const } } : fate;
    const { firstStartedAt } = loss;
    const first = loss.retry?.maxElapsed === undefined ? {} : { firstStartedAt };
    return [{ id, token, record, ...over, ...first }];
  });
}
