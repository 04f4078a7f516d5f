/** What every conformance test stands on: one store with one open queue, and short words for its verbs. */

import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect } from 'vitest';
import type { Outcome, TaskState } from '../../../src/domain/task/task.js';
import type {
  AttemptRecord,
  ClaimedTask,
  ClaimReply,
  ClaimRequest,
  Completion,
  EndingWord,
  Settlement,
  Store,
  TaskDraft,
  TaskFacts,
  Term,
} from '../../../src/store/contract/index.js';

/** One fresh, empty store of the implementation under test. */
export interface Subject {
  store: Store;
  /** Moves a virtual clock; absent where only real time passes. */
  advance?(ms: number): void;
  /** Makes the leader's lock key hold `value` (null: frees it) and answers the key's name. */
  lock(value: string | null): Promise<string>;
  close(): Promise<void>;
}

export type MakeStore = () => Promise<Subject>;

/** Long enough never to run out by itself in a test. */
export const LONG = 3_600_000;

/** One array for every claim: a worker keeps its own as well, and stores may remember turns by it. */
const WORK: readonly string[] = ['work'];

const WRITES = new Set<keyof Store>([
  'enqueue',
  'promote',
  'claim',
  'settle',
  'beat',
  'leave',
  'report',
  'cancel',
  'redrive',
  'reschedule',
  'prune',
  'setQueue',
]);

export class Stage {
  readonly queue: string;
  readonly store: Store;
  readonly subject: Subject;
  /** The partition's code. */
  readonly code: string;
  /** Store time at the start. */
  readonly start: number;
  readonly #nonces = new Map<string, number>();

  private constructor(subject: Subject, queue: string, code: string, start: number) {
    this.queue = queue;
    this.subject = subject;
    this.store = subject.store;
    this.code = code;
    this.start = start;
  }

  static async open(makeStore: MakeStore): Promise<Stage> {
    const subject = await makeStore();
    const code = await subject.store.open('main');
    return new Stage(subject, 'main', code, await subject.store.time());
  }

  /** Another queue of the same store. */
  async beside(queue: string): Promise<Stage> {
    return new Stage(this.subject, queue, await this.store.open(queue), this.start);
  }

  /** The same queue on a line that breaks before each answer to a write: it is sent again, and the second one counts. */
  resending(): Stage {
    const store = new Proxy(this.store, {
      get: (target, verb: keyof Store) => {
        const call = (target[verb] as (...args: unknown[]) => Promise<unknown>).bind(target);
        if (!WRITES.has(verb)) return call;
        return async (...args: unknown[]) => {
          await call(...args);
          return call(...args);
        };
      },
    });
    return new Stage({ ...this.subject, store }, this.queue, this.code, this.start);
  }

  /** At least `ms` of store time pass. */
  async elapse(ms: number): Promise<void> {
    if (this.subject.advance) this.subject.advance(ms);
    else await sleep(ms);
  }

  /** Asks again and again, while store time passes, until the answer is neither null, undefined nor false. */
  async until<T>(ask: () => Promise<T | null | undefined | false>, stepMs = 10): Promise<T> {
    for (;;) {
      const answer = await ask();
      if (answer !== null && answer !== undefined && answer !== false) return answer;
      await this.elapse(stepMs);
    }
  }

  id(name: string | number): string {
    return `${this.code}-${name}`;
  }

  draft(id: string, over: Partial<TaskDraft> = {}): TaskDraft {
    return { id, handler: 'work', priority: 'normal', due: 0, createdAt: this.start, payload: '', ...over };
  }

  /** Enqueues one task with each of the names and answers their ids. */
  async put(names: readonly (string | number)[], over: Partial<TaskDraft> = {}): Promise<string[]> {
    const ids = names.map((name) => this.id(name));
    await this.store.enqueue(
      this.queue,
      ids.map((id) => this.draft(id, over)),
    );
    return ids;
  }

  /**
   * Puts tasks into the due set whatever the time is: each is claimed and sent back as a retry, at the times given.
   * (A new task whose time has come meanwhile would go straight to its ready list.)
   */
  async putDue(dues: Record<string, number>): Promise<string[]> {
    const ids = await this.put(Object.keys(dues), { handler: 'work' });
    const { tasks } = await this.claim('putter', { want: ids.length });
    const due = new Map(Object.entries(dues).map(([name, at]) => [this.id(name), at]));
    const settlements = tasks.map((task) =>
      this.settlement(task, 'putter', { to: 'retry', due: due.get(task.id) ?? 0 }, { failure: false }),
    );
    const words = await this.store.settle(this.queue, 'putter', settlements);
    expect(words).toEqual(ids.map(() => 'ok'));
    return ids;
  }

