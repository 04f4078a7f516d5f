/** Alerts in the model: records by compare-and-set. */

import { isDeepStrictEqual } from 'node:util';
import type { AlertRecord, AlertStore } from '../store/contract/index.js';
import type { ModelRegistry } from './model-registry.js';

export class ModelAlerts implements AlertStore {
  readonly #records = new Map<string, AlertRecord>();
  readonly #registry: Pick<ModelRegistry, 'hold'>;
  readonly #tell: (to: 'raised' | 'cleared', alert: string) => void;

  constructor(
    registry: Pick<ModelRegistry, 'hold'>,
    tell: (to: 'raised' | 'cleared', alert: string) => void,
  ) {
    this.#registry = registry;
    this.#tell = tell;
  }

  alerts: AlertStore['alerts'] = async () => {
    const records = structuredClone([...this.#records.values()]);
    return records.sort((a, b) => (a.id < b.id ? -1 : 1));
  };

  watchAlerts: AlertStore['watchAlerts'] = async (by, forMs) =>
    this.#registry.hold('alerts', by, forMs) ? this.alerts() : null;

  changeAlerts: AlertStore['changeAlerts'] = async (changes) =>
    changes.map(({ id, expect, record, told }) => {
      const stored = this.#records.get(id) ?? null;
      if (isDeepStrictEqual(stored, record)) return true;
      if ((stored?.version ?? null) !== expect) return false;
      if (record) this.#records.set(id, structuredClone(record));
      else this.#records.delete(id);
      if (told) this.#tell(told, id);
      return true;
    });
}
