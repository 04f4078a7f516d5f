/** What a task asks for when it is made, as lua/include/asks.lua reads it. */

import type { TaskState } from '../../domain/task/task.js';
import type { EnqueueReply, TaskDraft } from '../contract/index.js';

/** '' for nothing, as with most tasks. */
export function asksOf({ unique, once, options, due, createdAt }: TaskDraft): string {
  if (!unique && !once && options?.expiresIn === undefined) return '';
  const words: string[] = [];
  if (options?.expiresIn !== undefined) words.push(`x${Math.max(due, createdAt) + options.expiresIn}`);
  if (once) words.push(`i${once.key}:${once.body}`);
  if (unique?.mode === 'replace') words.push('p');
  if (unique?.mode === 'debounce') words.push(`d${unique.maxWait ?? ''}`);
  if (unique?.mode === 'throttle') words.push(`t${unique.for}`);
  if (unique?.mode === 'after') words.push('a');
  return words.join(' ');
}

const STATES: Readonly<Record<string, TaskState>> = { c: 'completed', d: 'dead', x: 'cancelled' };

/** Puts down why a draft has made no task, as the script says it. */
export function refuse(reply: Refusals, id: string, text: string): void {
  const [word = '', first = '', ...more] = text.split(' ');
  if (text === '') reply.full.add(id);
  else if (word === 'differs') reply.repeated.set(id, 'differs');
  else if (word === 'again') reply.repeated.set(id, { id: first, createdAt: Number(more[0]) });
  else if (word === 'gone') {
    reply.gone.set(id, {
      id: first,
      state: STATES[more[0] ?? ''] ?? 'completed',
      createdAt: Number(more[1]),
    });
  } else reply.taken.set(id, word);
}

type Refused = Pick<EnqueueReply, 'taken' | 'full' | 'repeated' | 'gone'>;
type Changing<T> =
  T extends ReadonlyMap<infer K, infer V> ? Map<K, V> : T extends ReadonlySet<infer V> ? Set<V> : never;
export type Refusals = { [name in keyof Refused]-?: Changing<Exclude<Refused[name], undefined>> };

export function noRefusals(): Refusals {
  return { taken: new Map(), full: new Set(), repeated: new Map(), gone: new Map() };
}

/** Those that there are. */
export function refusalsOf(all: Refusals): Refused {
  return {
    ...(all.taken.size > 0 ? { taken: all.taken } : {}),
    ...(all.full.size > 0 ? { full: all.full } : {}),
    ...(all.repeated.size > 0 ? { repeated: all.repeated } : {}),
    ...(all.gone.size > 0 ? { gone: all.gone } : {}),
  };
}
