/** What a handler has to do with other tasks: those it makes, whose identity comes from its own, and its parents. */

import { queueFull } from '../domain/input/errors.js';
import { readOptions } from '../domain/input/options.js';
import { key, type TaskRequest } from '../domain/task/fields.js';
import { madeBy } from '../domain/task/maker.js';
import { payloadText } from '../domain/task/payload.js';
import type { Task, TaskError, TaskState } from '../domain/task/task.js';
import { draftOf, inTrace, type TaskInput, tooFarAhead } from '../domain/task/task-input.js';
import { shortHash } from '../runtime/short-hash.js';
import { timeOf } from '../store/contract/clock.js';
import type { Store } from '../store/contract/index.js';
import { sending } from '../telemetry/sending.js';
import { acceptTask, refusal } from './accept.js';
import { type AnyDefinition, checkPayload, ownOptions, withOwn } from './definition.js';
import { endsOfParents, waitedFor } from './parents.js';
import { createdView, taskView } from './view.js';

/** 16 characters of base 62 are 95 bits. */
const DIGITS = 16;

export type KinStore = Pick<
  Store,
  'clock' | 'open' | 'time' | 'enqueue' | 'find' | 'endsOf' | 'relay' | 'observed'
>;

/** Options of a task that a handler makes: those of any task, and which of its children it is. */
export type ChildOptions = Omit<TaskRequest, 'handler' | 'payload'> & {
  /** Tells this child from others that the same task makes; by default it is counted, by handler and queue. */
  key?: string | undefined;
};

/** A parent as its child sees it. */
export interface Parent {
  /** As named in `after`. */
  id: string;
  /** `pruned`: it has ended, and its record is gone. */
  state: TaskState | 'pruned';
  /** What its handler returned, where it completed. */
  result?: unknown;
  /** What it died of. */
  error?: TaskError;
  /** Why it was cancelled. */
  reason?: string;
}

/** The task that the handler runs for. */
interface Own {
  readonly id: string;
  readonly attempt: number;
  readonly options: { readonly after?: readonly string[]; readonly trace?: string };
}

export class Kin {
  readonly #store: KinStore;
  readonly #task: Own;
  /** How many children were made so far, by handler and queue. */
  readonly #made = new Map<string, number>();

  constructor(store: KinStore, task: Own) {
    this.#store = store;
    this.#task = task;
  }

  /** Throws a `CarillonError` that names each problem. The same call of a later attempt answers the same task. */
  async enqueue(
    handler: string | AnyDefinition,
    payload?: unknown,
    options: ChildOptions = {},
  ): Promise<Task> {
    const { key: own, ...others } = options;
    const named = readOptions('a child', { key }, own === undefined ? {} : { key: own }).key;
    const defined = typeof handler === 'string' ? null : handler;
    const kept = withOwn((defined && ownOptions(defined)) ?? {}, others);
    const input = acceptTask({ ...kept, handler: defined ? defined.name : handler, payload });
    const kind = JSON.stringify([input.queue, input.handler]);
    const count = (this.#made.get(kind) ?? 0) + (named === undefined ? 1 : 0);
    this.#made.set(kind, count);
    const identity = JSON.stringify([this.#task.id, kind, named ?? count]);
    if (defined) await checkPayload(defined, payloadText(input.payload));
    const { trace } = this.#task.options;
    return sending({ ...input, trace }, (under) => this.#make(inTrace(input, under), identity));
  }

  async #make(input: TaskInput, identity: string): Promise<Task> {
    const store = this.#store;
    const { queue } = input;
    const id = `${await store.open(queue)}-${shortHash(identity).slice(0, DIGITS)}`;
    const now = await timeOf(store, queue);
    const problem = tooFarAhead(input, now);
    if (problem) throw refusal('invalid_input', [problem]);
    const at = input.options?.after?.indexOf(id) ?? -1;
    if (at >= 0) {
      const detail = 'names the task itself, which cannot wait for itself';
      throw refusal('invalid_input', [{ pointer: `/after/${at}`, detail }]);
    }
    const parents = waitedFor(await endsOfParents(store, [input]), input);
    const { id: taskId, attempt } = this.#task;
    const draft = madeBy(draftOf(input, id, now, parents), { taskId, attempt });
    const { created, taken, full, now: then } = await store.enqueue(queue, [draft]);
    if (full) throw queueFull(queue);
    if (created === 1) store.observed.tasksMade(queue, draft.handler, 1);
    const owner = taken?.get(id);
    if (created === 1 && parents.length === 0) return createdView(queue, draft, then);
    // Its own outbox asks for its parents; somebody else does where this fails.
    if (parents.length > 0) await store.relay(queue).catch(() => {});
    const facts = await store.find(owner ?? id);
    if (!facts) return createdView(queue, draft, then);
    return { ...taskView(facts), ...(owner === undefined ? {} : { deduplicated: true as const }) };
  }

  async parents(): Promise<Parent[]> {
    const { after = [] } = this.#task.options;
    if (after.length === 0) return [];
    const ends = await this.#store.endsOf(after, true);
    return Promise.all(
      after.map(async (id): Promise<Parent> => {
        const end = ends.get(id);
        if (!end) return { id, state: 'pruned' };
        const { state, result, error, reason } = end;
        return {
          id,
          // Put back after it had died: it is under way once more.
          state: state === 'open' ? ((await this.#store.find(id))?.state ?? 'pruned') : state,
          ...(result === undefined ? {} : { result: JSON.parse(result) as unknown }),
          ...(error ? { error } : {}),
          ...(reason === undefined ? {} : { reason }),
        };
      }),
    );
  }
}
