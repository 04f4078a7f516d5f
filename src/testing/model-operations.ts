/** Operations in the model: records by compare-and-set. */

import { isDeepStrictEqual } from 'node:util';
import type { OperationRecord, OperationStore, Term } from '../store/contract/index.js';

export class ModelOperations implements OperationStore {
  readonly #office: () => Term | null;
  readonly #tell: () => void;
  readonly #records = new Map<string, OperationRecord>();

  /** `tell`: some were begun or aborted. */
  constructor(office: () => Term | null, tell: () => void) {
    this.#office = office;
    this.#tell = tell;
  }

  operations: OperationStore['operations'] = async () => {
    const records = [...this.#records.values()];
    return structuredClone(records.sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1)));
  };

  operation: OperationStore['operation'] = async (id) => structuredClone(this.#records.get(id) ?? null);

  changeOperation: OperationStore['changeOperation'] = async ({ id, expect, record }, term) => {
    if (term && this.#office()?.token !== term.token) return 'fenced';
    const stored = this.#records.get(id) ?? null;
    if (isDeepStrictEqual(stored, record)) return 'ok';
    if ((stored?.version ?? null) !== expect) return 'stale';
    if (record) this.#records.set(id, structuredClone(record));
    else this.#records.delete(id);
    if (!term) this.#tell();
    return 'ok';
  };
}
