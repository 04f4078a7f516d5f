/** What `carillon dev` adds to its example schedules, so that a person who looks for the first time sees every page at work. */

import type { Base } from '../node/open.js';
import type { Settings } from '../node/settings-read.js';
import { startBackfill } from '../operations/backfill.js';
import { mono } from '../runtime/clock.js';
import { newTaskIds } from '../runtime/ids.js';
import { type Loop, startLoop } from '../runtime/loop.js';
import type { Service } from '../runtime/service.js';
import { timeOf } from '../store/contract/clock.js';
import { setQueue } from '../tasks/queues.js';

/** The example that the backfill is of. */
const BEAT = { id: 'heartbeat', handler: 'demo.heartbeat' };
const BACK = 3 * 60_000;
/** Half a minute for the three: long enough to watch. */
const PER_MINUTE = 360;
const MAIL = {
  concurrency: 4,
  keyConcurrency: 2,
  rate: [
    { limit: 15, per: '5s' },
    { limit: 6, per: '5s', key: true },
  ],
};
const AGAIN = 250;

/** A one-off that is due soon. */
export async function exampleGreeting({ store }: Base, { queues }: Settings): Promise<void> {
  const queue = queues.find((name) => name !== '*') ?? 'default';
  const newId = newTaskIds(await store.open(queue));
  const now = await timeOf(store);
  const task = { id: newId(), handler: 'demo.greet', due: now + 5_000, payload: '{"name":"Ada"}' };
  await store.enqueue(queue, [{ ...task, priority: 'normal', createdAt: now }]);
}

/**
 * Where the examples are new to the database, the queue of the mails gets its limits, and the three minutes before are
 * filled in. Later starts leave both as people have made them since.
 */
export function firstLook({ store, log }: Base): Service {
  let loop: Loop | undefined;
  let isDone = false;
  const look = async (): Promise<number> => {
    // A loop that has nothing to do is run again all the same.
    if (isDone) return Number.POSITIVE_INFINITY;
    const [row] = await store.schedulesOf([BEAT.id]);
    if (row?.schedule.definition.handler !== BEAT.handler) return AGAIN;
    const now = await timeOf(store);
    // Ours is the process that made it.
    if (now - row.schedule.createdAt < mono()) {
      await setQueue(store, 'mail', MAIL, false);
      await startBackfill(store, row, { from: now - BACK, to: now, perMinute: PER_MINUTE }, now, 'dev');
    }
    isDone = true;
    return Number.POSITIVE_INFINITY;
  };
  return {
    name: 'examples',
    async start() {
      loop = startLoop('examples', look, { log });
    },
    stop: async () => loop?.stop(),
  };
}
