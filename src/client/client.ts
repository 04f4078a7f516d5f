/** Creates and looks at tasks straight on Redis; no scheduler node is needed for it. */

import { DURATION_GRAMMAR, parseDuration } from '../domain/input/durations.js';
import { CarillonError, type Problem } from '../domain/input/errors.js';
import { formatInstant } from '../domain/input/instants.js';
import { DEFAULT_RETRY } from '../domain/task/retry.js';
import type { Task } from '../domain/task/task.js';
import {
  draftOf,
  plainTaskInput,
  readTaskInput,
  type TaskDraft,
  type TaskInput,
  tooFarAhead,
} from '../domain/task/task-input.js';
import { mono, type RedisClock } from '../runtime/clock.js';
import { newTaskIds } from '../runtime/ids.js';
import { after, sleep } from '../runtime/timers.js';
import type { Store } from '../store/contract/index.js';
import { liveTask } from '../tasks/make.js';
import { taskView } from '../tasks/view.js';
import type { EnqueueOptions, NamedRequest } from './requests.js';

/** Tasks of one call to the store while they gather, and who waits for each. */
interface Batch {
  drafts: TaskDraft[];
  waiting: { payload: unknown; resolve: (task: Task | Promise<Task>) => void }[];
  reject: ((reason: unknown) => void)[];
  /** Ends the wait for others. */
  cancel: () => void;
}

interface Target {
  queue: string;
  newId: () => string;
  batch: Batch | null;
}

/** A batch this large is sent at once, so that Redis works on it while the next one gathers (measured, bench/). */
const SEND_AT = 50;

export class TaskClient {
  readonly #store: Store;
  readonly #clock: RedisClock;
  readonly #targets = new Map<string, Target>();
  readonly #opening = new Map<string, Promise<Target>>();
  readonly #dueText = sharedText();
  readonly #createdText = sharedText();

