/** Who changed what, on Redis: two bounded streams of the registry, read as one. */

import {
  type AuditEntry,
  type AuditPlace,
  type AuditRecord,
  type AuditStore,
  comparePlaces,
} from '../contract/index.js';
import type { Connection } from './connection.js';

export function auditVerbs(connection: Connection): AuditStore {
  const { registry } = connection;
  const read = async (
    often: boolean,
    limit: number,
    behind: AuditPlace | undefined,
  ): Promise<AuditEntry[]> => {
    const key = often ? registry.auditOften : registry.audit;
    const rows = await connection.ask((redis) =>
      redis.xrevrange(key, fromOf(often, behind), '-', 'COUNT', limit),
    );
    return rows.map(([id, fields]) => entryOf(id, fields, often));
  };
  return {
    async audit(entries) {
      const rows = entries.map(({ often, ...entry }) => ({
        request: entry.requestId,
        often: often ? 1 : 0,
        entry: JSON.stringify(entry),
      }));
      await connection.call('audit', connection.shared, { more: connection.rows('audit', rows) });
    },

    async audited(limit, behind) {
      const [deeds, often] = await Promise.all([read(false, limit, behind), read(true, limit, behind)]);
      return [...deeds, ...often].sort((a, b) => comparePlaces(b.place, a.place)).slice(0, limit);
    },
  };
}

/** Of two entries with one number that of what is done often is the later one. */
function fromOf(often: boolean, behind: AuditPlace | undefined): string {
  if (!behind) return '+';
  const id = `${behind.ms}-${behind.number}`;
  return behind.often && !often ? id : `(${id}`;
}

function entryOf(id: string, fields: readonly string[], often: boolean): AuditEntry {
  const [ms, number] = id.split('-').map(Number);
  const record = JSON.parse(fields[fields.indexOf('e') + 1] ?? '{}') as AuditRecord;
  return { ...record, ...(often ? { often } : {}), place: { ms: ms ?? 0, number: number ?? 0, often } };
}
