/** Clocks of Redis that were stepped: a step is seen once, by each node, and stands for a while as something to look at. */

import { formatInstant } from '../domain/input/instants.js';
import { saidLength } from '../schedules/said-times.js';
import type { AlertRecord, ClockStore, StoreClock } from '../store/contract/index.js';
import type { Seen } from './reconcile.js';
import { type Alert, alertOf } from './view.js';

/** Shorter steps harm nobody, ms: a clock that is slewed is found stepped by a little now and then. */
const MATTERS = 1_000;
/** How long it stands, ms. */
const STANDS = 600_000;

/** Tells of steps of the clocks it is asked about. */
export class ClockSteps {
  readonly #known = new Map<StoreClock, number>();

  /** Those since it was asked last; the first time it only learns how often each was stepped before. */
  seen(store: ClockStore, queues: Iterable<string>): Alert[] {
    const clocks = new Map<StoreClock, string>([[store.clock(), 'redis']]);
    for (const queue of queues) {
      const clock = store.clock(queue);
      if (!clocks.has(clock)) clocks.set(clock, `redis of ${queue}`);
    }
    return [...clocks].flatMap(([clock, name]) => this.#look(clock, name));
  }

  #look(clock: StoreClock, name: string): Alert[] {
    const before = this.#known.get(clock);
    this.#known.set(clock, clock.steps);
    if (before === undefined || before === clock.steps || Math.abs(clock.lastStep) < MATTERS) return [];
    const now = clock.now();
    const way = clock.lastStep > 0 ? 'forward' : 'back';
    const what = `the clock of ${name} was stepped ${way} by ${saidLength(Math.abs(clock.lastStep))} and is at ${formatInstant(now)} now`;
    return [alertOf('clockStep', name, now, what)];
  }
}

/** Those that were seen a moment ago, and those that stand still. */
export function clockAlerts(standing: readonly AlertRecord[], fresh: readonly Alert[], now: number): Seen {
  const stand = standing.filter(
    ({ kind, state, at }) => kind === 'clockStep' && state === 'raised' && Math.abs(now - at) < STANDS,
  );
  const wrong = [...fresh, ...stand.map((record): Alert => ({ ...record, kind: 'clockStep' }))];
  return { wrong, mine: ({ kind }) => kind === 'clockStep' };
}
