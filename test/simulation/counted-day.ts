/** A day of load on a virtual clock: workers, a node and a client, each a process of its own over one model store. */

import { vi } from 'vitest';
import type { ScheduleDefinition } from '../../src/domain/schedule/schedule.js';
import type { Task, TaskState } from '../../src/domain/task/task.js';
import { Observers } from '../../src/runtime/observed.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { Planner } from '../../src/scheduler/planner.js';
import { putSchedule } from '../../src/schedules/edit.js';
import { Rollups } from '../../src/stats/rollups.js';
import type { AttemptRecord, ClaimedTask, Store, TaskFacts } from '../../src/store/contract/index.js';
import { acceptTask } from '../../src/tasks/accept.js';
import { cancelTask } from '../../src/tasks/cancel.js';
import { TaskMaker } from '../../src/tasks/make.js';
import { takeBackLost } from '../../src/tasks/take-back.js';
import { createdView, taskView } from '../../src/tasks/view.js';
import { ModelStore } from '../../src/testing/model-store.js';
import { type Completing, type Settling, tellRecorded } from '../../src/worker/recorded.js';
import { plain } from '../conformance/suite/schedule-parts.js';
import type { Dice } from '../fault/dice.js';

export const QUEUES = ['mail', 'bulk'] as const;
export const HANDLERS = ['send', 'resize', 'close'] as const;
const STEP = 2_000;
const LEASE = 10_000;
const HORIZON = 20_000;
const NOTHING_KEPT = { completed: { count: 0, age: 0 }, dead: { count: 0, age: 0 }, atLeast: 0 };
const never = new Promise<never>(() => {});

/** One process: what it counts is its own, and once it is killed nothing of it reaches the store any more. */
class Process {
  readonly store: Store;
  readonly rollups: Rollups;
  killed = false;

  constructor(store: ModelStore) {
    const observed = new Observers(silentLog);
    this.store = new Proxy<Store>(store, {
      get: (target, verb: keyof Store) => {
        if (verb === 'observed') return observed;
        const value = target[verb];
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          if (this.killed) return never;
          const answer = (value as (...given: unknown[]) => unknown).apply(target, args);
          if (!(answer instanceof Promise)) return answer;
          return answer.then((reply) => (this.killed ? never : reply));
        };
      },
    });
    this.rollups = new Rollups({ store: this.store, log: silentLog });
  }
}

/** A task as it ended, or as it stood at the end. */
export interface Ended extends Pick<TaskFacts, 'id' | 'queue' | 'handler' | 'state' | 'history' | 'dueAt'> {
  schedule: string | null;
}

export interface Journal {
  ended: Ended[];
  /** Of each worker that was killed: when. */
  kills: Map<string, number>;
}

const SCHEDULES: readonly Partial<ScheduleDefinition>[] = [
  { spec: { kind: 'every', every: 60_000, phase: 0 }, overlap: 'allow' },
  { spec: { kind: 'every', every: 300_000, phase: 7_000 }, overlap: 'skip', handler: 'resize' },
  { spec: { kind: 'every', every: 120_000, phase: 3_000 }, overlap: 'replace', handler: 'close' },
];

export class CountedDay {
  readonly store: ModelStore;
  readonly journal: Journal = { ended: [], kills: new Map() };
  readonly #dice: Dice;
  readonly #client: Process;
  readonly #maker: TaskMaker<Task>;
  #node: Process;
  #planners: Planner[] = [];
  readonly #hands: Hand[] = [];
  #named = 0;

  constructor(start: number, dice: Dice) {
    this.store = new ModelStore(start);
    this.#dice = dice;
    this.#node = new Process(this.store);
    this.#client = new Process(this.store);
    const show = { show: createdView, showTaken: taskView, showFound: taskView, showAgain: taskView };
    this.#maker = new TaskMaker({ store: this.#client.store, ...show });
  }

