/** Answers that are remembered: what a call with an idempotency key began, and a task as its call was answered. */

import { canonical } from '../../domain/input/canonical.js';
import { CarillonError } from '../../domain/input/errors.js';
import { payloadText } from '../../domain/task/payload.js';
import type { TaskDraft } from '../../domain/task/task-input.js';
import { shortHash } from '../../runtime/short-hash.js';
import type { TaskFacts } from './reads.js';
import type { RegistryStore } from './registry.js';

/** How long an answer is remembered, ms; of tasks lua/include/asks.lua says the same. */
export const REMEMBERED = 86_400_000;

export function otherBody(): CarillonError {
  return new CarillonError('idempotency_mismatch', 'This idempotency key came with another body before.');
}

/**
 * What is remembered of a call, or `value` from now on. Throws `idempotency_mismatch` where the key came with another
 * body.
 */
export async function rememberedOf(
  store: Pick<RegistryStore, 'remember'>,
  key: string,
  body: unknown,
  value: string,
): Promise<string> {
  const digest = shortHash(canonical(body));
  const stands = await store.remember(shortHash(key), `${digest} ${value}`, REMEMBERED);
  const blank = stands.indexOf(' ');
  if (stands.slice(0, blank) !== digest) throw otherBody();
  return stands.slice(blank + 1);
}

/** A task as it stood when it was made. */
export function madeFacts(
  queue: string,
  { handler, priority, payload, due, createdAt, options = {} }: TaskDraft,
  first: { id: string; createdAt: number },
): TaskFacts {
  const wait = Math.max(0, due - createdAt);
  return {
    ...{ ...first, queue, handler, priority, options, attempt: 0, failures: 0, history: [] },
    payload: payloadText(payload),
    state: wait > 0 ? 'scheduled' : 'ready',
    dueAt: first.createdAt + wait,
  };
}
