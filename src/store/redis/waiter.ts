/** Waits for ready tasks: one blocking connection on the wake tokens of every lane a worker can run. */

import { LONGEST_WAIT, type Waiter } from '../contract/road.js';
import { explain } from './connect.js';
import type { Connection } from './connection.js';

/** BLPOP takes 0 for ever; this is the shortest wait (ms). */
const SHORTEST_WAIT = 1;

export function redisWaiter(connection: Connection): Waiter {
  const redis = connection.connect('blocking');
  /** Of the blocking connection, so that another can end its wait. */
  let client: Promise<number> | null = null;
  redis.on('close', () => {
    client = null;
  });
  const taken = new Map<string, string>();
  return {
    async wait(queues, handlers, timeoutMs) {
      const queueOf = new Map<string, string>();
      // Lane '' is never rung: it makes a wait of one that knows no lane yet.
      queueOf.set(connection.partition(queues[0] ?? '').keys.wake(''), '');
      for (const queue of queues) {
        for (const wake of connection.partition(queue).served(handlers).wakes) queueOf.set(wake, queue);
      }
      const ms = Math.min(Math.max(timeoutMs, SHORTEST_WAIT), LONGEST_WAIT);
      try {
        client ??= redis.client('ID');
        // Refused or broken off like the wait behind it, which tells.
        client.catch(() => {});
        const popped = await redis.blpop([...queueOf.keys()], ms / 1000);
        const queue = popped && queueOf.get(popped[0]);
        if (queue) taken.set(queue, popped[0]);
        return queue || null;
      } catch (error) {
        throw explain(error);
      }
    },
    async interrupt() {
      const id = await client?.catch(() => null);
      if (id) await connection.ask((commands) => commands.client('UNBLOCK', id));
    },
    async giveBack(queue) {
      const wake = taken.get(queue);
      // A second token beside one that came meanwhile does no harm: a claim that finds nothing takes it.
      if (wake !== undefined) await connection.ask((commands) => commands.rpush(wake, '1'));
    },
    close: () => redis.disconnect(),
  };
}
