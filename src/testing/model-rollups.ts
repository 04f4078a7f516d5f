/** Rollups in the model: plain sums, of which nothing expires and nothing is given up. */

import { addCounts, countsOf, PLACES } from '../domain/stats/counts.js';
import { lengthOf, type Subject, TIERS } from '../domain/stats/tiers.js';
import type { RolledUp, RollupCall, RollupStore } from '../store/contract/index.js';

export class ModelRollups implements Omit<RollupStore, 'takeTallies'> {
  readonly #now: () => number;
  /** Of a tier and a subject: when a cell begins → its counts. */
  readonly #cells = new Map<string, Map<number, Float64Array>>();
  readonly #numbers = new Map<string, number>();
  readonly #listeners = new Set<(queue: string) => void>();

  constructor(now: () => number) {
    this.#now = now;
  }

  readonly rollUp = async ({ source, number, cells }: RollupCall): Promise<RolledUp> => {
    if ((this.#numbers.get(source) ?? 0) >= number) return { added: false, gaveUp: [] };
    this.#numbers.set(source, number);
    for (const tier of TIERS) {
      const length = lengthOf(tier);
      for (const { subject, minute, counts } of cells) {
        const at = Math.floor((minute * 60_000) / length) * length;
        if (at + length + tier.kept <= this.#now()) continue;
        const rows = this.#of(tier.name, subject);
        const row = rows.get(at) ?? new Float64Array(PLACES);
        addCounts(row, counts);
        rows.set(at, row);
      }
    }
    return { added: true, gaveUp: [] };
  };

  readonly rollups: RollupStore['rollups'] = async (subject, tier, from, to) => {
    const rows = [...this.#of(tier, subject)].filter(([at]) => at >= from && at < to);
    return { cells: rows.sort(([a], [b]) => a - b).map(([at, row]) => ({ at, counts: countsOf(row) })) };
  };

  readonly onTallies = (listener: (queue: string) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  tallied(queue: string): void {
    for (const listener of this.#listeners) listener(queue);
  }

  #of(tier: string, { kind, name }: Subject): Map<number, Float64Array> {
    const key = `${tier} ${kind} ${name}`;
    const rows = this.#cells.get(key) ?? new Map<number, Float64Array>();
    this.#cells.set(key, rows);
    return rows;
  }
}
