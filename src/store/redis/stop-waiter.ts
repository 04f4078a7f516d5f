/** Waits for the token that says that a worker has something to stop, on the connection of all waits. */

import { mono } from '../../runtime/clock.js';
import { LONGEST_WAIT, type StopWaiter } from '../contract/road.js';
import type { Connection } from './connection.js';
import type { Wait, Waits } from './waits.js';

export function redisStopWaiter(connection: Connection, waits: Waits): StopWaiter {
  let present: Wait | null = null;
  let open = false;
  let closed = false;
  const end = (): void => {
    if (present) waits.end(present);
    present = null;
  };
  return {
    async wait(leases, timeoutMs) {
      if (closed) return null;
      if (!open) waits.join();
      open = true;
      const queueOf = new Map(
        leases.map(({ queue, worker }) => [connection.partition(queue).keys.wake(`!${worker}`), queue]),
      );
      const until = mono() + Math.min(timeoutMs, LONGEST_WAIT);
      const key = await new Promise<string | null>((resolve, reject) => {
        present = { keys: [...queueOf.keys()], until, resolve, reject };
        waits.begin(present);
      });
      return key === null ? null : (queueOf.get(key) ?? null);
    },
    interrupt: end,
    close() {
      closed = true;
      end();
      if (open) waits.leave();
      open = false;
    },
  };
}
