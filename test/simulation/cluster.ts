/** A cluster on a virtual clock: the real planner, use cases and run context over the model store, and whoever uses them. */

import { readRunId } from '../../src/domain/schedule/run-id.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { CatchUpRate } from '../../src/scheduler/catch-up-rate.js';
import { Planner } from '../../src/scheduler/planner.js';
import { type RunContext, runContext } from '../../src/schedules/run-context.js';
import type { ClaimedTask, Store } from '../../src/store/contract/index.js';
import { runOf } from '../../src/tasks/view.js';
import { ModelStore } from '../../src/testing/model-store.js';

export const QUEUE = 'default';
export const HORIZON = 10_000;

/** One run, as its handler saw it. */
export interface Seen {
  id: string;
  schedule: string;
  nominal: number;
  /** When it began. */
  at: number;
  context: RunContext;
}

interface Leader {
  planner: Planner;
  /** When it looks next. */
  wakeAt: number;
  /** Calls it still lives for; the last one is carried out and never answered. */
  life: { calls: number; died: Promise<void>; die(): void };
}

/** So long nobody leads when a leader has died, ms. */
const FAILOVER = 2_100;
/** Ended runs are pruned in portions of this. */
const PRUNED_AT = 300;
const NOTHING_KEPT = { completed: { count: 0, age: 0 }, dead: { count: 0, age: 0 }, atLeast: 0 };

export class Cluster {
  readonly store: ModelStore;
  readonly seen: Seen[] = [];
  /** Nobody is there: no node and no worker. */
  dark = false;
  #leader: Leader | null = null;
  /** When somebody else takes over, while nobody leads. */
  #electAt = Number.POSITIVE_INFINITY;
  readonly #rate: number;
  #terms = 0;
  #promoteAt = 0;
  #nonce = 2;
  #ended = 0;
  #mayCatchUp = true;

  constructor(start: number, rate = 6_000) {
    this.store = new ModelStore(start);
    this.#rate = rate;
  }