  /** Twenty tasks in the due set that come due one after another, soon: their ids by due time. */
  async putTrickle(): Promise<Map<number, string>> {
    const begin = await this.store.time();
    const dues = Array.from({ length: 20 }, (_, i) => begin + 40 + 15 * i);
    const ids = await this.putDue(Object.fromEntries(dues.map((due, i) => [`n${i}`, due])));
    return new Map(dues.map((due, i) => [due, ids[i] ?? '']));
  }

  async claim(worker: string, over: Partial<ClaimRequest> = {}): Promise<ClaimReply> {
    const nonce = over.nonce ?? (this.#nonces.get(worker) ?? 0) + 1;
    this.#nonces.set(worker, nonce);
    return this.store.claim(this.queue, {
      worker,
      want: 1000,
      handlers: WORK,
      leaseMs: LONG,
      completions: [],
      ...over,
      nonce,
    });
  }

  /** Claims exactly one task; fails when there is none. */
  async take(worker: string, over: Partial<ClaimRequest> = {}): Promise<ClaimedTask> {
    const { tasks } = await this.claim(worker, { want: 1, ...over });
    const [task] = tasks;
    if (!task) throw new Error('nothing to claim');
    return task;
  }

  record(
    task: { attempt: number },
    worker: string,
    outcome: Outcome,
    over: Partial<AttemptRecord> = {},
  ): AttemptRecord {
    return {
      attempt: task.attempt,
      worker,
      startedAt: this.start,
      finishedAt: this.start + 1,
      outcome,
      ...over,
    };
  }

  completion(task: ClaimedTask, worker: string, over: Partial<AttemptRecord> = {}): Completion {
    return { id: task.id, token: task.token, record: this.record(task, worker, 'completed', over) };
  }

  /** Records completions without claiming; one word for each. */
  async complete(worker: string, completions: readonly Completion[]): Promise<EndingWord[]> {
    const { endings } = await this.claim(worker, { want: 0, completions });
    return endings ?? completions.map(() => 'ok');
  }

  settlement(
    task: { id: string; token: string; attempt: number },
    worker: string,
    next: Settlement['next'],
    over: Partial<AttemptRecord> & { failure?: boolean } = {},
  ): Settlement {
    const { failure = true, ...rest } = over;
    const outcome = next.to === 'cancelled' ? 'cancelled' : failure ? 'failed' : 'released';
    return {
      id: task.id,
      token: task.token,
      record: this.record(task, worker, outcome, rest),
      failure,
      next,
    };
  }

  async find(id: string): Promise<TaskFacts> {
    const facts = await this.store.find(id);
    if (!facts) throw new Error(`${id} is unknown`);
    return facts;
  }

  async states(ids: readonly string[]): Promise<(TaskState | null)[]> {
    return Promise.all(ids.map(async (id) => (await this.store.find(id))?.state ?? null));
  }

  /** Every page of one list, two items at a time unless told otherwise. */
  async list(state: TaskState, limit = 2): Promise<string[]> {
    const ids: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await this.store.list(this.queue, state, limit, cursor ?? undefined);
      expect(page.items.length).toBeLessThanOrEqual(limit);
      for (const item of page.items) expect(item.state).toBe(state);
      ids.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    return ids;
  }

  /** A new term, in office in the queue's partition. */
  async rule(node = 'node-a'): Promise<Term> {
    const term = await this.store.allocateTerm(node, `lock-of-${node}`);
    if (!term) throw new Error('no term');
    expect(await this.store.takeOffice(this.queue, term)).toBe('ok');
    return term;
  }
}

/** A fresh stage for every test of the surrounding describe. */
export function onStage(makeStore: MakeStore): () => Stage {
  let stage: Stage | undefined;
  beforeEach(async () => {
    stage = await Stage.open(makeStore);
  });
  afterEach(async () => {
    await stage?.subject.close();
    stage = undefined;
  });
  return () => {
    if (!stage) throw new Error('only inside a test');
    return stage;
  };
}
