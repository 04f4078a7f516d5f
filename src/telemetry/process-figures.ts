/** The figures of one process: what its observers were told, its slots, its clock, its use of the machine. */

import { VERSION } from '../runtime/version.js';
import { wallNow } from '../runtime/wall.js';
import type { Store } from '../store/contract/index.js';
import { Exposed, type Figures, type MetricsRegistry } from './exposed.js';
import { METRICS, type MetricName, type Row } from './table.js';
import { Tally } from './tally.js';

/** Of one worker. */
export interface Slots {
  readonly total: number;
  readonly inUse: number;
}

type Watched = Pick<Store, 'observed' | 'clock'>;

export class ProcessFigures {
  readonly tally = new Tally();
  readonly #stores = new Set<Watched>();
  readonly #workers = new Set<Slots>();
  /** Steps seen by the clocks of stores that were let go. */
  #steps = 0;
  #told = 0;

  /** Counts what is done on this store; the answer ends it. */
  watch(store: Watched): () => void {
    if (this.#stores.has(store)) return () => {};
    this.#stores.add(store);
    const stop = store.observed.add(this.tally);
    return () => {
      stop();
      if (this.#stores.delete(store)) this.#steps += store.clock().steps;
    };
  }

  /** From now on; the answer ends it. */
  employ(slots: Slots): () => void {
    this.#workers.add(slots);
    return () => this.#workers.delete(slots);
  }

  /** What this process is to expose: a node that runs no tasks has nothing to say of workers. */
  exposed(of: readonly Row['of'][]): Exposed[] {
    const reads = this.#reads();
    return (Object.keys(reads) as (keyof typeof reads)[])
      .filter((name) => of.includes(METRICS[name].of))
      .map((name) => new Exposed(name, reads[name]));
  }

  #reads() {
    const { tally } = this;
    return {
      attempts_finished_total: () => tally.attempts,
      tasks_finished_total: () => tally.tasks,
      attempt_duration_seconds: () => tally.duration,
      queue_latency_seconds: () => tally.latency,
      fire_delay_seconds: () => tally.fireDelay,
      worker_slots: () => [[[], this.#slots('total')]],
      worker_slots_in_use: () => [[[], this.#slots('inUse')]],
      fires_total: () => tally.fires,
      promoted_total: () => tally.promoted,
      redis_call_duration_seconds: () => tally.calls,
      redis_errors_total: () => tally.errors,
      clock_offset_seconds: () => this.#offset(),
      clock_steps_total: () => [[[], this.#clockSteps()]],
      process_cpu_seconds_total: () => [[[], cpuSeconds()]],
      process_resident_memory_bytes: () => [[[], process.memoryUsage.rss()]],
      build_info: () => [[[VERSION], 1]],
    } satisfies Partial<Record<MetricName, () => Figures>>;
  }

  #slots(which: keyof Slots): number {
    return [...this.#workers].reduce((sum, slots) => sum + slots[which], 0);
  }

  /** Nothing before Redis has told its time. */
  #offset(): Figures {
    const clock = [...this.#stores].map((store) => store.clock()).find(({ known }) => known);
    return clock ? [[[], (clock.now() - wallNow()) / 1_000]] : [];
  }

  #clockSteps(): number {
    const now = [...this.#stores].reduce((sum, store) => sum + store.clock().steps, this.#steps);
    this.#told = Math.max(this.#told, now);
    return this.#told;
  }
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000_000;
}

/** One for each registry: several workers of a process add up in it. */
const registered = new WeakMap<MetricsRegistry, ProcessFigures>();

/** The figures of workers, registered there. Throws where the registry has others of these names. */
export function figuresIn(registry: MetricsRegistry): ProcessFigures {
  const known = registered.get(registry);
  if (known) return known;
  const figures = new ProcessFigures();
  for (const metric of figures.exposed(['process', 'worker'])) registry.registerMetric(metric);
  registered.set(registry, figures);
  return figures;
}
