/** One who waits for ready tasks, on every lane it can run; all of a process share one connection. */

import { mono } from '../../runtime/clock.js';
import { LONGEST_WAIT, type Waiter } from '../contract/road.js';
import type { Connection } from './connection.js';
import type { Wait, Waits } from './waits.js';

export function redisWaiter(connection: Connection, waits: Waits): Waiter {
  const taken = new Map<string, string>();
  let present: Wait | null = null;
  let open = true;
  waits.join();
  const end = (): void => {
    if (present) waits.end(present);
    present = null;
  };
  return {
    async wait(queues, handlers, timeoutMs) {
      if (!open) return null;
      const queueOf = new Map<string, string>();
      // Lane '' is never rung: it makes a wait of one that knows no lane yet.
      queueOf.set(connection.partition(queues[0] ?? '').keys.wake(''), '');
      for (const queue of queues) {
        for (const wake of connection.partition(queue).served(handlers).wakes) queueOf.set(wake, queue);
      }
      const until = mono() + Math.min(timeoutMs, LONGEST_WAIT);
      const key = await new Promise<string | null>((resolve, reject) => {
        present = { keys: [...queueOf.keys()], until, resolve, reject };
        waits.begin(present);
      });
      const queue = key === null ? '' : queueOf.get(key);
      if (key === null || !queue) return null;
      taken.set(queue, key);
      return queue;
    },
    async interrupt() {
      end();
    },
    async giveBack(queue) {
      const key = taken.get(queue);
      if (key !== undefined) await waits.giveBack(key);
    },
    close() {
      if (!open) return;
      open = false;
      end();
      waits.leave();
    },
  };
}
