/** The use cases of operations: begun, listed, shown, aborted. Whoever leads carries them out (see carry-on.ts). */

import { CarillonError, StateConflict } from '../domain/input/errors.js';
import { about, oneOf, reader, text, type Values, wholeText } from '../domain/input/readers.js';
import { randomText } from '../runtime/random.js';
import {
  OPERATION_STATES,
  type OperationRecord,
  type OperationStore,
  type RegistryStore,
} from '../store/contract/index.js';
import { rememberedOf } from '../store/contract/once.js';
import { type OperationView, operationView } from './view.js';

/** Finished ones that are kept. */
const KEPT = 200;
/** That are under way at the same time. */
const MOST_RUNNING = 100;
const USUAL_LIMIT = 50;
const TRIES = 5;
/** 8 characters of base 62 are 47 bits; it stands in the ids of the tasks that it makes. */
const ID = 8;

export const OPERATION_LIST = {
  state: about(oneOf(...OPERATION_STATES), `only in this state: ${OPERATION_STATES.join(', ')}`),
  kind: about(text(32), 'only of this kind, such as backfill'),
  limit: about(wholeText(1, 1000), `how many, at most 1000; by default ${USUAL_LIMIT}`),
  cursor: about(
    reader('the nextCursor of a page of this list', (raw) =>
      typeof raw === 'string' && /^[0-9A-Za-z]{1,64}$/.test(raw) ? raw : undefined,
    ),
    'nextCursor of the page before',
  ),
};

export type OperationQuery = Values<typeof OPERATION_LIST>;

/** A page of operations, the latest first. */
export interface OperationPage {
  /** The operations of this page. */
  items: OperationView[];
  /** For the page behind it; null at the end. */
  nextCursor: string | null;
}

/** What an operation is made of by who asks for it. */
export type OperationWish = Pick<
  OperationRecord,
  'kind' | 'filter' | 'matched' | 'createdAt' | 'by' | 'progress'
> &
  Partial<Pick<OperationRecord, 'perMinute' | 'reason' | 'dueAt'>>;

/**
 * Begins what is wished for; with an idempotency key once, and it is answered as it stands. `what`: by whom, and of what.
 * Throws `idempotency_mismatch` where the key came with another body, and `conflict` while too many are under way.
 */
export async function begunOnce(
  store: OperationStore & Pick<RegistryStore, 'remember'>,
  what: string,
  { idempotencyKey, ...asked }: { idempotencyKey?: string },
  wish: () => Promise<OperationWish>,
): Promise<OperationView> {
  const fresh = randomText(ID);
  if (idempotencyKey === undefined) return beginOperation(store, await wish(), fresh);
  const id = await rememberedOf(store, `${what} ${idempotencyKey}`, asked, fresh);
  const begun = await store.operation(id);
  return begun ? operationView(begun) : beginOperation(store, await wish(), id);
}

/** Throws `conflict` while too many are under way. One that has begun already is answered as it stands. */
export async function beginOperation(
  store: OperationStore,
  wish: OperationWish,
  id: string,
): Promise<OperationView> {
  const others = await store.operations();
  const running = others.filter(({ state }) => state === 'running');
  if (running.length >= MOST_RUNNING) {
    const detail = `${running.length} operations are under way, and no more than ${MOST_RUNNING} may be`;
    throw new CarillonError('conflict', `${detail}: wait for one to end, or abort one.`);
  }
  const record: OperationRecord = {
    id,
    version: 1,
    done: 0,
    failed: 0,
    state: 'running',
    ...wish,
  };
  if ((await store.changeOperation({ id: record.id, expect: null, record })) !== 'ok') {
    // Somebody with the same idempotency key was sooner.
    const begun = await store.operation(id);
    if (begun) return operationView(begun);
    throw new CarillonError('unavailable', 'The operation could not be written down; try again.');
  }
  const old = others.filter(({ state }) => state !== 'running').slice(KEPT - 1);
  for (const { id, version } of old) await store.changeOperation({ id, expect: version, record: null });
  return operationView(record);
}

/** The latest first. */
export async function listOperations(
  store: OperationStore,
  { state, kind, limit = USUAL_LIMIT, cursor }: OperationQuery,
): Promise<OperationPage> {
  const all = await store.operations();
  // The last one of a page that is gone by now was among the oldest: nothing comes behind it.
  const from = cursor === undefined ? 0 : all.findIndex(({ id }) => id === cursor) + 1 || all.length;
  const fitting = all
    .slice(from)
    .filter(
      (one) => (state === undefined || one.state === state) && (kind === undefined || one.kind === kind),
    );
  const items = fitting.slice(0, limit).map(operationView);
  return { items, nextCursor: fitting.length > limit ? (items.at(-1)?.id ?? null) : null };
}

/** Throws `not_found`. */
export async function findOperation(store: OperationStore, id: string): Promise<OperationView> {
  return operationView(await found(store, id));
}

/** It does nothing more; what it has done stays done. Throws `not_found`, or `conflict` when it is done. */
export async function abortOperation(
  store: OperationStore,
  id: string,
  now: number,
  reason?: string,
): Promise<OperationView> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const record = await found(store, id);
    if (record.state === 'aborted') return operationView(record);
    if (record.state === 'done')
      throw new StateConflict(`The operation ${id} is done already.`, record.state);
    const next: OperationRecord = {
      ...record,
      version: record.version + 1,
      state: 'aborted',
      finishedAt: now,
      problem: reason === undefined ? 'aborted' : `aborted: ${reason}`,
    };
    const word = await store.changeOperation({ id, expect: record.version, record: next });
    if (word === 'ok') return operationView(next);
  }
  throw new CarillonError('unavailable', 'The operation moves on too fast to be stopped; try again.');
}

async function found(store: OperationStore, id: string): Promise<OperationRecord> {
  const record = /^[0-9A-Za-z]{1,64}$/.test(id) ? await store.operation(id) : null;
  if (!record) throw new CarillonError('not_found', 'There is no operation with this id.');
  return record;
}
