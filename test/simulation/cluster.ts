/** A cluster on a virtual clock: the real planner, use cases and run context over the model store, and whoever uses them. */

import { readRunId } from '../../src/domain/schedule/run-id.js';
import { carryOn } from '../../src/operations/carry-on.js';
import type { Carrying } from '../../src/operations/step.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { CatchUpRate } from '../../src/scheduler/catch-up-rate.js';
import { Planner } from '../../src/scheduler/planner.js';
import { type RunContext, runContext } from '../../src/schedules/run-context.js';
import type { AttemptRecord, ClaimedTask, Settlement, Store } from '../../src/store/contract/index.js';
import { takeBackLost } from '../../src/tasks/take-back.js';
import { runOf } from '../../src/tasks/view.js';
import { ModelStore } from '../../src/testing/model-store.js';
import { dying, type Mortal, mortal } from './mortal.js';

export const QUEUE = 'default';
export const HORIZON = 10_000;

/** One run, as its handler saw it. */
export interface Seen {
  id: string;
  schedule: string;
  nominal: number;
  /** When it began, and when it ended. */
  at: number;
  end: number;
  context: RunContext;
}

interface Leader {
  planner: Planner;
  /** What carrying operations on is given. */
  carrying: Omit<Carrying, 'now'>;
  /** When it looks next, and when it carries operations on. */
  wakeAt: number;
  operateAt: number;
  life: Mortal;
}

/** So long nobody leads when a leader has died, ms. */
const FAILOVER = 2_100;
const HANDLERS = ['h'];
/** Of a worker: longer than any step of this clock, so that only the end of everything ends it, ms. */
const LEASE = 600_000;
/** A handler that is told to stop has stopped after this, ms. */
const STOPS_WITHIN = 1_000;
/** One that a pause holds is looked at again after this, ms; here so much more seldom, because pauses last for days. */
const HELD = 5_000;
const HELD_HERE = 600_000;
/** Ended runs are pruned in portions of this. */
const PRUNED_AT = 300;
const NOTHING_KEPT = { completed: { count: 0, age: 0 }, dead: { count: 0, age: 0 }, atLeast: 0 };

export class Cluster {
  readonly store: ModelStore;
  readonly seen: Seen[] = [];
  readonly #byId = new Map<string, Seen>();
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
  readonly #lasts: (schedule: string, nominal: number) => number;
  /** What runs, and how long it takes yet. */
  #running: { task: ClaimedTask; seen: Seen | undefined; until: number; stopped?: boolean }[] = [];
  #worker = 1;

  /** `lasts`: how long a run of a schedule takes, ms. */
  constructor(start: number, rate = 6_000, lasts: (schedule: string, nominal: number) => number = () => 0) {
    this.store = new ModelStore(start);
    this.#rate = rate;
    this.#lasts = lasts;
  }

