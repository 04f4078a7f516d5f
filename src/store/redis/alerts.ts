/** Alerts on Redis: one hash of the registry, a field each. */

import type { AlertStore, RaisedAlert } from '../contract/index.js';
import type { Connection } from './connection.js';
import { MOST_ENTRIES } from './event-entries.js';

interface Stored extends RaisedAlert {
  by: string;
}

export function alertVerbs(connection: Connection): AlertStore {
  const { alerts: key, events } = connection.registry;
  /** Whoever listens; nobody else is told. */
  const tell = async (word: 'raised' | 'cleared', ids: readonly string[]): Promise<void> => {
    if (ids.length === 0) return;
    await connection.pipeline((pipeline) => {
      for (const id of ids)
        pipeline.xadd(events, 'NOMKSTREAM', 'MAXLEN', '~', MOST_ENTRIES, '*', 'e', `${word} ${id}`);
    });
  };
  return {
    async raise(alerts, by) {
      if (alerts.length === 0) return [];
      const replies = await connection.pipeline((pipeline) => {
        for (const alert of alerts) {
          const stored: Stored = { ...alert, by };
          pipeline.hsetnx(key, alert.id, JSON.stringify(stored)).hget(key, alert.id);
        }
      });
      // A call that is sent again finds its own.
      await tell(
        'raised',
        alerts.flatMap(({ id }, i) => (replies[2 * i] === 1 ? [id] : [])),
      );
      return alerts.flatMap((alert, i) => {
        const { since, by: raiser } = JSON.parse(String(replies[2 * i + 1] ?? '{}')) as Partial<Stored>;
        return raiser === by && since === alert.since ? [alert.id] : [];
      });
    },

    async clear(ids) {
      if (ids.length === 0) return [];
      const replies = await connection.pipeline((pipeline) => {
        for (const id of ids) pipeline.hdel(key, id);
      });
      const cleared = ids.filter((_, i) => replies[i] === 1);
      await tell('cleared', cleared);
      return cleared;
    },

    async raised() {
      const texts = await connection.ask((redis) => redis.hvals(key));
      return texts
        .map((text) => {
          const { by: _, ...alert } = JSON.parse(text) as Stored;
          return alert;
        })
        .sort((a, b) => (a.id < b.id ? -1 : 1));
    },
  };
}
