/** A worker whose store hangs, fails or has taken its tasks back: nothing runs twice unknown to it, nothing is forgotten. */

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CarillonError } from '../../../src/domain/input/errors.js';
import { mono, RedisClock } from '../../../src/runtime/clock.js';
import { silentLog } from '../../../src/runtime/log.js';
import type { ClaimRequest, Presence, Settlement } from '../../../src/store/contract/index.js';
import { ModelStore } from '../../../src/testing/model-store.js';
import type { Attempt } from '../../../src/worker/attempt.js';
import type { TaskContext } from '../../../src/worker/context.js';
import type { Handlers } from '../../../src/worker/handlers.js';
import { TaskWorker, type TaskWorkerOptions } from '../../../src/worker/worker.js';

// Fake timers replace the global performance, not the one node:perf_hooks exports.
vi.mock('../../../src/runtime/clock.js', async (original) => ({
  ...(await original<typeof import('../../../src/runtime/clock.js')>()),
  mono: () => performance.now(),
}));

const LEASE = 900;
const unavailable = () => new CarillonError('unavailable', 'away');
const never = new Promise<never>(() => {});

/** A model store that can be made to hang or to fail, before a call has its effect or after. */
class Shaky extends ModelStore {
  readonly calls: string[] = [];
  /** Tasks of this handler are handed out as ones of an unknown handler. */
  strange = '';
  /** The ending of this task is refused. */
  refuses = '';
  /** What every beat answers. */
  beats: 'ok' | null = null;
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
    if (this.beats) return this.beats;
    return this.#via('beat', queue, worker, () => super.beat(queue, worker, leaseMs));
  }
  override settle(queue: string, worker: string, settlements: readonly Settlement[], onlyExpired = false) {
    const verb = onlyExpired ? 'reap' : 'settle';
    return this.#via(verb, queue, worker, () => super.settle(queue, worker, settlements, onlyExpired));
  }
  override announce(kind: 'node' | 'worker', presence: Presence, ttlMs: number) {
    return this.#via('announce', kind, presence.id, () => super.announce(kind, presence, ttlMs));
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

function gate<T = void>(): { passed: Promise<T>; open: (value: T) => void } {
  let pass: (value: T) => void = () => {};
  const passed = new Promise<T>((resolve) => {
    pass = resolve;
  });
  return { passed, open: pass };
}

let store: Shaky;
let workers: TaskWorker[];
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  store = new Shaky();
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

function make(handlers: Handlers, over: Partial<TaskWorkerOptions> = {}): TaskWorker {
  const clock = new RedisClock();
  clock.observe(store.now, mono(), mono());
  const worker = new TaskWorker({
    ...{ store, clock, log: silentLog, queues: ['a'], concurrency: 2, handlers, name: 'w', leaseMs: LEASE },
    ...over,
  });
  workers.push(worker);
  return worker;
}

async function work(handlers: Handlers, over: Partial<TaskWorkerOptions> = {}): Promise<TaskWorker> {
  const worker = make(handlers, over);
  await worker.start();
  return worker;
}

async function put(handler: string, queue = 'a', payload: unknown = null): Promise<string> {
  const id = `${await store.open(queue)}-${Math.random()}`;
  const draft = { id, handler, priority: 'normal' as const, due: 0, createdAt: store.now };
  await store.enqueue(queue, [{ ...draft, payload: JSON.stringify(payload) }]);
  await pass(1);
  return id;
}

/** What the reaper does once the leases have run out: takes everything back, and looks once more. */
async function reap(): Promise<void> {
  store.advance(2 * LEASE);
  for (const { worker, id, token, attempt, startedAt } of await store.reap('a', 100)) {
    const record = { attempt, worker, startedAt, finishedAt: store.now, outcome: 'lost' as const };
    const next = { to: 'head' as const };
    expect(await store.settle('a', worker, [{ id, token, record, failure: true, next }], true)).toEqual([
      'ok',
    ]);
  }
  expect(await store.reap('a', 100)).toEqual([]);
}

const outcomes = async (id: string) => (await store.find(id))?.history.map(({ outcome }) => outcome);

/** A handler that holds its first attempt until the gate opens, and returns from later ones at once. */
function holding() {
  const release = gate();
  const signals: AbortSignal[] = [];
  const hold = async (_: unknown, ctx: TaskContext) => {
    signals.push(ctx.signal);
    if (ctx.attempt === 1) await release.passed;
    return 'done';
  };
  return { hold, release, signals };
}

describe('in several queues', () => {
  test('an empty claim under way in one of them does not cost the lease', async () => {
    const { hold, release, signals } = holding();
    store.before = (verb, queue) => (verb === 'claim' && queue === 'b' ? never : undefined);
    const worker = await work({ hold }, { queues: ['a', 'b'] });
    const { id: before } = worker;
    const id = await put('hold');
    await pass(5 * LEASE);
    expect(store.calls).toContain('claim b');
    expect(store.calledFor('beat')).toEqual(['a']);
    expect(worker.id).toBe(before);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    release.open();
    await pass(1);
    expect(await store.find(id)).toMatchObject({ state: 'completed', attempt: 1 });
  });

  test('one that is idle makes it deaf to no other', async () => {
    const began: number[] = [];
    const note = async () => void began.push(performance.now());
    await work({ note }, { queues: ['a', 'b'], concurrency: 10 });
    for (let i = 0; i < 20; i += 1) {
      await pass(130 + ((i * 37) % 90));
      const sent = performance.now();
      await put('note');
      await pass(5);
      expect(began).toHaveLength(i + 1);
      expect((began.at(-1) ?? 0) - sent).toBeLessThan(5);
    }
  });

  test.each([1, 2, 5])('with %i slots each has its turn, however long handlers take', async (concurrency) => {
    const ran: string[] = [];
    const slow = async (_: unknown, ctx: TaskContext) => {
      ran.push(ctx.task.queue);
      await new Promise((resolve) => setTimeout(resolve, 20 + (ran.length % 3)));
    };
    const queues = ['a', 'b', 'c'];
    for (const queue of queues) for (let i = 0; i < 40; i += 1) await put('slow', queue);
    const worker = await work({ slow }, { queues, concurrency });
    await pass(40 * 23 * (3 / concurrency));
    const begun = queues.map((queue) => ran.slice(0, 90).filter((one) => one === queue).length);
    expect(ran.length).toBeGreaterThanOrEqual(90);
    for (const count of begun) expect(Math.abs(count - 30)).toBeLessThanOrEqual(concurrency);
    expect(worker.running).toBeLessThanOrEqual(concurrency);
  });

  test('what is lost in one of them ends nothing in another', async () => {
    const { hold, release, signals } = holding();
    await work({ hold }, { queues: ['a', 'b'] });
    const [inA, inB] = [await put('hold', 'a'), await put('hold', 'b')];
    await reap();
    await pass(2 * LEASE);
    expect(signals.slice(0, 2).map(({ aborted }) => aborted)).toEqual([true, false]);
    release.open();
    await pass(LEASE);
    expect(await store.find(inB)).toMatchObject({ state: 'completed', attempt: 1 });
    expect(await outcomes(inA)).toEqual(['lost', 'completed']);
  });

  test('one refused ending ends only its own attempt', async () => {
    const { hold, release, signals } = holding();
    const only = gate();
    const worker = await work(
      { hold, once: (_: unknown, ctx: TaskContext) => (ctx.attempt === 1 ? only.passed : 'again') },
      { queues: ['a', 'b'], concurrency: 5 },
    );
    const { id: before } = worker;
    const [kept, elsewhere, taken] = [await put('hold', 'a'), await put('hold', 'b'), await put('once', 'a')];
    store.beats = 'ok';
    store.refuses = taken;
    only.open();
    await pass(LEASE);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
    expect(worker.id).toBe(before);
    release.open();
    await pass(LEASE);
    for (const id of [kept, elsewhere])
      expect(await store.find(id)).toMatchObject({ state: 'completed', attempt: 1 });
  });
});

describe('without a scheduler node', () => {
  test('takes back what a dead worker held, in every queue, and deletes what is past its retention', async () => {
    const ids = [await put('note', 'a'), await put('note', 'b')];
    for (const queue of ['a', 'b']) {
      const request = { nonce: 2, want: 1, handlers: ['note'], leaseMs: LEASE, completions: [] };
      await store.claim(queue, { worker: 'dead~1', ...request });
    }
    await work({ note: () => 'noted' }, { queues: ['a', 'b'] });
    store.advance(2 * LEASE);
    await pass(15_000);
    for (const id of ids) expect(await outcomes(id)).toEqual(['lost', 'completed']);
    store.advance(8 * 86_400_000);
    await pass(200_000);
    for (const id of ids) expect(await store.find(id)).toBeNull();
  });
});

describe('whose handler does not stop', () => {
  test('takes its attempt back after the timeout and killAfter, and keeps its slot', async () => {
    const { hold, release, signals } = holding();
    const worker = await work({ hold }, { concurrency: 1, killAfterMs: 700 });
    const id = `${await store.open('a')}-t`;
    const draft = {
      id,
      handler: 'hold',
      priority: 'normal' as const,
      due: 0,
      createdAt: store.now,
      payload: '',
    };
    await store.enqueue('a', [{ ...draft, options: { timeout: 300 } }]);
    await pass(2_000 - 1);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(await store.find(id)).toMatchObject({ state: 'retrying', failures: 1 });
    expect(await outcomes(id)).toEqual(['timeout']);
    expect(worker.running).toBe(1);
    release.open();
    await pass(1);
    expect(worker.running).toBe(0);
  });
});

describe('whose process is about to end', () => {
  const crashing = async (count: number) => {
    const attempts: Attempt[] = [];
    const within = (attempt: Attempt, run: () => void) => {
      attempts.push(attempt);
      run();
    };
    const worker = await work({ hang: () => never }, { concurrency: 5, within });
    const ids: string[] = [];
    for (let i = 0; i < count; i += 1) ids.push(await put('hang'));
    return { worker, attempts, ids };
  };
  const states = (ids: string[]) =>
    Promise.all(ids.map(async (id) => [(await store.find(id))?.state, (await store.find(id))?.failures]));

  test('fails the attempt it came from and hands the others back as they were', async () => {
    const { worker, attempts, ids } = await crashing(3);
    const crashed = worker.crash(new Error('stray'), attempts[1]);
    await pass(5_000);
    await crashed;
    expect(await states(ids)).toEqual([
      ['ready', 0],
      ['retrying', 1],
      ['ready', 0],
    ]);
    expect((await store.find(ids[1] ?? ''))?.history.at(-1)?.error?.message).toBe('stray');
  });

  test('not knowing which it was, hands all back to come one by one; one alone is the cause', async () => {
    const several = await crashing(3);
    const crashed = several.worker.crash('stray');
    await pass(5_000);
    await crashed;
    expect(await states(several.ids)).toEqual([
      ['retrying', 0],
      ['retrying', 0],
      ['retrying', 0],
    ]);
    const dues = await Promise.all(several.ids.map(async (id) => (await store.find(id))?.dueAt));
    expect(new Set(dues).size).toBe(3);
    store = new Shaky();
    const one = await crashing(1);
    const alone = one.worker.crash('stray');
    await pass(5_000);
    await alone;
    expect(await states(one.ids)).toEqual([['retrying', 1]]);
  });
});

describe('that is handed what it cannot run', () => {
  test('hands it back without a failure, and not to itself at once', async () => {
    store.strange = 'note';
    const ran: number[] = [];
    await work({ note: (_, ctx) => void ran.push(ctx.attempt) });
    const id = await put('note');
    await pass(20);
    expect(await store.find(id)).toMatchObject({ state: 'retrying', failures: 0 });
    expect(store.calls.filter((call) => call === 'settle a')).toHaveLength(1);
    store.strange = '';
    store.advance(60_000);
    await pass(30_000);
    expect(ran).toEqual([2]);
    expect(await store.find(id)).toMatchObject({ state: 'completed', failures: 0 });
  });
});

describe('in an outage longer than its lease', () => {
  test('what had ended is still recorded, as it was', async () => {
    const { hold, release } = holding();
    const worker = await work({
      hold,
      fail: async () => {
        await release.passed;
        throw new Error('no');
      },
    });
    const { id: before } = worker;
    const ids = [await put('hold'), await put('fail')];
    const back = store.away();
    release.open();
    await pass(3 * LEASE);
    expect(worker.id).not.toBe(before);
    back();
    await pass(5_000);
    expect(await store.find(ids[0] ?? '')).toMatchObject({ state: 'completed', attempt: 1, failures: 0 });
    expect(await store.find(ids[1] ?? '')).toMatchObject({ state: 'retrying', attempt: 1, failures: 1 });
    expect((await store.find(ids[0] ?? ''))?.history).toMatchObject([
      { worker: before, outcome: 'completed' },
    ]);
  });

  test('what was claimed under the old id goes back without a failure and runs under the new one', async () => {
    const { hold, release } = holding();
    const ran: number[] = [];
    const worker = await work({ hold, note: (_, ctx) => void ran.push(ctx.attempt) });
    const { id: before } = worker;
    await put('hold');
    // The claim has its effect, but its answer is lost, and then nothing answers.
    store.after = (verb) => {
      if (verb !== 'claim') return;
      store.away();
      throw unavailable();
    };
    const id = await put('note');
    expect(await store.find(id)).toMatchObject({ state: 'running' });
    await pass(3 * LEASE);
    expect(worker.id).not.toBe(before);
    store.after = () => {};
    store.before = () => {};
    await pass(5_000);
    expect(ran).toEqual([2]);
    expect(await store.find(id)).toMatchObject({ state: 'completed', attempt: 2, failures: 0 });
    expect(await outcomes(id)).toEqual(['released', 'completed']);
    release.open();
  });

  test('a claim that is answered after the lease it set is not run: others may have its tasks', async () => {
    const ran: number[] = [];
    const answered = gate();
    await work({ note: (_, ctx) => void ran.push(ctx.attempt) });
    store.after = (verb) => (verb === 'claim' && ran.length === 0 ? answered.passed : undefined);
    const id = await put('note');
    expect(await store.find(id)).toMatchObject({ state: 'running', attempt: 1 });
    await pass(2 * LEASE);
    store.after = () => {};
    answered.open();
    await pass(1_000);
    expect(ran).toEqual([2]);
    expect(await store.find(id)).toMatchObject({ state: 'completed', failures: 0 });
    expect(await outcomes(id)).toEqual(['released', 'completed']);
  });

  test('that never ends it still stops, and leaves nothing that goes on trying', async () => {
    const { hold, release } = holding();
    const worker = await work({ hold }, { drainMs: 100 });
    await put('hold');
    store.away();
    release.open();
    await pass(3 * LEASE);
    const stopped = worker.stop();
    await pass(30_000);
    await stopped;
    const calls = store.calls.length;
    await pass(60_000);
    expect(store.calls.length).toBe(calls);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a loaded worker whose tasks have ended stops soon: what cannot be told is left to the lease', async () => {
    const { hold, release } = holding();
    const worker = await work({ hold }, { drainMs: 60_000 });
    await put('hold');
    store.away();
    let ended = false;
    const stopped = worker.stop().then(() => {
      ended = true;
    });
    await pass(LEASE / 2);
    expect(ended).toBe(false);
    release.open();
    await pass(5_000);
    expect(ended).toBe(true);
    await stopped;
    expect(vi.getTimerCount()).toBe(0);
  });

  test('what ended since under the new id is recorded before it stops', async () => {
    const { hold, release } = holding();
    const second = gate();
    const worker = await work({ hold, second: () => second.passed });
    await put('hold');
    const { id: before } = worker;
    const former = gate();
    const latter = gate();
    let fails = 1;
    store.before = (verb, _, by) => {
      if (verb === 'beat') return never;
      if (verb === 'claim' && by === before) return former.passed;
      return undefined;
    };
    const id = await put('second');
    await pass(LEASE);
    expect(worker.id).not.toBe(before);
    expect(await store.find(id)).toMatchObject({ held: { worker: worker.id } });
    store.before = async (verb, _, by) => {
      if (verb !== 'claim' || by === before) return;
      await latter.passed;
      if (fails-- > 0) throw unavailable();
    };
    second.open();
    await pass(1);
    let over = false;
    const stopped = worker.stop().then(() => {
      over = true;
    });
    // Of the two that have something to send, the one of the old id is done first.
    former.open();
    await pass(1_000);
    expect(over).toBe(false);
    latter.open();
    await pass(5_000);
    await stopped;
    expect(await store.find(id)).toMatchObject({ state: 'completed', attempt: 1 });
    release.open();
  });
});

describe('whose tasks were taken back', () => {
  test('is told by its beat, drops what it runs and goes on under a new id', async () => {
    const { hold, release, signals } = holding();
    const worker = await work({ hold });
    const { id: before } = worker;
    const id = await put('hold');
    await reap();
    await pass(LEASE / 3);
    expect(worker.id).not.toBe(before);
    expect(signals[0]?.aborted).toBe(true);
    await pass(1);
    expect(await outcomes(id)).toEqual(['lost', 'completed']);
    release.open();
    await pass(LEASE);
    expect(await store.find(id)).toMatchObject({ state: 'completed', attempt: 2, failures: 1 });
    expect(await outcomes(id)).toEqual(['lost', 'completed']);
  });

  test('is told by its next claim while a beat hangs', async () => {
    const { hold } = holding();
    store.before = (verb) => (verb === 'beat' ? never : undefined);
    const worker = await work({ hold, note: () => 'noted' });
    const { id: before } = worker;
    const id = await put('hold');
    await reap();
    const note = await put('note');
    expect(worker.id).not.toBe(before);
    await pass(1);
    expect(await store.find(note)).toMatchObject({ state: 'completed', attempt: 1 });
    expect(await store.find(id)).toMatchObject({ state: 'completed', attempt: 2, failures: 1 });
  });

  test('is told by a refused ending while its claims hang', async () => {
    const release = gate();
    const worker = await work({
      fail: async (_, ctx) => {
        if (ctx.attempt > 1) return 'done';
        await release.passed;
        throw new Error('no');
      },
    });
    const { id: before } = worker;
    const id = await put('fail');
    await reap();
    store.before = (verb, _, by) => (verb === 'claim' && by === before ? never : undefined);
    release.open();
    await pass(2);
    expect(worker.id).not.toBe(before);
    expect(await store.find(id)).toMatchObject({ state: 'completed', attempt: 2, failures: 1 });
    expect(await outcomes(id)).toEqual(['lost', 'completed']);
  });
});

describe('whose handlers or listeners misbehave', () => {
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const throwing = () => {
    throw new Error('looked at');
  };
  test.each<[string, unknown]>([
    ['a revoked proxy', revoked.proxy],
    ['undefined', undefined],
    ['a message that throws', Object.defineProperty(new Error('x'), 'message', { get: throwing })],
    ['a toJSON that throws', { toJSON: throwing }],
  ])('%s thrown ends the attempt and frees the slot', async (_, thrown) => {
    await work(
      {
        hurl: () => {
          throw thrown;
        },
        reject: () => Promise.reject(thrown),
        note: () => 'noted',
      },
      { concurrency: 1 },
    );
    const [hurled, rejected, noted] = [await put('hurl'), await put('reject'), await put('note')];
    for (const id of [hurled, rejected]) {
      expect(await store.find(id)).toMatchObject({ state: 'retrying', failures: 1, attempt: 1 });
    }
    expect(await store.find(noted)).toMatchObject({ state: 'completed' });
  });

  test('an onAttempt that throws does no harm', async () => {
    const told = vi.fn(throwing);
    const handlers: Handlers = { fail: throwing, note: () => 'noted' };
    await work(handlers, { concurrency: 1, onAttempt: told });
    const ids = [await put('fail'), await put('note'), await put('note')];
    expect(told).toHaveBeenCalledTimes(3);
    const states = await Promise.all(ids.map(async (id) => (await store.find(id))?.state));
    expect(states).toEqual(['retrying', 'completed', 'completed']);
  });
});

describe('that is stopped while it starts', () => {
  test('is not there afterwards', async () => {
    const announced = gate();
    store.before = (verb) => (verb === 'announce' ? announced.passed : undefined);
    const worker = make({ note: () => 1 });
    const started = worker.start();
    await pass(1);
    expect(store.calls.at(-1)).toBe('announce worker');
    const stopped = worker.stop();
    announced.open();
    await Promise.all([started, stopped]);
    expect(await store.present('worker')).toEqual([]);
    await put('note');
    await pass(60_000);
    expect(store.calledFor('claim')).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('no longer waits for a store that does not answer', async () => {
    store.away();
    const worker = make({ note: () => 1 });
    const started = worker.start().catch((error: unknown) => error);
    await pass(10_000);
    await worker.stop();
    await pass(1_000);
    expect(await started).toMatchObject({ code: 'unavailable' });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('or whose start fails leaves nothing behind', async () => {
    store.before = (verb) => {
      if (verb === 'check') throw new CarillonError('redis_unsuitable', 'evicts');
    };
    const worker = make({ note: () => 1 });
    await expect(worker.start()).rejects.toMatchObject({ code: 'redis_unsuitable' });
    expect(await store.present('worker')).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