  async open(): Promise<void> {
    for (const queue of QUEUES) await this.store.open(queue);
    for (const [i, over] of SCHEDULES.entries()) {
      const definition = { ...plain(`s${i}`, QUEUES[i % 2] ?? 'mail').definition, handler: 'send', ...over };
      await putSchedule(this.store, definition, { kind: 'api', set: 'api' }, this.store.now);
    }
    await this.#elect();
    for (let i = 0; i < 2; i += 1) this.#hire();
  }

  /** Lets so much time pass. */
  async play(ms: number): Promise<void> {
    const { store } = this;
    const end = store.now + ms;
    for (let step = 0; store.now < end; step += 1) {
      store.advance(STEP);
      await pass(STEP);
      await this.#arrive();
      for (const queue of QUEUES) await this.#node.store.promote(queue, 1_000);
      for (const hand of this.#hands) await hand.step(store.now);
      if (step % 3 === 0) await this.#lead();
      if (step % 30 === 0) await this.#write();
      // Somebody dies every two hours or so, most often a worker.
      if (this.#dice.chance(STEP / 7_200_000)) await this.#kill();
    }
  }

  /** Everybody stops, and sends what is left. */
  async stop(): Promise<void> {
    const processes = [...this.#hands.map(({ process }) => process), this.#node, this.#client];
    for (const { rollups } of processes) await Promise.all([rollups.close(), pass(2_000)]);
    await this.#write();
    for (const queue of QUEUES) await this.#note(queue, ['scheduled', 'retrying', 'ready', 'running']);
  }

  async #elect(): Promise<void> {
    const term = await this.store.allocateTerm('n', 'lock');
    if (!term) throw new Error('no term');
    this.#planners = [];
    for (const queue of QUEUES) {
      await this.store.takeOffice(queue, term);
      const duty = { queue, store: this.#node.store, term, log: silentLog, horizon: HORIZON };
      this.#planners.push(new Planner({ ...duty, mayCatchUp: () => true, onFenced: async () => {} }));
    }
  }

  async #lead(): Promise<void> {
    for (const planner of this.#planners) await planner.tick();
    for (const queue of QUEUES) await takeBackLost(this.#node.store, queue, () => this.store.now, silentLog);
  }

  #hire(): void {
    this.#named += 1;
    this.#hands.push(new Hand(`w~${this.#named}`, new Process(this.store), () => this.#lasts()));
  }

  async #kill(): Promise<void> {
    if (this.#dice.chance(0.2)) {
      this.#node.killed = true;
      this.#node = new Process(this.store);
      await this.#elect();
      return;
    }
    const [one] = this.#hands.splice(this.#dice.between(0, this.#hands.length - 1), 1);
    if (!one) return;
    one.process.killed = true;
    this.journal.kills.set(one.id, this.store.now);
    this.#hire();
  }

  /** Mostly short, now and then long. */
  #lasts(): number {
    const { between, chance } = this.#dice;
    return chance(0.05) ? between(10_000, 200_000) : between(20, 900) * between(1, 8);
  }

  async #arrive(): Promise<void> {
    const dice = this.#dice;
    if (!dice.chance(0.3)) return;
    const fails = dice.chance(0.15) ? dice.between(1, 3) : 0;
    const input = acceptTask({
      ...{ handler: dice.one(HANDLERS), queue: dice.one(QUEUES), payload: { lasts: this.#lasts(), fails } },
      ...(dice.chance(0.3) ? { delay: `${dice.between(1, 60)}s` } : {}),
      ...(dice.chance(0.05) ? { delay: '1s', expiresIn: '1s' } : {}),
    });
    const making = this.#maker.make(input);
    await pass(0);
    const { id } = await making;
    if (dice.chance(0.1)) await cancelTask(this.#client.store, id, 'not needed').catch(() => {});
  }

  /** What has ended goes into the journal, and is deleted: it must be counted all the same. */
  async #write(): Promise<void> {
    for (const queue of QUEUES) {
      await this.#note(queue, ['completed', 'dead', 'cancelled']);
      await this.store.prune(queue, NOTHING_KEPT);
    }
  }

  async #note(queue: string, states: readonly TaskState[]): Promise<void> {
    const { items } = await this.store.list(queue, states, 10_000);
    for (const { id, handler, state, history, dueAt } of items) {
      const at = id.indexOf('@');
      const schedule = at < 0 ? null : id.slice(0, at);
      this.journal.ended.push({ id, queue, handler, state, history, dueAt, schedule });
    }
  }
}

/** So much time passes for timers, and what they begin goes on as far as it can. */
async function pass(ms: number): Promise<void> {
  vi.advanceTimersByTime(ms);
  for (let turn = 0; turn < 4; turn += 1) {
    for (let i = 0; i < 25; i += 1) await null;
    vi.advanceTimersByTime(0);
  }
}

interface Running {
  task: ClaimedTask;
  startedAt: number;
  until: number;
  fails: boolean;
  stopped?: boolean;
}

/** A worker: takes what is ready, and ends it when its time has come; whatever the store has recorded it tells. */
class Hand {
  readonly id: string;
  readonly process: Process;
  readonly #lasts: () => number;
  #running: Running[] = [];
  #nonce = 2;

