/** A worker on a model store that can be made to hang or to fail, on fake timers; for the tests beside it. */

import { afterEach, beforeEach, expect, vi } from 'vitest';
import { CarillonError } from '../../../src/domain/input/errors.js';
import { silentLog } from '../../../src/runtime/silent-log.js';
import type { ClaimRequest, Presence, Settlement, TaskOptions } from '../../../src/store/contract/index.js';
import { ModelStore } from '../../../src/testing/model-store.js';
import type { TaskContext } from '../../../src/worker/context.js';
import type { Handlers } from '../../../src/worker/handlers.js';
import type { WorkerOptions } from '../../../src/worker/options.js';
import type { WorkerParts } from '../../../src/worker/parts.js';
import { loadTelling } from '../../../src/worker/run-facts.js';
import { Worker } from '../../../src/worker/worker.js';

export const LEASE = 900;
export const unavailable = () => new CarillonError('unavailable', 'away');
export const never = new Promise<never>(() => {});

/** A model store that can be made to hang or to fail, before a call has its effect or after. */
export class Shaky extends ModelStore {
  readonly calls: string[] = [];
  /** Tasks of this handler are handed out as ones of an unknown handler. */
  strange = '';
  /** The ending of this task is refused. */
  refuses = '';
  /** What every beat answers. */
  beatAnswer: 'ok' | null = null;
  before: (verb: string, queue: string, worker: string) => unknown = () => {};
  after: (verb: string, queue: string) => unknown = () => {};

  async #via<T>(verb: string, queue: string, worker: string, call: () => Promise<T>): Promise<T> {
    this.calls.push(`${verb} ${queue}`);
    await this.before(verb, queue, worker);
    const answer = await call();
    await this.after(verb, queue);
    return answer;
  }

  override check() {
    return this.#via('check', '', '', () => super.check());
  }
  override async claim(queue: string, request: ClaimRequest) {
    const reply = await this.#via('claim', queue, request.worker, () => super.claim(queue, request));
    // As a task of another release would come.
    const tasks = reply.tasks.map((task) =>
      task.handler === this.strange ? { ...task, handler: '' } : task,
    );
    const refused = request.completions.some(({ id }) => id === this.refuses);
    const endings = request.completions.map(({ id }) =>
      id === this.refuses ? ('lost' as const) : ('ok' as const),
    );
    return { ...reply, tasks, ...(refused ? { endings } : {}) };
  }
  override async beat(queue: string, worker: string, leaseMs: number) {
    if (this.beatAnswer) return this.beatAnswer;
    return this.#via('beat', queue, worker, () => super.beat(queue, worker, leaseMs));
  }
  override settle(queue: string, worker: string, settlements: readonly Settlement[], onlyExpired = false) {
    const verb = onlyExpired ? 'reap' : 'settle';
    return this.#via(verb, queue, worker, () => super.settle(queue, worker, settlements, onlyExpired));
  }
  override scheduleFacts(queue: string, ids: readonly string[]) {
    return this.#via('scheduleFacts', queue, '', () => super.scheduleFacts(queue, ids));
  }
  override announce(kind: 'node' | 'worker', presence: Presence, ttlMs: number, former?: string[]) {
    return this.#via('announce', kind, presence.id, () => super.announce(kind, presence, ttlMs, former));
  }
  override leave(queue: string, worker: string) {
    return this.#via('leave', queue, worker, () => super.leave(queue, worker));
  }

  /** Every call fails from now on; the answer ends that. */
  away(): () => void {
    this.before = () => {
      throw unavailable();
    };
    return () => {
      this.before = () => {};
    };
  }

  calledFor(verb: string): string[] {
    const queues = this.calls.filter((call) => call.startsWith(`${verb} `));
    return [...new Set(queues.map((call) => call.slice(verb.length + 1)))];
  }
}

export function gate<T = void>(): { passed: Promise<T>; open: (value: T) => void } {
  let pass: (value: T) => void = () => {};
  const passed = new Promise<T>((resolve) => {
    pass = resolve;
  });
  return { passed, open: pass };
}

export let store: Shaky;
let workers: Worker[];

/** As if nothing had been. */
export function newStore(): void {
  store = new Shaky();
}

export const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(async () => {
  // Real time passes for what is loaded.
  await loadTelling();
  vi.useFakeTimers();
  newStore();
  workers = [];
});
afterEach(async () => {
  store.before = () => {};
  store.after = () => {};
  const ends = workers.map((worker) => worker.stop().catch(() => {}));
  await pass(60_000);
  await Promise.all(ends);
  vi.useRealTimers();
});

type Options = Partial<WorkerOptions> & Partial<WorkerParts>;

export function make(handlers: Handlers, over: Options = {}): Worker {
  const { within, onAttempt, ...options } = over;
  const worker = new Worker(
    { queues: ['a'], concurrency: 2, handlers, name: 'w', lease: `${LEASE}ms`, ...options },
    { store, log: silentLog, ...(within ? { within } : {}), ...(onAttempt ? { onAttempt } : {}) },
  );
  workers.push(worker);
  return worker;
}

export async function work(handlers: Handlers, over: Options = {}): Promise<Worker> {
  const worker = make(handlers, over);
  await worker.start();
  return worker;
}

export async function put(
  handler: string,
  queue = 'a',
  payload: unknown = null,
  options: TaskOptions = {},
): Promise<string> {
  const id = `${await store.open(queue)}-${Math.random()}`;
  const draft = { id, handler, priority: 'normal' as const, due: 0, createdAt: store.now };
  await store.enqueue(queue, [{ ...draft, payload: JSON.stringify(payload), options }]);
  await pass(1);
  return id;
}

/** What the reaper does once the leases have run out: takes everything back, and looks once more. */
export async function reap(): Promise<void> {
  store.advance(2 * LEASE);
  for (const { worker, id, token, attempt, startedAt } of (await store.reap('a', 100)).holds) {
    const record = { attempt, worker, startedAt, finishedAt: store.now, outcome: 'lost' as const };
    const next = { to: 'head' as const };
    const words = await store.settle('a', worker, [{ id, token, record, failure: true, next }], true);
    // Stopped: it was asked to stop, and is over instead of going back.
    expect(words).toEqual([expect.stringMatching(/^(ok|stopped)$/)]);
  }
  expect((await store.reap('a', 100)).holds).toEqual([]);
}

export const outcomes = async (id: string) => (await store.find(id))?.history.map(({ outcome }) => outcome);

/** A handler that holds its first attempt until the gate opens, and returns from later ones at once. */
export function holding() {
  const release = gate();
  const signals: AbortSignal[] = [];
  const hold = async (_: unknown, ctx: TaskContext) => {
    signals.push(ctx.signal);
    if (ctx.attempt === 1) await release.passed;
    return 'done';
  };
  return { hold, release, signals };
}
