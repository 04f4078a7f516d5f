/**
 * What is seen by looking is looked at in rounds, by one node at a time: the leader where it does so, else any other. A
 * queue in which something goes on is looked at often; one that was still, and of which a glance shows that it has been so
 * since, is not looked at any more.
 */

import { mono } from '../runtime/clock.js';
import { timeOf } from '../store/contract/clock.js';
import type { AlertRecord, Glance, QueueFacts, Signal, Store } from '../store/contract/index.js';
import { ClockSteps, clockAlerts } from './clock-steps.js';
import {
  isOfQueue,
  type LeaderLook,
  lookAtGone,
  lookAtQueues,
  lookAtRest,
  lookForLeader,
  seenNothing,
  seenOf,
  seenTogether,
} from './present.js';
import { queueOf } from './queue-alerts.js';
import { reconcile, type Seen } from './reconcile.js';
import { type Teller, tellAlerts } from './tell.js';
import type { Alert } from './view.js';

export interface RoundsOptions extends Teller, LeaderLook {
  store: Store;
  /** Whether this node leads. */
  leads: () => boolean;
}

/** How long one node looks for all, ms: it dies at most so long before another one does. */
const WINDOW = 10_000;
/** How often a node sees whether nobody looks: the leader, and the others, ms. */
const OFTEN = 5_000;
const SELDOM = 13_000;
/** Between two looks at everything, ms. */
const ROUND = 30_000;
/** Between two looks at a queue in which something goes on, ms; and before the first one, because more may come. */
const BUSY = 5_000;
const SOON = 250;
/** Closer samples say nothing, ms. */
const APART = 4_000;
/** Queues looked at in one turn. */
const AT_ONCE = 200;

export class Rounds {
  readonly #options: RoundsOptions;
  readonly #clocks = new ClockSteps();
  /** When each queue is looked at, monotonic ms; Infinity: when something goes on there. */
  #due = new Map<string, number>();
  #lookedAt = new Map<string, number>();
  readonly #totals = new Map<string, string>();
  /** What the last glance at each queue showed. */
  #glances = new Map<string, Glance>();
  /** Of queues in which nothing went on and nothing was wrong: what the glance before had shown. */
  readonly #still = new Map<string, string>();
  #queues: readonly string[] = [];
  #roundAt = Number.NEGATIVE_INFINITY;
  #asksAt = Number.NEGATIVE_INFINITY;
  #mine = false;

  constructor(options: RoundsOptions) {
    this.#options = options;
  }

  /** Whether this node looks, and so tells at once. */
  get mine(): boolean {
    return this.#mine;
  }