  async open(): Promise<void> {
    await this.store.open(QUEUE);
    await this.store.subscribe((signal) => {
      if (signal.kind === 'operations' && this.#leader) this.#leader.operateAt = this.store.now;
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
    const carrying = {
      ...{ store: dying(this.store, life), term },
      rate: new CatchUpRate(this.#rate, this.store.clock()),
    };
    const planner = new Planner({
      ...{ queue: QUEUE, ...carrying, log: silentLog, horizon: HORIZON },
      mayCatchUp: () => this.#mayCatchUp,
      onFenced: async () => {},
    });
    this.#electAt = Number.POSITIVE_INFINITY;
    const { now } = this.store;
    this.#leader = { planner, carrying, wakeAt: now, operateAt: now, life };
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
    // What ran is lost with its worker, and runs again.
    for (const { seen } of this.#running) if (seen) seen.end = this.store.now;
    this.#running = [];
    this.#worker += 1;
    this.#nonce = 2;
  }

  /** Somebody is there again: what the workers of before held is taken back. */
  async lighten(catchesUpAt?: number): Promise<void> {
    this.dark = false;
    await takeBackLost(this.store, QUEUE, () => this.store.now, silentLog);
    await this.elect(catchesUpAt);
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
    const ends = this.#running.map(({ until }) => until);
    return Math.min(
      this.#promoteAt,
      this.#electAt,
      this.#leader?.wakeAt ?? Number.POSITIVE_INFINITY,
      this.#leader?.operateAt ?? Number.POSITIVE_INFINITY,
      ...ends,
    );
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
    }
    await this.#work();
    if (this.#leader && this.#leader.wakeAt <= now) await this.#lead(this.#leader);
    if (this.#leader && this.#leader.operateAt <= now) await this.#operate(this.#leader);
  }

  /** Carries every operation on that is under way. */
  async #operate(leader: Leader): Promise<void> {
    leader.operateAt = Number.POSITIVE_INFINITY;
    const slices = async (): Promise<number> => {
      let next = Number.POSITIVE_INFINITY;
      for (const record of await this.store.operations()) {
        if (record.state !== 'running') continue;
        const carried = await carryOn(record, { ...leader.carrying, now: this.store.now });
        if (carried === 'fenced' || 'ended' in carried) continue;
        next = Math.min(next, carried.again === HELD ? HELD_HERE : carried.again);
      }
      return next;
    };
    const again = await Promise.race([slices(), leader.life.died]);
    if (again === undefined) this.#gone();
    else leader.operateAt = Math.min(leader.operateAt, this.store.now + Math.max(1, Math.ceil(again)));
  }

  async #lead(leader: Leader): Promise<void> {
    const delay = await Promise.race([leader.planner.tick(), leader.life.died]);
    if (delay === undefined) this.#gone();
    else leader.wakeAt = this.store.now + Math.max(0, Math.ceil(delay));
  }

  /** One worker with slots for all: ends what is over, and begins what is ready. */
  async #work(): Promise<void> {
    for (;;) {
      const { now } = this.store;
      await this.#heedStops();
      const over = this.#running.filter(({ until }) => until <= now);
      this.#running = this.#running.filter(({ until }) => until > now);
      for (const { seen } of over) if (seen) seen.end = now;
      const stopped = over.filter((one) => one.stopped).map(({ task }) => this.#cancelled(task));
      if (stopped.length > 0) await this.store.settle(QUEUE, this.#name, stopped);
      const { tasks } = await this.#claim(
        over
          .filter((one) => !one.stopped)
          .map(({ task }) => ({ id: task.id, token: task.token, record: this.#record(task) })),
        1_000,
      );
      for (const task of tasks) {
        const seen = await this.#run(task);
        const { schedule = '', nominal = 0 } = readRunId(task.id) ?? {};
        this.#running.push({ task, seen, until: now + this.#lasts(schedule, nominal) });
      }
      this.#ended += over.length;
      if (!this.#running.some(({ until }) => until <= now)) break;
    }
    if (this.#ended < PRUNED_AT) return;
    this.#ended = 0;
    await this.store.prune(QUEUE, NOTHING_KEPT);
  }

  /** What was asked to stop does so in a moment. */
  async #heedStops(): Promise<void> {
    if (this.#running.length === 0) return;
    const beat = await this.store.beat(QUEUE, this.#name, LEASE);
    if (typeof beat === 'string') return;
    for (const { id } of beat.stop) {
      const one = this.#running.find(({ task, stopped }) => task.id === id && !stopped);
      if (!one) continue;
      one.stopped = true;
      one.until = Math.min(one.until, this.store.now + STOPS_WITHIN);
    }
  }

  #record({ attempt }: ClaimedTask): AttemptRecord {
    const { now } = this.store;
    const ended = { startedAt: now, finishedAt: now, outcome: 'completed' } as const;
    return { attempt, worker: this.#name, ...ended };
  }

  #cancelled(task: ClaimedTask): Settlement {
    const record = { ...this.#record(task), outcome: 'cancelled' as const };
    return { id: task.id, token: task.token, record, failure: false, next: { to: 'cancelled' } };
  }

  get #name(): string {
    return `w~${this.#worker}`;
  }

  #claim(completions: Parameters<Store['claim']>[1]['completions'], want: number) {
    this.#nonce += 2;
    const asked = { worker: this.#name, nonce: this.#nonce, want, handlers: HANDLERS, leaseMs: LEASE };
    return this.store.claim(QUEUE, { ...asked, completions });
  }

  /** A further attempt goes on with what the first one was told. */
  async #run(task: ClaimedTask): Promise<Seen | undefined> {
    const run = runOf(task.id, task.options);
    if (!run) throw new Error(`${task.id} is no run`);
    const before = this.#byId.get(task.id);
    if (task.attempt > 1) {
      if (before) before.end = Number.POSITIVE_INFINITY;
      return before;
    }
    const [facts] = await this.store.scheduleFacts(QUEUE, [run.schedule]);
    if (!facts?.row) throw new Error(`${task.id} runs, and its schedule is not there`);
    const { now } = this.store;
    const asked = { ...run, due: task.dueAt, startedAt: now };
    const context = runContext(asked, facts, (id) => readRunId(id)?.nominal);
    const { schedule, nominal } = run;
    const seen = { id: task.id, schedule, nominal, at: now, end: Number.POSITIVE_INFINITY, context };
    this.seen.push(seen);
    this.#byId.set(task.id, seen);
    return seen;
  }
}
