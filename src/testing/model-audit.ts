/** Who changed what, in the model. */

import {
  AUDIT_KEPT,
  type AuditEntry,
  type AuditStore,
  comparePlaces,
  OFTEN_KEPT,
} from '../store/contract/index.js';

export class ModelAudit implements AuditStore {
  readonly #now: () => number;
  readonly #entries: AuditEntry[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  audit: AuditStore['audit'] = async (entries) => {
    for (const entry of entries) {
      const often = entry.often ?? false;
      const alike = this.#entries.filter(({ place }) => place.often === often);
      if (alike.some(({ requestId }) => requestId === entry.requestId)) continue;
      const ms = Math.max(this.#now(), alike.at(-1)?.place.ms ?? 0);
      const number = alike.filter(({ place }) => place.ms === ms).length;
      this.#entries.push(structuredClone({ ...entry, place: { ms, number, often } }));
      const first = alike[0];
      if (first && alike.length >= (often ? OFTEN_KEPT : AUDIT_KEPT))
        this.#entries.splice(this.#entries.indexOf(first), 1);
    }
  };

  audited: AuditStore['audited'] = async (limit, behind) => {
    const older = this.#entries.filter(({ place }) => !behind || comparePlaces(place, behind) < 0);
    return structuredClone(older.toSorted((a, b) => comparePlaces(b.place, a.place)).slice(0, limit));
  };
}