  /** Something was told; answers whether it is looked at earlier for it. */
  heed(signal: Signal): boolean {
    if (!this.#mine) return false;
    if (signal.kind === 'sets' || signal.kind === 'reconnected' || signal.kind === 'partition') {
      const before = this.#roundAt;
      this.#roundAt = Math.min(before, mono() + SOON);
      return this.#roundAt < before;
    }
    return 'queue' in signal && this.stir(signal.queue);
  }

  /** Something goes on in a queue. */
  stir(queue: string): boolean {
    const before = this.#due.get(queue);
    if (before === undefined) return false;
    const now = mono();
    const at = Math.max(now + SOON, (this.#lookedAt.get(queue) ?? Number.NEGATIVE_INFINITY) + BUSY);
    if (at >= before) return false;
    this.#due.set(queue, at);
    return true;
  }

  /** Answers in how many ms it wants to look again. */
  async tick(): Promise<number> {
    const fresh = this.#clocks.seen(this.#options.store, this.#queues);
    if (fresh.length > 0) await this.#reconcile(await this.#options.store.alerts(), [], fresh);
    if (mono() < this.#next()) return this.#next() - mono();
    const standing = mono() < this.#asksAt ? await this.#options.store.alerts() : await this.#ask();
    if (!standing) return this.#asksAt - mono();
    const looks = [await this.#leader(), await this.#round(standing), await this.#some()];
    await this.#reconcile(standing, looks, []);
    return Math.max(0, this.#next() - mono());
  }

  #next(): number {
    return this.#mine ? Math.min(this.#asksAt, this.#roundAt, ...this.#due.values()) : this.#asksAt;
  }

  /** What stands, where it is this node that looks. */
  async #ask(): Promise<AlertRecord[] | null> {
    const { store, by, leads } = this.#options;
    const now = mono();
    const was = this.#mine;
    const standing = await store.watchAlerts(by, WINDOW);
    this.#mine = standing !== null;
    this.#asksAt = now + (this.#mine || leads() ? OFTEN : SELDOM);
    if (!was && this.#mine) {
      this.#roundAt = Number.NEGATIVE_INFINITY;
      this.#due.clear();
      this.#still.clear();
    }
    return standing;
  }

  /** `stepped`: clocks that were, as seen now. */
  async #reconcile(
    standing: AlertRecord[],
    looks: readonly Seen[],
    stepped: readonly Alert[],
  ): Promise<void> {
    const { store } = this.#options;
    const now = await timeOf(store);
    const seen = seenTogether([...looks, clockAlerts(standing, stepped, now)]);
    const records = await reconcile(store, standing, seen, now);
    if (this.#mine) await tellAlerts(this.#options, records);
  }

  async #leader(): Promise<Seen> {
    const { store, leads, leaderTtlMs } = this.#options;
    const hasLeader = async (): Promise<boolean> => leads() || (await this.#options.hasLeader());
    return lookForLeader(store, { hasLeader, leaderTtlMs }, await timeOf(store));
  }

  /** Which queues there are, and all that is not of a queue. */
  async #round(standing: readonly AlertRecord[]): Promise<Seen> {
    const { store } = this.#options;
    if (mono() < this.#roundAt) return seenNothing;
    const queues = await store.queues();
    const glances = await store.glance(queues);
    this.#queues = queues;
    this.#glances = new Map(glances.map((glance, i) => [queues[i] as string, glance]));
    // What stands is over after a while, or was not so for long enough yet, without anything going on.
    const wrong = new Set(standing.filter(isOfQueue).map(queueOf));
    const due = new Map<string, number>();
    for (const [queue, { mark }] of this.#glances) {
      const at = this.#due.get(queue) ?? Number.POSITIVE_INFINITY;
      const rests = this.#still.get(queue) === mark && !wrong.has(queue);
      due.set(queue, at < Number.POSITIVE_INFINITY || rests ? at : Number.NEGATIVE_INFINITY);
    }
    this.#due = due;
    for (const queue of this.#still.keys()) if (!due.has(queue)) this.#still.delete(queue);
    // Reckoned from when it asked last: the next one comes with an answer that tells what stands.
    this.#roundAt = this.#asksAt - OFTEN + ROUND;
    const singled = queues.filter((_, i) => glances[i]?.singled);
    const rest = await lookAtRest(store, { queues: singled, standing }, await timeOf(store));
    return seenTogether([lookAtGone(queues), rest]);
  }

  async #some(): Promise<Seen> {
    const now = mono();
    const due = [...this.#due].flatMap(([queue, at]) => (at <= now ? [queue] : [])).slice(0, AT_ONCE);
    if (due.length === 0) return seenNothing;
    const { store } = this.#options;
    const growing: string[] = [];
    const seen = await lookAtQueues(store, due);
    for (const { facts, wrong } of seen.values()) {
      const busy = this.#isBusy(facts);
      const still = !busy && wrong.length === 0;
      this.#lookedAt.set(facts.queue, now);
      this.#due.set(facts.queue, still ? Number.POSITIVE_INFINITY : now + (busy ? BUSY : ROUND));
      // Glanced at before it was looked at: what went on meanwhile shows the next time.
      if (still) this.#still.set(facts.queue, this.#glances.get(facts.queue)?.mark ?? '');
      else this.#still.delete(facts.queue);
      const { now: at, samples } = facts.pace;
      if (facts.ready > 0 && at - (samples.at(-1)?.at ?? 0) >= APART) growing.push(facts.queue);
    }
    // Where no leader writes down how many wait, or nothing is told to it, nobody could see that they grow more.
    for (const queue of growing) await store.sample(queue, APART);
    return seenOf(seen);
  }

  #isBusy({ queue, ready, running, pace }: QueueFacts): boolean {
    const totals = Object.values(pace.totals).join(' ');
    const same = this.#totals.get(queue) === totals;
    this.#totals.set(queue, totals);
    return ready > 0 || running > 0 || !same;
  }
}
