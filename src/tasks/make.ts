/** Makes tasks: draws ids, puts them on the road, shows each caller its own. Calls of one turn travel together. */

import { queueFull } from '../domain/input/errors.js';
import { draftOf, type TaskDraft, type TaskInput, tooFarAhead } from '../domain/task/task-input.js';
import { newTaskIds } from '../runtime/ids.js';
import { someAtATime } from '../runtime/some-at-a-time.js';
import { after, sleep } from '../runtime/timers.js';
import { Unanswered } from '../runtime/unanswered.js';
import { timeOf } from '../store/contract/clock.js';
import type { ParentName, Store, TaskFacts } from '../store/contract/index.js';
import { byQueue, partlyFull, refusal } from './accept.js';
import { type Asked, answerOf, onceOf } from './once.js';
import { checkOnComplete, completing, NO_PARENTS, type Parents, parentsOf } from './parents.js';
import { type Put, type PutStore, putTasks } from './put.js';
import { readEach } from './read-each.js';

/** Requests that go to the store in one call, while they gather, and who waits for each. */
interface Batch<T> {
  inputs: TaskInput[];
  resolve: ((shown: T | Promise<T>) => void)[];
  reject: ((reason: unknown) => void)[];
  /** Ends the wait for others. */
  cancel: () => void;
}

/** A queue that is open. */
interface Target<T> {
  queue: string;
  newId: () => string;
  batch: Batch<T> | null;
}

/** Queues of one call that are served at a time: each may have to be opened, and others wait for Redis too. */
const QUEUES_AT_ONCE = 100;
/** A batch this large is sent at once, so that Redis works on it while the next one gathers (measured, bench/). */
const SEND_AT = 50;

export type Made<T> = { made: T } | { error: unknown };

export interface TaskMakerParts<T> {
  store: PutStore & Pick<Store, 'clock' | 'open' | 'find' | 'time' | 'endsOf' | 'relay'>;
  /** What a caller gets to see of a task that entered the road when Redis time was `now`; `copy`: see `TaskInput`. */
  show: (queue: string, draft: TaskDraft, now: number, copy?: unknown) => T;
  /** What a caller gets to see whose unique key is another task's. */
  showTaken: (task: TaskFacts) => T;
  /** What a caller gets to see whose call was answered with this task before. */
  showAgain: (task: TaskFacts) => T;
  /** What a caller gets to see of a task that had parents to wait for, as it stands then. */
  showFound: (task: TaskFacts) => T;
}

export class TaskMaker<T extends ParentName> {
  readonly #parts: TaskMakerParts<T>;
  readonly #targets = new Map<string, Target<T>>();
  readonly #opening = new Map<string, Promise<Target<T>>>();
  /** Calls that are not answered yet. */
  readonly #sending = new Unanswered();

  constructor(parts: TaskMakerParts<T>) {
    this.#parts = parts;
  }

