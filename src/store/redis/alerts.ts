/** Alerts on Redis: one hash of the registry, a field each, changed by one script. */

import type { AlertRecord, AlertStore } from '../contract/index.js';
import type { Connection } from './connection.js';

export function alertVerbs(connection: Connection): AlertStore {
  return {
    async alerts() {
      const texts = await connection.ask((redis) => redis.hvals(connection.registry.alerts));
      return recordsOf(texts);
    },

    async watchAlerts(by, forMs) {
      const [word, ...texts] = await connection.call('watch-alerts', connection.shared, { by, keep: forMs });
      return word === 'ok' ? recordsOf(texts.map(String)) : null;
    },

    async changeAlerts(changes) {
      if (changes.length === 0) return [];
      const more = connection.rows(
        'change-alerts',
        changes.map(({ id, expect, record, told }) => ({
          ...{ id, expect: expect ?? '', row: record ? textOf(record) : '', told: told ?? '' },
        })),
      );
      const [, ...done] = await connection.call('change-alerts', connection.shared, { more });
      return done.map((one) => one === 1);
    },
  };
}

/** The script reads the version at the beginning. */
function textOf({ version, ...others }: AlertRecord): string {
  return JSON.stringify({ version, ...others });
}

function recordsOf(texts: readonly string[]): AlertRecord[] {
  return texts.map(recordOf).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** One that an earlier release raised has neither a version nor a state. */
function recordOf(text: string): AlertRecord {
  const { since, ...stored } = JSON.parse(text) as AlertRecord & Partial<AlertRecord>;
  return { ...{ version: 0, state: 'raised', at: since, since }, ...stored } as AlertRecord;
}
