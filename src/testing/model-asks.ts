/** What tasks of the model ask for when they are made: unique keys and their modes, answers that are remembered. */

import { payloadText } from '../domain/task/payload.js';
import type { EnqueueReply, TaskDraft } from '../store/contract/index.js';
import { noteMoved } from './model-moved.js';
import type { ModelTask, Partition } from './model-partition.js';
import { takeOut } from './model-places.js';
import { cameDue } from './model-runs.js';

/** How long an answer is remembered, ms. */
const REMEMBERED = 86_400_000;

type Refused = Pick<EnqueueReply, 'taken' | 'repeated' | 'gone'>;
/** Why there is no new task, or which task a new one follows. */
type Answer = { refused: Refused; id: string } | { full: true } | { follows?: ModelTask };

/** `draft` is new: its id is none of the partition's. `full`: nothing is made. */
export function ask(partition: Partition, now: number, draft: TaskDraft, full: boolean): Answer {
  const { once } = draft;
  const known = once && partition.remembered.answers.get(once.key);
  if (known && known.until > now) {
    const { id, createdAt } = known;
    return refused(draft, id, 'repeated', known.body === once.body ? { id, createdAt } : 'differs');
  }
  const answer = tie(partition, now, draft, full);
  if (full && !('refused' in answer)) return { full };
  if (once) {
    const id = 'refused' in answer ? answer.id : draft.id;
    const until = now + REMEMBERED;
    partition.remembered.answers.set(once.key, { id, body: once.body, createdAt: draft.createdAt, until });
  }
  return answer;
}

function refused<N extends keyof Refused>(
  draft: TaskDraft,
  id: string,
  name: N,
  value: NonNullable<Refused[N]> extends ReadonlyMap<string, infer V> ? V : never,
): Answer {
  return { id, refused: { [name]: new Map([[draft.id, value]]) } };
}

function tie(partition: Partition, now: number, draft: TaskDraft, full: boolean): Answer {
  const key = draft.options?.uniqueKey;
  if (key === undefined) return {};
  const mode = draft.unique?.mode ?? 'reject';
  const owner = ownerOf(partition, key);
  if (!owner) return throttled(partition, now, key, draft, full) ?? {};
  const follower = followerOf(partition, key);
  if (mode === 'after' && !follower && owner.place.at === 'held') {
    if (!full) partition.remembered.followers.set(key, draft.id);
    return { follows: owner };
  }
  const meant = mode === 'reject' || mode === 'throttle' ? owner : (follower ?? owner);
  if (mode === 'replace' || mode === 'debounce') replace(partition, now, meant, draft);
  return refused(draft, meant.draft.id, 'taken', meant.draft.id);
}

function followerOf(partition: Partition, key: string): ModelTask | undefined {
  return partition.tasks.get(partition.remembered.followers.get(key) ?? '');
}

/** The unfinished task under a unique key; one that follows it has to wait. */
export function ownerOf(partition: Partition, key: string): ModelTask | undefined {
  for (const task of partition.tasks.values()) {
    const { draft, place } = task;
    if (draft.options?.uniqueKey !== key || place.at === 'finished') continue;
    if (partition.remembered.followers.get(key) !== draft.id) return task;
  }
  return undefined;
}

function throttled(
  partition: Partition,
  now: number,
  key: string,
  draft: TaskDraft,
  full: boolean,
): Answer | undefined {
  const { unique } = draft;
  if (unique?.mode !== 'throttle') return undefined;
  const latest = partition.remembered.throttles.get(key);
  if (latest && latest.until > now && latest.createdAt + unique.for > now) {
    const { id, createdAt, state } = latest;
    if (partition.tasks.has(id)) return refused(draft, id, 'taken', id);
    return refused(draft, id, 'gone', { id, createdAt, state: state ?? 'completed' });
  }
  if (!full)
    partition.remembered.throttles.set(key, { id: draft.id, createdAt: now, until: now + unique.for });
  return undefined;
}

function replace(partition: Partition, now: number, task: ModelTask, asked: TaskDraft): void {
  const { draft, place } = task;
  if (place.at === 'held' || draft.handler !== asked.handler) return;
  const before = Math.max(draft.due, draft.createdAt);
  const most = asked.unique?.mode === 'debounce' ? asked.unique.maxWait : undefined;
  const latest = most === undefined ? Number.POSITIVE_INFINITY : draft.createdAt + most;
  const due = Math.min(Math.max(asked.due, asked.createdAt), latest);
  const { madeBy: maker, ...others } = draft.options ?? {};
  const by = asked.options?.madeBy;
  const payload = payloadText(asked.payload);
  const differs = draft.payload !== payload || before !== Math.max(due, draft.createdAt) || maker !== by;
  draft.payload = payload;
  draft.options = { ...others, ...(by === undefined ? {} : { madeBy: by }) };
  draft.due = due;
  if (task.expires !== undefined) task.expires += Math.max(due, draft.createdAt) - before;
  if (place.at === 'due' && due <= now) cameDue(partition, task, now);
  else if (place.at === 'due') task.place = { at: 'due', due };
  else if (place.at === 'ready' && due > now) {
    takeOut(partition, task);
    task.place = { at: 'due', due };
  }
  if (differs) noteMoved(partition, task);
}

/** Its unique key is free, or its follower's, which goes on. */
export function freeKey(partition: Partition, task: ModelTask, now: number): void {
  const { id, options } = task.draft;
  const key = options?.uniqueKey;
  if (key === undefined || task.place.at !== 'finished') return;
  const latest = partition.remembered.throttles.get(key);
  if (latest?.id === id) latest.state = task.place.state;
  const follower = followerOf(partition, key);
  if (!follower) return;
  if (follower !== task && ownerOf(partition, key)) return;
  partition.remembered.followers.delete(key);
  if (follower.place.at !== 'child') return;
  const awaited = follower.place.awaited.filter((one) => one !== id);
  follower.place = { at: 'child', awaited };
  if (awaited.length > 0) return;
  const { due } = follower.draft;
  follower.place = { at: 'due', due };
  if (due <= now) cameDue(partition, follower, now);
  noteMoved(partition, follower);
}

/** It waits for the end of the task before it, as a child for its parent's. */
export function follow(task: ModelTask, owner: ModelTask): void {
  const others = task.place.at === 'child' ? task.place.awaited : [];
  task.place = { at: 'child', awaited: [...others, owner.draft.id] };
}

/** Adds what one draft was refused for to what others were. */
export function putDown(all: Refused, one: Refused): void {
  for (const [name, refusals] of Object.entries(one)) {
    const before = (all as Record<string, ReadonlyMap<string, unknown>>)[name] ?? [];
    Object.assign(all, { [name]: new Map([...before, ...refusals]) });
  }
}
