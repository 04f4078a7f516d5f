/** The model's time as a clock; `steps`, `advanced` and `lastStep` can be set to play one that was stepped. */

import type { StoreClock } from '../store/contract/index.js';

export class ModelClock implements StoreClock {
  readonly known = true;
  steps = 0;
  advanced = 0;
  lastStep = 0;
  readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  until(at: number): number {
    return at - this.now();
  }
}
