/**
 * Calls that are answered once: with an idempotency key the same call, within 24 h, makes nothing again and is answered
 * as before. Keys are remembered for each API key, and for tasks in each queue.
 */

import { canonical } from '../domain/input/canonical.js';
import { CarillonError } from '../domain/input/errors.js';
import { payloadText } from '../domain/task/payload.js';
import type { TaskDraft, TaskInput } from '../domain/task/task-input.js';
import { shortHash } from '../runtime/short-hash.js';
import type { EnqueueReply, RegistryStore, TaskFacts } from '../store/contract/index.js';
import { madeFacts, otherBody, rememberedOf } from '../store/contract/once.js';

/** Under which key the call for a task is answered, and of which body. */
export function onceOf(input: TaskInput): TaskDraft['once'] {
  if (!input.once) return undefined;
  const { once, trace: _, ...asked } = input;
  const body = once.body ?? canonical({ ...asked, payload: payloadText(asked.payload) });
  return { key: shortHash(once.key), body: shortHash(body) };
}

/** The task of a call made by `caller` (see callerOf), which may give its key beside its body. */
export function askedBy(input: TaskInput, caller: string, key?: string): TaskInput {
  if (key !== undefined && input.once && input.once.key !== key) {
    throw new CarillonError('invalid_input', 'Invalid task: two idempotency keys are given.', [
      {
        pointer: '/idempotencyKey',
        detail: 'is not the key of the Idempotency-Key header; give one of them',
      },
    ]);
  }
  const own = key ?? input.once?.key;
  return own === undefined ? input : { ...input, once: { key: `${caller} ${own}` } };
}

/**
 * The tasks of a batch that has one key: each is made once, also where an earlier call came no further than some of them.
 * Throws `idempotency_mismatch` where the key came with another body.
 */
export async function askedOnce(
  store: Pick<RegistryStore, 'remember'>,
  body: unknown,
  caller: string,
  key: string | undefined,
): Promise<Asked> {
  if (key === undefined) return (input) => askedBy(input, caller);
  const whole = `${caller} batch ${key}`;
  const text = canonical(body);
  await rememberedOf(store, whole, text, '');
  return (input, place) => ({ ...input, once: { key: `${whole} ${place}`, body: text } });
}

/** What is asked for at a place of a batch. */
export type Asked = (input: TaskInput, place: number | 'onComplete') => TaskInput;

/** What callers get to see of a task that was there. */
export interface ShowAnswer<T> {
  store: { find(id: string): Promise<TaskFacts | null> };
  /** Whose unique key is another task's. */
  showTaken: (task: TaskFacts) => T;
  /** Whose call was answered before. */
  showAgain: (task: TaskFacts) => T;
}

type Refusals = Pick<EnqueueReply, 'taken' | 'repeated' | 'gone'>;

/** The answer to a draft that has made no task; undefined: it has. */
export function answerOf<T>(
  parts: ShowAnswer<T>,
  queue: string,
  draft: TaskDraft,
  { taken, repeated, gone }: Refusals,
): Promise<T> | undefined {
  const owner = taken?.get(draft.id);
  if (owner !== undefined) return ownerOf(parts, owner);
  const before = repeated?.get(draft.id);
  if (before === 'differs') return Promise.reject(otherBody());
  if (before) return againOf(parts, queue, draft, before);
  const ended = gone?.get(draft.id);
  if (!ended) return undefined;
  const { handler, priority, options = {} } = draft;
  const told = { queue, handler, priority, options, payload: '', dueAt: ended.createdAt };
  return Promise.resolve(parts.showTaken({ ...told, ...ended, attempt: 0, failures: 0, history: [] }));
}

async function ownerOf<T>({ store, showTaken }: ShowAnswer<T>, owner: string): Promise<T> {
  const facts = await store.find(owner);
  if (facts) return showTaken(facts);
  throw new CarillonError(
    'conflict',
    'The task that had this unique key has just been deleted; send it again.',
  );
}

/** The first task as it stands; one that was deleted since, as it was made: the body is the same. */
async function againOf<T>(
  { store, showAgain }: ShowAnswer<T>,
  queue: string,
  draft: TaskDraft,
  first: { id: string; createdAt: number },
): Promise<T> {
  return showAgain((await store.find(first.id)) ?? madeFacts(queue, draft, first));
}
