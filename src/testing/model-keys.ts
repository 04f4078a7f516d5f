/** Concurrency keys in the model: which may start a task, and whose turn it is. */

import type { ModelTask, Partition } from './model-partition.js';
import { startsLeft } from './model-rates.js';

const keyOf = ({ draft }: ModelTask): string | undefined => draft.options?.concurrencyKey;

/** All keys there are. */
export function keysIn(partition: Partition): string[] {
  const keys = [...partition.tasks.values()].flatMap((task) => keyOf(task) ?? []);
  return [...new Set(keys)].sort();
}

function waitingIn(partition: Partition, lane: string, key: string): ModelTask[] {
  const ids = partition.ready.get(lane) ?? [];
  return ids.flatMap((id) => partition.tasks.get(id) ?? []).filter((task) => keyOf(task) === key);
}

/** Whether one more task of the key may start. */
export function admits(partition: Partition, key: string): boolean {
  const { keyConcurrency = Number.POSITIVE_INFINITY, keyOrder } = partition.settings;
  const running = [...partition.tasks.values()].filter(
    (task) => keyOf(task) === key && task.place.at === 'held',
  );
  const most = keyOrder === 'strict' ? 1 : keyConcurrency;
  return running.length < most && startsLeft(partition, key) > 0;
}

/** Under strict order: the task of the key that is next, while it is ready. */
export function nextOf(partition: Partition, key: string): ModelTask | undefined {
  const ready = [...partition.ready.keys()].flatMap((lane) => waitingIn(partition, lane, key));
  const head = partition.heads.get(key);
  if (head !== undefined) return ready.find(({ draft }) => draft.id === head);
  const order = ({ place }: ModelTask): number => (place.at === 'ready' ? place.order : 0);
  return ready.sort((a, b) => order(a) - order(b))[0];
}

/** Whether what waits in a lane is for the key to start now, as far as its order goes. */
function isItsTurn(partition: Partition, lane: string, key: string): boolean {
  if (partition.settings.keyOrder !== 'strict') return true;
  const next = nextOf(partition, key);
  return next !== undefined && (partition.ready.get(lane) ?? []).includes(next.draft.id);
}

/** Something about this key has changed: where it may start a task and does not stand in the ring, it comes last there. */
export function gate(partition: Partition, key: string | undefined): void {
  if (key === undefined) return;
  for (const lane of partition.ready.keys()) {
    const waits = waitingIn(partition, lane, key).length > 0;
    const ring = partition.rings.get(lane) ?? [];
    const others = ring.filter((one) => one !== key);
    if (!waits) {
      if (others.length < ring.length) partition.rings.set(lane, others);
    } else if (others.length === ring.length && admits(partition, key) && isItsTurn(partition, lane, key)) {
      partition.rings.set(lane, [...ring, key]);
    }
  }
}

/** Whether a claim of this lane is answered with something. */
export function canTake(partition: Partition, lane: string): boolean {
  const ids = partition.ready.get(lane) ?? [];
  return ids.some((id) => {
    const task = partition.tasks.get(id);
    const key = task && keyOf(task);
    return key === undefined || (admits(partition, key) && isItsTurn(partition, lane, key));
  });
}

/** Takes the next task of a lane out of its list, the keys in turn; a key that may start nothing falls out of its turn. */
export function takeFrom(partition: Partition, lane: string): string | undefined {
  const ids = partition.ready.get(lane) ?? [];
  if (!lane.endsWith('key')) return ids.shift();
  const ring = partition.rings.get(lane) ?? [];
  for (let key = ring.shift(); key !== undefined; key = ring.shift()) {
    if (!admits(partition, key)) continue;
    const strict = partition.settings.keyOrder === 'strict';
    const task = strict ? nextOf(partition, key) : waitingIn(partition, lane, key)[0];
    if (!task || !ids.includes(task.draft.id)) {
      gate(partition, key);
      continue;
    }
    const { id } = task.draft;
    ids.splice(ids.indexOf(id), 1);
    if (strict) partition.heads.set(key, id);
    return id;
  }
  return undefined;
}

/** A task is over: its key is held by it no longer. */
export function keyEnded(partition: Partition, task: ModelTask): void {
  const key = keyOf(task);
  if (key !== undefined && partition.heads.get(key) === task.draft.id) partition.heads.delete(key);
  gate(partition, key);
}