  async open(): Promise<void> {
    await this.store.open(QUEUE);
    await this.store.subscribe((signal) => {
      if (signal.kind === 'due') this.#promoteAt = Math.min(this.#promoteAt, signal.due);
      if (signal.kind !== 'schedules' || !this.#leader) return;
      this.#leader.planner.edited();
      this.#leader.wakeAt = this.store.now;
    });
  }

  /** A new leader; `catchesUpAt`: until then not every node has put its files forward. */
  async elect(catchesUpAt = this.store.now): Promise<void> {
    this.#terms += 1;
    const term = await this.store.allocateTerm(`n${this.#terms}`, `lock ${this.#terms}`);
    if (!term) throw new Error('no term');
    await this.store.takeOffice(QUEUE, term);
    const life = mortal();
    this.#mayCatchUp = this.store.now >= catchesUpAt;
    const planner = new Planner({
      ...{ queue: QUEUE, store: dying(this.store, life), log: silentLog, term, horizon: HORIZON },
      mayCatchUp: () => this.#mayCatchUp,
      rate: new CatchUpRate(this.#rate, this.store.clock()),
      onFenced: async () => {},
    });
    this.#electAt = Number.POSITIVE_INFINITY;
    this.#leader = { planner, wakeAt: this.store.now, life };
    this.#promoteAt = this.store.now;
  }

  /** Every node has put its files forward. */
  catchUp(): void {
    this.#mayCatchUp = true;
    if (!this.#leader) return;
    this.#leader.planner.lookBack();
    this.#leader.wakeAt = this.store.now;
  }

  /** Dead after so many calls more; 0: at once. */
  kill(calls: number): void {
    if (calls === 0) this.#gone();
    else if (this.#leader) this.#leader.life.calls = calls;
  }

  /** Everything is gone at once. */
  darken(): void {
    this.dark = true;
    this.#leader = null;
    this.#electAt = Number.POSITIVE_INFINITY;
  }

  #gone(): void {
    this.#leader = null;
    this.#electAt = this.store.now + FAILOVER;
  }

  /** Lets time pass. */
  async until(end: number): Promise<void> {
    for (;;) {
      const { now } = this.store;
      const next = this.dark ? end : Math.min(end, Math.max(now, Math.ceil(this.#next)));
      if (next > now) this.store.set(next);
      if (!this.dark) await this.#turn();
      if (next >= end && (this.dark || this.#next > end)) return;
    }
  }

  get #next(): number {
    return Math.min(this.#promoteAt, this.#electAt, this.#leader?.wakeAt ?? Number.POSITIVE_INFINITY);
  }

  async #turn(): Promise<void> {
    const { now } = this.store;
    if (this.#electAt <= now) await this.elect();
    if (this.#promoteAt <= now) {
      const { nextDue, late } = await this.store.promote(QUEUE, 1_000);
      this.#promoteAt = nextDue ?? Number.POSITIVE_INFINITY;
      if (late && this.#leader) {
        this.#leader.planner.lookBack();
        this.#leader.wakeAt = now;
      }
      await this.#work();
    }
    if (this.#leader && this.#leader.wakeAt <= now) await this.#lead(this.#leader);
  }

  async #lead(leader: Leader): Promise<void> {
    const delay = await Promise.race([leader.planner.tick(), leader.life.died]);
    if (delay === undefined) this.#gone();
    else leader.wakeAt = this.store.now + Math.max(0, Math.ceil(delay));
  }

  /** One worker, whose handlers end at once. */
  async #work(): Promise<void> {
    for (;;) {
      const { tasks } = await this.#claim([], 1_000);
      if (tasks.length === 0) break;
      for (const task of tasks) await this.#run(task);
      const { now } = this.store;
      const ended = {
        attempt: 1,
        worker: 'w~1',
        startedAt: now,
        finishedAt: now,
        outcome: 'completed',
      } as const;
      await this.#claim(
        tasks.map(({ id, token }) => ({ id, token, record: { ...ended } })),
        0,
      );
      this.#ended += tasks.length;
    }
    if (this.#ended < PRUNED_AT) return;
    this.#ended = 0;
    await this.store.prune(QUEUE, NOTHING_KEPT);
  }

  #claim(completions: Parameters<Store['claim']>[1]['completions'], want: number) {
    this.#nonce += 2;
    const request = { worker: 'w~1', nonce: this.#nonce, want, handlers: ['h'], leaseMs: 1e12, completions };
    return this.store.claim(QUEUE, request);
  }

  async #run(task: ClaimedTask): Promise<void> {
    const run = runOf(task.id, task.options);
    if (!run) throw new Error(`${task.id} is no run`);
    const [facts] = await this.store.scheduleFacts(QUEUE, [run.schedule]);
    if (!facts?.row) throw new Error(`${task.id} runs, and its schedule is not there`);
    const { now } = this.store;
    const asked = { ...run, due: task.dueAt, startedAt: now };
    const context = runContext(asked, facts, (id) => readRunId(id)?.nominal);
    this.seen.push({ id: task.id, schedule: run.schedule, nominal: run.nominal, at: now, context });
  }
}

function mortal(): Leader['life'] {
  let die = (): void => {};
  const died = new Promise<void>((resolve) => {
    die = resolve;
  });
  return { calls: Number.POSITIVE_INFINITY, died, die };
}

/** The store of somebody who dies in the middle of a call: it is carried out, and he never learns of it. */
function dying(store: ModelStore, life: Leader['life']): Store {
  return new Proxy<Store>(store, {
    get(target, verb: keyof Store) {
      const value = target[verb];
      if (typeof value !== 'function' || verb === 'clock') return value;
      return async (...args: unknown[]) => {
        life.calls -= 1;
        const answer = await (value as (...given: unknown[]) => unknown).apply(target, args);
        if (life.calls > 0) return answer;
        life.die();
        return new Promise(() => {});
      };
    },
  });
}
