/** What tests of deeds on tasks stand on: tasks in every state, and a leader that carries an operation out. */

import { carryOn } from '../../../src/operations/carry-on.js';
import type { OperationRecord, Store, TaskDraft, Term } from '../../../src/store/contract/index.js';
import type { ModelStore } from '../../../src/testing/model-store.js';

export const LEASE = 3_600_000;
let nonce = 1;

/** Carries it out to its end, or so many slices of it; answers how it stands. */
export async function carried(
  store: ModelStore,
  id: string,
  term: Term,
  { slices = 1_000, over = store as Store } = {},
): Promise<OperationRecord> {
  for (let i = 0; i < slices; i += 1) {
    const on = await carryOn(await recordOf(store, id), { store: over, term, now: store.now });
    if (on === 'fenced') throw new Error('fenced');
    if ('ended' in on) return on.ended;
    store.advance(on.again);
  }
  return recordOf(store, id);
}

export async function recordOf(store: ModelStore, id: string): Promise<OperationRecord> {
  const record = await store.operation(id);
  if (!record) throw new Error('no operation');
  return record;
}

export const draftOf = (store: ModelStore, id: string, over: Partial<TaskDraft> = {}): TaskDraft => ({
  ...{ id, handler: 'work', priority: 'normal', due: 0, createdAt: store.now, payload: '' },
  ...over,
});

/** Claims so many tasks of a queue. */
export async function claim(store: ModelStore, queue: string, want: number, handlers = ['work']) {
  const request = { worker: 'w~1', nonce: nonce++, want, handlers, leaseMs: LEASE, completions: [] };
  return (await store.claim(queue, request)).tasks;
}

/** Claims so many tasks and lets them end, or be retried, with an error. */
export async function fail(
  store: ModelStore,
  queue: string,
  want: number,
  message = 'broken',
  next: { to: 'dead' } | { to: 'retry'; due: number } = { to: 'dead' },
): Promise<string[]> {
  const tasks = await claim(store, queue, want);
  const settlements = tasks.map(({ id, token, attempt }) => ({
    ...{ id, token, failure: true, next },
    record: {
      ...{ attempt, worker: 'w~1', startedAt: store.now, finishedAt: store.now },
      ...{ outcome: 'failed' as const, error: { message } },
    },
  }));
  await store.settle(queue, 'w~1', settlements);
  return tasks.map(({ id }) => id);
}

/** The same store with some verbs of another kind. */
export function replacing(store: ModelStore, verbs: Partial<Store>): Store {
  return new Proxy<Store>(store, {
    get(of, verb: keyof Store) {
      const value: unknown = verbs[verb] ?? of[verb];
      return typeof value === 'function' ? value.bind(of) : value;
    },
  });
}
