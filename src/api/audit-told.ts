/** What the audit tells of a thing before and after a change: how it is looked up, and which of its fields count. */

import { formatInstant } from '../domain/input/instants.js';
import { findOperation } from '../operations/operations.js';
import { documentOf } from '../schedules/view.js';
import { setView } from '../sets/view.js';
import type { Store } from '../store/contract/index.js';
import { findTask } from '../tasks/find.js';
import { findQueue } from '../tasks/queues.js';
import { taskView } from '../tasks/view.js';
import { findWorker } from '../tasks/workers.js';

export type Fields = Readonly<Record<string, unknown>>;

interface Told {
  /** As it stands before a change. */
  look(store: Store, id: string): Promise<Fields | null>;
  /** Name of its schema in answers. */
  schema: string;
  /** What counts of it. Never what a task carries: payloads, results, errors. */
  brief(view: Fields): Fields;
}

const pick =
  (...names: string[]) =>
  (view: Fields): Fields =>
    Object.fromEntries(names.flatMap((name) => (view[name] === undefined ? [] : [[name, view[name]]])));

/** What passes by itself, or carries too much. */
const OF_SCHEDULES = new Set([
  ...['id', 'payload', 'nextRuns', 'nextDueAt', 'lastRun', 'runs', 'counters', 'expectations', 'warnings'],
  ...['createdAt', 'updatedAt', 'fault', 'finishedReason', 'pausedBy'],
]);

/** By the collection in the path. */
export const TOLD: Readonly<Record<string, Told>> = {
  tasks: {
    look: async (store, id) => ({ ...taskView(await findTask(store, id)) }),
    schema: 'Task',
    brief: pick('handler', 'queue', 'state', 'dueAt', 'failures', 'cancelRequested', 'reason'),
  },
  schedules: {
    async look(store, id) {
      const row = await store.schedule(id);
      if (!row) return null;
      const { definition, paused, source, revision } = row.schedule;
      const { reason, until } = paused ?? {};
      const pause = paused && {
        ...{ at: formatInstant(paused.at), ...(until === undefined ? {} : { until: formatInstant(until) }) },
        ...(reason === undefined ? {} : { reason }),
      };
      const state = definition.enabled === false ? 'disabled' : paused ? 'paused' : 'enabled';
      return { ...documentOf(definition), state, source, revision, ...(pause ? { paused: pause } : {}) };
    },
    schema: 'Schedule',
    brief: (view) => Object.fromEntries(Object.entries(view).filter(([name]) => !OF_SCHEDULES.has(name))),
  },
  queues: {
    look: async (store, queue) => ({ ...(await findQueue(store, queue)) }),
    schema: 'Queue',
    brief: pick('paused', 'settings'),
  },
  workers: {
    look: async (store, worker) => ({ ...(await findWorker(store, worker)) }),
    schema: 'Worker',
    brief: pick('quiet', 'stopping', 'concurrency', 'queues', 'asked'),
  },
  operations: {
    look: async (store, id) => ({ ...(await findOperation(store, id)) }),
    schema: 'Operation',
    brief: pick('kind', 'filter', 'count', 'state', 'done', 'failed', 'perMinute', 'reason', 'problem'),
  },
  sets: {
    async look(store, set) {
      const record = await store.setRecord(set);
      return record && { ...setView(set, record, []) };
    },
    schema: 'object',
    brief: (view) => {
      const held = view['held'] as { digest?: string } | null | undefined;
      const stands = pick('state', 'revision', 'digest', 'release', 'environment', 'schedules')(view);
      return { ...stands, ...(held ? { held: held.digest } : {}) };
    },
  },
};

/** Of what was begun on many, whatever it is. */
export const briefOperation = (view: Fields): Fields => {
  const { brief } = TOLD['operations'] as Told;
  return { operation: view['id'], ...brief(view) };
};
