/** What every node can say of the whole, because it stands in Redis: asked once for a scrape, and not for long. */

import { mono } from '../runtime/clock.js';
import { sleep } from '../runtime/timers.js';
import type { QueueFacts, Store } from '../store/contract/index.js';
import { MOST_VALUES, REST, type Sample } from './figures.js';
import { ScheduleFigures, type ScheduleFiguresParts, type ScheduleLook } from './schedule-figures.js';

/** How long a scrape waits for Redis, ms: what is known without it should come in time. */
const PATIENCE = 1_000;
/** All figures of one scrape are of one look, ms. */
const ONE_SCRAPE = 500;

export const STATES = ['scheduled', 'retrying', 'ready', 'running', 'dead'] as const;

export interface ClusterFiguresParts extends ScheduleFiguresParts {
  store: ScheduleFiguresParts['store'] &
    Pick<Store, 'queues' | 'queuesFacts' | 'present' | 'office' | 'alerts'>;
}

export interface ClusterLook {
  depth: Sample[];
  oldest: Sample[];
  paused: Sample[];
  unroutable: Sample[];
  enqueued: Sample[];
  completed: Sample[];
  started: Sample[];
  failed: Sample[];
  slots: number;
  slotsInUse: number;
  workers: number;
  nodes: number;
  term: number | null;
  /** By kind. */
  alerts: Sample[];
  /** null: not known yet. */
  schedules: ScheduleLook | null;
}

export class ClusterFigures {
  readonly #parts: ClusterFiguresParts;
  readonly #schedules: ScheduleFigures;
  readonly #totals = new Totals();
  #asking: Promise<ClusterLook> | null = null;
  #answer: Promise<ClusterLook | null> | null = null;
  #answeredAt = Number.NEGATIVE_INFINITY;

  constructor(parts: ClusterFiguresParts) {
    this.#parts = parts;
    this.#schedules = new ScheduleFigures(parts);
  }

  /** null: Redis has not answered in time. */
  look(): Promise<ClusterLook | null> {
    if (this.#answer && mono() - this.#answeredAt < ONE_SCRAPE) return this.#answer;
    this.#answer = this.#inTime();
    this.#answeredAt = Number.POSITIVE_INFINITY;
    this.#answer
      .finally(() => {
        this.#answeredAt = mono();
      })
      .catch(() => {});
    return this.#answer;
  }

  async #inTime(): Promise<ClusterLook | null> {
    // A question of an earlier scrape that hangs is not asked a second time, nor waited for again.
    if (this.#asking) return null;
    const asking = this.#ask();
    this.#asking = asking;
    const over = (): void => {
      this.#asking = null;
    };
    asking.finally(over).catch(() => {});
    const ended = new AbortController();
    try {
      return await Promise.race([asking, sleep(PATIENCE, ended.signal).then(() => null)]);
    } catch {
      return null;
    } finally {
      ended.abort();
    }
  }

  async #ask(): Promise<ClusterLook> {
    const { store } = this.#parts;
    const [queues, workers, nodes, office, alerts, schedules] = await Promise.all([
      this.#queues(),
      store.present('worker'),
      store.present('node'),
      store.office(),
      store.alerts(),
      this.#schedules.look(),
    ]);
    const kinds = new Map<string, number>();
    for (const { kind, state } of alerts) {
      if (state === 'raised') kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
    const sum = (values: (number | undefined)[]): number =>
      values.reduce<number>((all, one = 0) => all + one, 0);
    return {
      ...this.#ofQueues(queues),
      slots: sum(workers.map(({ concurrency }) => concurrency)),
      slotsInUse: sum(workers.map(({ running }) => running)),
      workers: workers.length,
      nodes: nodes.length,
      term: office?.number ?? null,
      alerts: [...kinds].map(([kind, count]) => [[kind], count]),
      schedules,
    };
  }

  async #queues(): Promise<QueueFacts[]> {
    const { store } = this.#parts;
    return store.queuesFacts((await store.queues()).toSorted());
  }

  #ofQueues(queues: readonly QueueFacts[]) {
    const each = (of: (queue: QueueFacts) => number, join = plus): Sample[] =>
      few(
        queues.map((facts) => [facts.queue, of(facts)]),
        join,
      );
    const total = (name: keyof QueueFacts['pace']['totals']): Sample[] =>
      each(({ queue, pace }) => this.#totals.of(queue, name, pace.totals[name]));
    return {
      depth: STATES.flatMap((state) =>
        each((facts) => facts[state]).map(([[queue = ''], value]): Sample => [[queue, state], value]),
      ),
      oldest: each(({ pace: { now, oldestAt = now } }) => Math.max(0, now - oldestAt) / 1_000, Math.max),
      paused: each(({ paused }) => Number(paused)),
      unroutable: each(({ unroutable }) => Object.values(unroutable).reduce(plus, 0)),
      enqueued: total('enqueued'),
      completed: total('completed'),
      started: total('started'),
      failed: total('failed'),
    };
  }
}

const plus = (a: number, b: number): number => a + b;

/** Behind the first queues by name the others are one. */
function few(all: readonly [string, number][], join: (a: number, b: number) => number): Sample[] {
  const named = all.slice(0, MOST_VALUES).map(([queue, value]): Sample => [[queue], value]);
  const others = all.slice(MOST_VALUES).map(([, value]) => value);
  return others.length === 0 ? named : [...named, [[REST], others.reduce((a, b) => join(a, b))]];
}

/**
 * Totals of a queue begin anew when its last task is deleted, and fall a little when a schedule takes runs back. Whoever
 * works out a rate takes any fall for a new beginning: here they only rise.
 */
class Totals {
  readonly #known = new Map<string, { raw: number; value: number }>();

  of(queue: string, name: string, raw: number): number {
    const key = `${queue} ${name}`;
    const before = this.#known.get(key) ?? { raw: 0, value: 0 };
    const risen = raw >= before.raw ? raw - before.raw : raw < before.raw / 2 ? raw : 0;
    const value = before.value + risen;
    this.#known.set(key, { raw, value });
    return value;
  }
}
