/** Settings and pauses of queues on Redis. */

import type { QueueChange, QueueSettings, QueueStore } from '../contract/index.js';
import type { Connection } from './connection.js';

export function queueVerbs(connection: Connection): QueueStore {
  return {
    async setQueue(queue, { paused, settings = {}, replace = false }: QueueChange) {
      const partition = connection.partition(queue);
      await connection.open(partition);
      const more = connection.rows(
        'set-queue',
        Object.entries(settings).map(([name, value]) => ({
          name,
          value: value === null ? '' : JSON.stringify(value),
        })),
      );
      await connection.on(partition, 'set-queue', () => ({
        pause: paused === undefined ? '' : Number(paused),
        replace: Number(replace),
        more,
      }));
    },
    async queueSettings(queue) {
      const { keys } = connection.partition(queue);
      return settingsOf(await connection.ask((redis) => redis.hgetall(keys.settings)));
    },
  };
}

/** What the hash of a queue's settings says. */
export function settingsOf(stored: Readonly<Record<string, string>>): QueueSettings {
  return Object.fromEntries(
    Object.entries(stored).map(([name, value]) => [name, JSON.parse(value) as unknown]),
  );
}
