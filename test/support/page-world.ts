/** A cluster of one on the model store whose time a page moves: a leader, a worker, a watch for alerts, an API. */

import { AlertWatch } from '../../src/alerts/watch.js';
import { loadTexts } from '../../src/files/load.js';
import { carryOn } from '../../src/operations/carry-on.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { Planner } from '../../src/scheduler/planner.js';
import { putSchedule } from '../../src/schedules/edit.js';
import { runContext } from '../../src/schedules/run-context.js';
import type { ClaimedTask, Term } from '../../src/store/contract/index.js';
import { AttemptContext, type TaskContext } from '../../src/worker/context.js';
import { Reports } from '../../src/worker/reports.js';
import { apiOnModel } from '../unit/api/support.js';

export type PageHandler = (payload: unknown, ctx: TaskContext) => Promise<unknown>;

interface Running {
  task: ClaimedTask;
  context: AttemptContext;
  startedAt: number;
  until: number;
}

const QUEUE = 'default';
const LEADER = { node: 'one', term: 1, since: 0 };
/** What a handler takes when the page does not say, ms. */
const USUAL = 2_000;

export class PageWorld {
  readonly on = apiOnModel({ cluster: { self: 'one', leaderTtlMs: 1_000, leader: async () => LEADER } });
  readonly handlers: Record<string, PageHandler> = {};
  readonly #takes = new Map<string, number>();
  readonly #running: Running[] = [];
  readonly #watch: AlertWatch;
  #leader: { planner: Planner; term: Term } | undefined;

  constructor(now: string) {
    this.on.store.set(Date.parse(now));
    const told = { targets: [], ping: async () => {} };
    const leader = { leads: () => true, hasLeader: async () => true, leaderTtlMs: 1_000 };
    const options = { ...leader, by: 'one~1', ...told };
    this.#watch = new AlertWatch({ ...options, store: this.on.store, log: silentLog });
  }

  async lead(): Promise<void> {
    const { store } = this.on;
    await store.open(QUEUE);
    const term = await store.allocateTerm('one', 'lock');
    if (!term) throw new Error('no term');
    await store.takeOffice(QUEUE, term);
    const planner = new Planner({
      ...{ queue: QUEUE, store, log: silentLog, term, horizon: 120_000 },
      mayCatchUp: () => true,
      onFenced: async () => {},
    });
    this.#leader = { planner, term };
  }

  /** A schedule file of the page; a worker has every handler of it that the page lets somebody have. */
  async declare(text: string): Promise<void> {
    const { schedules, problems, warnings } = loadTexts([{ path: 'page.yaml', text }], { env: {} });
    if (problems.length + warnings.length > 0) throw new Error(JSON.stringify({ problems, warnings }));
    for (const { definition, place } of schedules) {
      const source = { kind: 'file', set: 'files', file: 'page.yaml', line: place.line } as const;
      await putSchedule(this.on.store, definition, source, this.on.store.now);
      if (!definition.handler.startsWith('nobody')) this.handlers[definition.handler] ??= async () => null;
    }
    this.#watch.changed(QUEUE);
  }

  takes(handler: string, ms: number): void {
    this.#takes.set(handler, ms);
  }

  asleepUntil(time: string): void {
    this.on.store.set(Date.parse(time));
  }

  /** Everybody is there all the time. */
  async until(time: string): Promise<void> {
    const { store } = this.on;
    const end = Date.parse(time);
    const step = end - store.now > 7_200_000 ? 60_000 : 2_000;
    while (store.now < end) {
      await this.turn();
      store.set(Math.min(end, store.now + step));
    }
    await this.turn();
  }

  async turn(): Promise<void> {
    const { store } = this.on;
    const { planner, term } = this.#leader ?? {};
    if (!planner || !term) throw new Error('nobody leads');
    await this.#end();
    planner.lookBack();
    while ((await planner.tick()) <= 0);
    for (const { id } of (await store.operations()).filter(({ state }) => state === 'running')) {
      const record = await store.operation(id);
      if (record) await carryOn(record, { store, term, now: store.now });
    }
    await store.promote(QUEUE, 1_000);
    await this.#claim();
    await this.#watch.tick();
  }

  async #claim(): Promise<void> {
    const { store } = this.on;
    const handlers = Object.keys(this.handlers);
    if (handlers.length === 0) return;
    await store.announce(
      'worker',
      {
        ...{ id: 'w~1', name: 'w', host: 'h', pid: 1, version: '0', startedAt: 0, seenAt: 0 },
        ...{ queues: [QUEUE], handlers },
      },
      600_000,
    );
    const reports = new Reports({ queue: QUEUE, worker: 'w~1', store, log: silentLog });
    const host = { worker: 'w~1', log: silentLog, clock: store.clock(), reports, store };
    for (const task of await this.on.claim(handlers, 100)) {
      const startedAt = store.now;
      const context = new AttemptContext(task, host, startedAt);
      const [facts] = await store.scheduleFacts(QUEUE, [task.id.split('@')[0] ?? '']);
      if (facts) context.told({ ...facts, tell: runContext });
      const until = startedAt + (this.#takes.get(task.handler) ?? USUAL);
      this.#running.push({ task, context, startedAt, until });
    }
  }

  /** A handler that heeds its signal. */
  async #stop(id: string): Promise<void> {
    const { store } = this.on;
    const at = this.#running.findIndex(({ task }) => task.id === id);
    const [one] = at < 0 ? [] : this.#running.splice(at, 1);
    if (!one) return;
    const { task, startedAt } = one;
    const record = {
      ...{ attempt: task.attempt, worker: 'w', startedAt, finishedAt: store.now },
      outcome: 'cancelled' as const,
    };
    const ending = { id, token: task.token, record, failure: false, next: { to: 'cancelled' as const } };
    await store.settle(QUEUE, 'w~1', [ending]);
  }

  async #end(): Promise<void> {
    const { store } = this.on;
    const word = await store.beat(QUEUE, 'w~1', 86_400_000);
    if (typeof word === 'object') for (const { id } of word.stop) await this.#stop(id);
    for (const one of this.#running.filter(({ until }) => until <= store.now)) {
      this.#running.splice(this.#running.indexOf(one), 1);
      const { task, context, startedAt } = one;
      const payload: unknown = task.payload === '' ? null : JSON.parse(task.payload);
      const handler = this.handlers[task.handler];
      const result = (await handler?.(payload, context)) ?? null;
      const record = {
        ...{ attempt: task.attempt, worker: 'w', startedAt, finishedAt: store.now },
        ...{ outcome: 'completed' as const, result: JSON.stringify(result) },
      };
      const claim = { worker: 'w~1', nonce: 1_000_001, want: 0, handlers: [], leaseMs: 86_400_000 };
      await store.claim(QUEUE, { ...claim, completions: [{ id: task.id, token: task.token, record }] });
    }
  }
}