  /** Puts one task on the road, together with others of this turn of the event loop. */
  make(input: TaskInput): Promise<T> {
    if (input.options?.after) return this.#sending.keep(this.#makeAfter(input));
    return new Promise((resolve, reject) => {
      const target = this.#targets.get(input.queue);
      if (target) this.#join(target, input, resolve, reject);
      else {
        const opening = this.#openFor(input);
        this.#sending
          .keep(opening.then((opened) => this.#join(opened, input, resolve, reject)))
          .catch(reject);
      }
    });
  }

  async #makeAfter(input: TaskInput): Promise<T> {
    const problem = tooFarAhead(input, await this.#now());
    if (problem) throw refusal('invalid_input', [problem]);
    return this.#putOne(input, await parentsOf(this.#parts.store, [input]));
  }

  /** The task that comes after all that a batch has made; there is none where it has made none. */
  async makeOnComplete(input: TaskInput, made: readonly T[]): Promise<T | undefined> {
    if (made.length === 0) return undefined;
    const [request, parents] = completing(input, made);
    return this.#sending.keep(this.#putOne(request, parents));
  }

  /** Puts many tasks on the road, those of a queue together or not at all; nothing is sent when one is refused. */
  async makeAll(inputs: readonly TaskInput[], onComplete?: TaskInput): Promise<T[]> {
    const now = await this.#now();
    for (const [index, input] of inputs.entries()) {
      const problem = tooFarAhead(input, now);
      if (problem) throw refusal('invalid_input', [problem], `/${index}`);
    }
    this.#checkOnComplete(onComplete, inputs.length, now);
    const parents = await parentsOf(this.#parts.store, inputs, (index) => `/${index}`);
    const shown: T[] = [];
    const refused: [index: number, queue: string][] = [];
    const sent = someAtATime(byQueue(inputs.entries()), QUEUES_AT_ONCE, async ([queue, group]) => {
      const made = await this.#put(
        queue,
        group.map(([, input]) => input),
        parents,
      );
      for (const [, error] of made.failed ?? []) throw error;
      for (const [i, one] of made.shown.entries()) shown[group[i]?.[0] ?? 0] = one;
      for (const i of made.full ?? []) refused.push([group[i]?.[0] ?? 0, queue]);
    });
    await this.#sending.keep(sent);
    if (refused.length > 0) throw partlyFull(inputs.length, refused);
    return shown;
  }

  /** One result for each request, in order; a refused one does not keep the others out. */
  async makeEach(requests: readonly unknown[], onComplete?: TaskInput, asked?: Asked): Promise<Made<T>[]> {
    const now = await this.#now();
    this.#checkOnComplete(onComplete, requests.length, now);
    const { inputs, parents, refused } = await readEach(this.#parts.store, requests, now, asked);
    const results: Made<T>[] = [];
    for (const [index, error] of refused) results[index] = { error };
    const sent = someAtATime(byQueue(inputs), QUEUES_AT_ONCE, async ([queue, group]) => {
      const made = await this.#put(
        queue,
        group.map(([, input]) => input),
        parents,
      ).catch((error: unknown) => ({ error }));
      for (const [i, [index]] of group.entries()) {
        if ('error' in made) results[index] = made;
        else if (made.full?.has(i)) results[index] = { error: queueFull(queue) };
        else if (made.failed?.has(i)) results[index] = { error: made.failed.get(i) };
        else results[index] = { made: made.shown[i] as T };
      }
    });
    await this.#sending.keep(sent);
    return results;
  }

  /** Sends what has gathered and resolves once every call is answered, whatever the answer. */
  async flush(): Promise<void> {
    do {
      for (const target of this.#targets.values()) if (target.batch) this.#send(target, target.batch);
      await this.#sending.settled();
    } while (this.#sending.size > 0);
  }

  async #putOne(input: TaskInput, parents: Parents): Promise<T> {
    const { shown, full, failed } = await this.#put(input.queue, [input], parents);
    if (full) throw queueFull(input.queue);
    if (failed?.size) throw failed.get(0);
    return shown[0] as T;
  }

  #checkOnComplete(input: TaskInput | undefined, tasks: number, now: number): void {
    if (!input) return;
    checkOnComplete(input, tasks);
    const problem = tooFarAhead(input, now);
    if (problem) throw refusal('invalid_input', [problem], '/onComplete');
  }

  async #put(queue: string, inputs: readonly TaskInput[], parents: Parents = NO_PARENTS): Promise<Put<T>> {
    const { newId } = this.#targets.get(queue) ?? (await this.#target(queue));
    const at = await timeOf(this.#parts.store, queue);
    const drafts = inputs.map((input) => draftOf(input, newId(), at, parents.get(input), onceOf(input)));
    return this.#enqueue(queue, drafts, inputs);
  }

  async #enqueue(queue: string, drafts: readonly TaskDraft[], inputs: readonly TaskInput[]): Promise<Put<T>> {
    const { store, show } = this.#parts;
    const sending = putTasks(store, queue, drafts);
    // What callers get to see is made while Redis works on it; whether it works out is asked below.
    sending.catch(() => {});
    await sleep(0);
    const now = store.clock(queue).now();
    const shown = drafts.map((draft, i) => show(queue, draft, now, inputs[i]?.copy));
    const { full, ...refused } = await sending;
    const waiting = drafts.some((draft) => draft.parents);
    // Its outbox asks for parents: those that have ended meanwhile count at once. Somebody else does where this fails.
    if (waiting) await store.relay(queue).catch(() => {});
    const places = full && new Set(drafts.flatMap(({ id }, i) => (full.has(id) ? [i] : [])));
    const put = { shown, ...(places ? { full: places } : {}) };
    if (!refused.taken && !refused.repeated && !refused.gone && !waiting && !drafts.some(mayFollow))
      return put;
    const failed = new Map<number, unknown>();
    const others = drafts.map(async (draft, i) => {
      const made = shown[i] as T;
      try {
        return await (answerOf(this.#parts, queue, draft, refused) ?? this.#seen(draft, made));
      } catch (error) {
        failed.set(i, error);
        return made;
      }
    });
    return { ...put, shown: await Promise.all(others), failed };
  }

  /** What waits for others is shown as it stands. */
  #seen(draft: TaskDraft, made: T): T | Promise<T> {
    return draft.parents || mayFollow(draft) ? this.#found(draft.id, made) : made;
  }

  async #found(id: string, made: T): Promise<T> {
    const facts = await this.#parts.store.find(id);
    return facts ? this.#parts.showFound(facts) : made;
  }

  #now(): number | Promise<number> {
    return timeOf(this.#parts.store);
  }

  /** Opens the queue for a task that may be created: a refused one opens nothing. */
  async #openFor(input: TaskInput): Promise<Target<T>> {
    const problem = tooFarAhead(input, await this.#now());
    if (problem) throw refusal('invalid_input', [problem]);
    return this.#target(input.queue);
  }

  async #target(queue: string): Promise<Target<T>> {
    const opening = this.#opening.get(queue) ?? this.#open(queue);
    this.#opening.set(queue, opening);
    try {
      return await opening;
    } finally {
      this.#opening.delete(queue);
    }
  }