  constructor(store: Store, clock: RedisClock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Puts one task on the road. Calls of one turn of the event loop travel together. Throws `invalid_input`, `unavailable`, … */
  enqueue(handler: string, payload?: unknown, options?: EnqueueOptions): Promise<Task> {
    return new Promise((resolve, reject) => {
      if (
        options !== undefined &&
        (typeof options !== 'object' || options === null || Array.isArray(options))
      ) {
        throw new CarillonError('invalid_input', 'The options of a task must be an object');
      }
      const input = plainTaskInput(handler, payload, options) ?? read({ ...options, handler, payload });
      const target = this.#targets.get(input.queue);
      if (target) this.#join(target, input, payload, resolve, reject);
      else {
        this.#target(input.queue)
          .then((opened) => this.#join(opened, input, payload, resolve, reject))
          .catch(reject);
      }
    });
  }

  /** Puts many tasks on the road, in calls of at most 1000 and 2 MiB; nothing is sent when one of them is invalid. */
  async enqueueMany(requests: readonly NamedRequest[]): Promise<Task[]> {
    const inputs = requests.map((request, i) => read(request, i));
    const byQueue = new Map<string, TaskDraft[]>();
    const drafts: TaskDraft[] = [];
    for (const input of inputs) {
      const target = this.#targets.get(input.queue) ?? (await this.#target(input.queue));
      const draft = this.#draft(input, target);
      drafts.push(draft);
      const group = byQueue.get(input.queue);
      if (group) group.push(draft);
      else byQueue.set(input.queue, [draft]);
    }
    const replies = await Promise.all(
      [...byQueue].map(([queue, group]) => this.#store.enqueue(queue, group)),
    );
    const taken = new Map(replies.flatMap((reply) => [...(reply.taken ?? [])]));
    const tasks = drafts.map((draft, i) => {
      const owner = taken.get(draft.id);
      if (owner !== undefined) return liveTask(this.#store, owner);
      return this.#created(draft, inputs[i]?.queue ?? '', requests[i]?.payload);
    });
    return taken.size === 0 ? (tasks as Task[]) : Promise.all(tasks);
  }

  /** The task with its attempts, or null. */
  async get(id: string): Promise<Task | null> {
    const facts = await this.#store.find(taskId(id));
    return facts && taskView(facts);
  }

  /** Cancels a task that is not running. Throws `not_found`, or `conflict` with the state it is in. */
  async cancel(id: string): Promise<Task> {
    const facts = await this.#store.find(taskId(id));
    if (!facts) throw new CarillonError('not_found', `There is no task ${id}`);
    const word = await this.#store.cancel(facts.queue, id);
    if (word !== 'cancelled' && word !== 'already') {
      throw new CarillonError('conflict', `Task ${id} is ${word} and cannot be cancelled`);
    }
    return (await this.get(id)) ?? taskView(facts);
  }

  /** The task once it is completed, dead or cancelled, or as it is when `timeout` (default 30s) has passed. */
  async wait(id: string, timeout = '30s'): Promise<Task> {
    const patience = parseDuration(timeout);
    if (patience === undefined)
      throw new CarillonError('invalid_input', `The timeout must be ${DURATION_GRAMMAR}`);
    const deadline = mono() + patience;
    for (let pause = 5; ; pause = Math.min(pause * 1.5, 500)) {
      const task = await this.get(id);
      if (!task) throw new CarillonError('not_found', `There is no task ${id}`);
      const left = deadline - mono();
      if (task.finishedAt !== undefined || left <= 0) return task;
      await sleep(Math.min(pause, left));
    }
  }

  async #target(queue: string): Promise<Target> {
    const opening = this.#opening.get(queue) ?? this.#open(queue);
    this.#opening.set(queue, opening);
    try {
      return await opening;
    } finally {
      this.#opening.delete(queue);
    }
  }

  async #open(queue: string): Promise<Target> {
    const [code] = await Promise.all([
      this.#store.open(queue),
      this.#clock.known ? null : this.#store.time(),
    ]);
    const target: Target = { queue, newId: newTaskIds(code), batch: null };
    this.#targets.set(queue, target);
    return target;
  }

  #draft(input: TaskInput, target: Target): TaskDraft {
    const now = this.#clock.now();
    const problem = tooFarAhead(input, now);
    if (problem) throw invalid('invalid_input', [problem], '');
    return draftOf(input, target.newId(), now);
  }

  #join(
    target: Target,
    input: TaskInput,
    payload: unknown,
    resolve: (task: Task | Promise<Task>) => void,
    reject: (reason: unknown) => void,
  ): void {
    const draft = this.#draft(input, target);
    let { batch } = target;
    if (!batch) {
      const fresh: Batch = { drafts: [], waiting: [], reject: [], cancel: () => {} };
      fresh.cancel = after(0, () => this.#send(target, fresh));
      target.batch = fresh;
      batch = fresh;
    }
    batch.drafts.push(draft);
    batch.waiting.push({ payload, resolve });
    batch.reject.push(reject);
    if (batch.drafts.length < SEND_AT) return;
    batch.cancel();
    this.#send(target, batch);
  }

  #send(target: Target, batch: Batch): void {
    target.batch = null;
    const { drafts, waiting } = batch;
    this.#store
      .enqueue(target.queue, drafts)
      .then(({ taken }) => {
        for (let i = 0; i < drafts.length; i++) {
          const draft = drafts[i] as TaskDraft;
          const owner = taken?.get(draft.id);
          waiting[i]?.resolve(
            owner === undefined
              ? this.#created(draft, target.queue, waiting[i]?.payload)
              : liveTask(this.#store, owner),
          );
        }
      })
      .catch((error: unknown) => {
        for (const reject of batch.reject) reject(error);
      });
  }

  /** What the caller sees of a task just created, without asking the store for it. */
  #created(draft: TaskDraft, queue: string, payload: unknown): Task {
    return {
      id: draft.id,
      handler: draft.handler,
      queue,
      payload: payload ?? null,
      state: draft.due > draft.createdAt ? 'scheduled' : 'ready',
      priority: draft.priority,
      dueAt: this.#dueText(Math.max(draft.due, draft.createdAt)),
      createdAt: this.#createdText(draft.createdAt),
      attempt: 0,
      failures: 0,
      maxAttempts: draft.options?.retry?.maxAttempts ?? DEFAULT_RETRY.maxAttempts,
      ...(draft.options?.uniqueKey === undefined ? {} : { uniqueKey: draft.options.uniqueKey }),
      labels: draft.options?.labels ?? {},
      attempts: [],
    };
  }
}

/** Writes instants as text and remembers the latest: tasks created together share theirs. */
function sharedText(): (ms: number) => string {
  let latest = Number.NaN;
  let text = '';
  return (ms) => {
    if (ms !== latest) {
      latest = ms;
      text = formatInstant(ms);
    }
    return text;
  };
}

function taskId(id: unknown): string {
  if (typeof id === 'string' && id !== '') return id;
  throw new CarillonError('invalid_input', "A task's id must be a text, as `enqueue` answers it");
}

/** `index`: which of many, for the messages. */
function read(raw: unknown, index?: number): TaskInput {
  const result = readTaskInput(raw);
  if (result.ok) return result.value;
  throw invalid(result.code, result.problems, index === undefined ? '' : `/${index}`);
}

function invalid(code: CarillonError['code'], problems: readonly Problem[], at: string): CarillonError {
  const errors = problems.map(({ pointer, detail }) => ({ pointer: at + pointer, detail }));
  const text = errors
    .map(({ pointer, detail }) => `${pointer === '' ? 'the task' : pointer} ${detail}`)
    .join('; ');
  return new CarillonError(code, `Invalid task: ${text}`, errors);
}
