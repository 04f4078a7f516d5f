/** What the tests of ticks share: a model store, its time as the clock, and short ways to fill it. */

import type { ScheduleDefinition } from '../../../src/domain/schedule/schedule.js';
import { DEFAULT_RETRY } from '../../../src/domain/task/retry.js';
import { silentLog } from '../../../src/runtime/silent-log.js';
import type { TaskDraft, Term } from '../../../src/store/contract/index.js';
import { ModelStore } from '../../../src/testing/model-store.js';

export const START = Date.UTC(2026, 5, 1, 12);
export const QUEUE = 'default';

export async function world() {
  const store = new ModelStore(START);
  await store.open(QUEUE);
  return { store, clock: store.clock(), context: { queue: QUEUE, store, log: silentLog } };
}

export async function office(store: ModelStore, node = 'a~1'): Promise<Term> {
  const term = await store.allocateTerm(node, `lock of ${node}`);
  if (!term) throw new Error('no term');
  await store.takeOffice(QUEUE, term);
  return term;
}

export function draft(id: string, due: number, options: Partial<TaskDraft> = {}): TaskDraft {
  return { id, handler: 'h', priority: 'normal', due, createdAt: START, payload: '', ...options };
}

export function definition(id: string, fields: Partial<ScheduleDefinition> = {}): ScheduleDefinition {
  return {
    id,
    handler: 'h',
    spec: { kind: 'every', every: 1_000, phase: 0 },
    queue: QUEUE,
    priority: 'normal',
    retry: { ...DEFAULT_RETRY },
    catchUp: { policy: 'latest', window: 86_400_000, max: 100 },
    enabled: true,
    labels: {},
    overlap: 'allow',
    ...fields,
  };
}

export async function declare(
  store: ModelStore,
  fields: ScheduleDefinition,
  cursor: number | null,
  paused?: { at: number },
): Promise<void> {
  const word = await store.edit(QUEUE, {
    id: fields.id,
    expect: null,
    schedule: {
      definition: fields,
      revision: 1,
      source: { kind: 'api', set: 'test' },
      createdAt: START - 7 * 86_400_000,
      updatedAt: START,
      ...(paused ? { paused } : {}),
    },
    cursor,
    withdraw: null,
  });
  if (word !== 'ok') throw new Error(`not declared: ${JSON.stringify(word)}`);
}