  async #open(queue: string): Promise<Target<T>> {
    const code = await this.#parts.store.open(queue);
    const target: Target<T> = { queue, newId: newTaskIds(code), batch: null };
    this.#targets.set(queue, target);
    return target;
  }

  #join(
    target: Target<T>,
    input: TaskInput,
    resolve: (shown: T | Promise<T>) => void,
    reject: (reason: unknown) => void,
  ): void {
    const batch = target.batch ?? this.#begin(target);
    batch.inputs.push(input);
    batch.resolve.push(resolve);
    batch.reject.push(reject);
    if (batch.inputs.length >= SEND_AT) this.#send(target, batch);
  }

  #begin(target: Target<T>): Batch<T> {
    const batch: Batch<T> = { inputs: [], resolve: [], reject: [], cancel: () => {} };
    batch.cancel = after(0, () => this.#send(target, batch));
    target.batch = batch;
    return batch;
  }

  #send(target: Target<T>, batch: Batch<T>): void {
    batch.cancel();
    target.batch = null;
    this.#sending.keep(this.#deliver(target, batch)).catch((error: unknown) => {
      for (const reject of batch.reject) reject(error);
    });
  }

  async #deliver({ queue, newId }: Target<T>, { inputs, resolve, reject }: Batch<T>): Promise<void> {
    const { store, show } = this.#parts;
    const clock = store.clock(queue);
    const at = clock.known ? clock.now() : await store.time(queue);
    const drafts: TaskDraft[] = [];
    const places: number[] = [];
    for (let i = 0; i < inputs.length; i++) {
      const input = inputs[i] as TaskInput;
      const problem = tooFarAhead(input, at);
      if (problem) reject[i]?.(refusal('invalid_input', [problem]));
      else {
        drafts.push(draftOf(input, newId(), at, undefined, onceOf(input)));
        places.push(i);
      }
    }
    const { now, full, ...refused } = await putTasks(store, queue, drafts);
    for (let i = 0; i < drafts.length; i++) {
      const draft = drafts[i] as TaskDraft;
      if (full?.has(draft.id)) {
        reject[places[i] as number]?.(queueFull(queue));
        continue;
      }
      const answer = answerOf(this.#parts, queue, draft, refused);
      const place = places[i] as number;
      resolve[place]?.(answer ?? this.#seen(draft, show(queue, draft, now, inputs[place]?.copy)));
    }
  }
}

const mayFollow = ({ unique }: TaskDraft): boolean => unique?.mode === 'after';
