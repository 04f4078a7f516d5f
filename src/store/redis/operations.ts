/** Operations on Redis: one hash of the registry, each changed by one script. */

import type { OperationRecord, OperationStore } from '../contract/index.js';
import type { Connection } from './connection.js';

export function operationVerbs(connection: Connection): OperationStore {
  const { registry } = connection;
  return {
    async operations() {
      const entries = await connection.ask((redis) => redis.hvals(registry.operations));
      return entries.map(recordOf).sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
    },

    async operation(id) {
      const entry = await connection.ask((redis) => redis.hget(registry.operations, id));
      return entry === null ? null : recordOf(entry);
    },

    async changeOperation({ id, expect, record }, term) {
      const [word] = await connection.call('change-operation', connection.shared, {
        token: term?.token ?? '',
        id,
        expect: expect ?? '',
        record: record ? `${record.version}:${JSON.stringify(record)}` : '',
      });
      return word as 'ok' | 'stale' | 'fenced';
    },
  };
}

function recordOf(entry: string): OperationRecord {
  return JSON.parse(entry.slice(entry.indexOf(':') + 1)) as OperationRecord;
}
