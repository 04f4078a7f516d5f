/** What the simulation itself knows: how each schedule stood from when to when, and when nobody was there. */

import type { Made } from './schedule-set.js';

export type State = 'live' | 'paused' | 'disabled' | 'shadow';

/** From an edit to the next one. */
export interface Epoch {
  /** The edit; instants behind it are of this epoch. */
  from: number;
  to: number;
  state: State;
  made: Made;
}

/** From creation to removal. */
export interface Life {
  id: string;
  epochs: Epoch[];
  removed: boolean;
  /** How many instants people asked to be skipped, and when. */
  skips: { at: number; count: number }[];
  /** Runs by hand that were acknowledged. */
  triggered: { id: string; at: number }[];
  /** Ranges [from, to) of the past that people asked to be made up for. */
  backfills: Backfilled[];
}

export interface Backfilled {
  /** Of the operation. */
  id: string;
  at: number;
  from: number;
  to: number;
}

export interface Outage {
  from: number;
  to: number;
}

export class Tracks {
  readonly lives: Life[] = [];
  readonly outages: Outage[] = [];
  readonly #current = new Map<string, Life>();

  life(id: string): Life | undefined {
    return this.#current.get(id);
  }

  last(id: string): Epoch | undefined {
    return this.#current.get(id)?.epochs.at(-1);
  }

  /** It was edited, or made. */
  turned(id: string, at: number, state: State, made: Made): void {
    let life = this.#current.get(id);
    if (!life) {
      life = { id, epochs: [], removed: false, skips: [], triggered: [], backfills: [] };
      this.lives.push(life);
      this.#current.set(id, life);
    }
    const last = life.epochs.at(-1);
    if (last) last.to = at;
    life.epochs.push({ from: at, to: Number.POSITIVE_INFINITY, state, made });
  }

  skipped(id: string, at: number, count: number): void {
    this.#current.get(id)?.skips.push({ at, count });
  }

  triggered(id: string, at: number, task: string): void {
    this.#current.get(id)?.triggered.push({ id: task, at });
  }

  backfilled(id: string, backfill: Backfilled): void {
    this.#current.get(id)?.backfills.push(backfill);
  }

  removed(id: string, at: number): void {
    const life = this.#current.get(id);
    const last = life?.epochs.at(-1);
    if (!life || !last) return;
    last.to = at;
    life.removed = true;
    this.#current.delete(id);
  }

  /** It is over. */
  end(at: number): void {
    for (const life of this.#current.values()) {
      const last = life.epochs.at(-1);
      if (last) last.to = at;
    }
  }
}