  constructor(id: string, process: Process, lasts: () => number) {
    this.id = id;
    this.process = process;
    this.#lasts = lasts;
  }

  async step(now: number): Promise<void> {
    for (const queue of QUEUES) {
      const mine = this.#running.filter(({ task }) => task.queue === queue);
      if (mine.length > 0) await this.#heed(queue, mine, now);
      const over = mine.filter(({ until }) => until <= now);
      this.#running = this.#running.filter((one) => !over.includes(one));
      await this.#settle(
        queue,
        over.filter(({ fails, stopped }) => fails || stopped),
      );
      await this.#claim(
        queue,
        over.filter(({ fails, stopped }) => !fails && !stopped),
        now,
      );
    }
  }

  async #heed(queue: string, mine: readonly Running[], now: number): Promise<void> {
    const beat = await this.process.store.beat(queue, this.id, LEASE);
    if (typeof beat === 'string') return;
    for (const { id } of beat.stop) {
      const one = mine.find(({ task }) => task.id === id);
      // Every other one does not listen.
      if (one && one.startedAt % 2 === 0) Object.assign(one, { stopped: true, until: now });
    }
  }

  async #settle(queue: string, over: readonly Running[]): Promise<void> {
    if (over.length === 0) return;
    const settlements = over.map((one): Settling => {
      const { id, token, attempt } = one.task;
      const record = this.#recordOf(one, one.stopped ? 'cancelled' : 'failed');
      const next = one.stopped
        ? ({ to: 'cancelled' } as const)
        : attempt < 2
          ? ({ to: 'retry', due: one.until + 5_000 } as const)
          : ({ to: 'dead' } as const);
      return { id, token, record, failure: !one.stopped, next, task: one.task };
    });
    const { store } = this.process;
    tellRecorded(store.observed, settlements, await store.settle(queue, this.id, settlements));
  }

  async #claim(queue: string, over: readonly Running[], now: number): Promise<void> {
    const completions = over.map((one): Completing => {
      const { id, token } = one.task;
      return { id, token, record: this.#recordOf(one, 'completed'), task: one.task };
    });
    this.#nonce += 2;
    const asked = { worker: this.id, nonce: this.#nonce, want: 20, handlers: HANDLERS, leaseMs: LEASE };
    const { store } = this.process;
    const { endings, tasks } = await store.claim(queue, { ...asked, completions });
    tellRecorded(store.observed, completions, endings);
    for (const task of tasks) {
      const told =
        task.payload === '' ? null : (JSON.parse(task.payload) as { lasts: number; fails: number });
      const until = now + (told?.lasts ?? this.#lasts());
      this.#running.push({ task, startedAt: now, until, fails: task.attempt <= (told?.fails ?? 0) });
    }
  }

  #recordOf({ task, startedAt, until }: Running, outcome: AttemptRecord['outcome']): AttemptRecord {
    return { attempt: task.attempt, worker: this.id, startedAt, finishedAt: until, outcome };
  }
}
