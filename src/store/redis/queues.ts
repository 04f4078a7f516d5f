/** Settings and pauses of queues on Redis. */

import type { QueueChange, QueueSettings, QueueStore } from '../contract/index.js';
import type { Link } from './link.js';

export function queueVerbs(link: Link): QueueStore {
  return {
    async setQueue(queue, { paused, settings = {}, replace = false }: QueueChange) {
      const partition = link.partition(queue);
      await link.open(partition);
      const more = link.rows(
        'set-queue',
        Object.entries(settings).map(([name, value]) => ({ name, value: value ?? '' })),
      );
      await link.on(partition, 'set-queue', () => ({
        pause: paused === undefined ? '' : Number(paused),
        replace: Number(replace),
        more,
      }));
    },
  };
}

/** What the hash of a queue's settings says. */
export function settingsOf(stored: Readonly<Record<string, string>>): QueueSettings {
  const { concurrency } = stored;
  return concurrency === undefined ? {} : { concurrency: Number(concurrency) };
}
