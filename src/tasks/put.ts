/** Puts tasks on the road, and tells those who count. */

import type { EnqueueReply, Store, TaskDraft } from '../store/contract/index.js';

/** What became of requests for one queue; `full`: the places of those that it had no room for. */
export interface Put<T> {
  shown: T[];
  full?: ReadonlySet<number>;
  failed?: ReadonlyMap<number, unknown>;
}

export type PutStore = Pick<Store, 'enqueue' | 'observed'>;

export async function putTasks(
  store: PutStore,
  queue: string,
  drafts: readonly TaskDraft[],
): Promise<EnqueueReply> {
  const reply = await store.enqueue(queue, drafts);
  const { taken, full, repeated, gone } = reply;
  const whole = !taken && !full && !repeated && !gone;
  const isNew = ({ id }: TaskDraft): boolean =>
    !(taken?.has(id) || full?.has(id) || repeated?.has(id) || gone?.has(id));
  // Those of one handler mostly stand together.
  let handler = '';
  let count = 0;
  for (const draft of drafts) {
    if (!whole && !isNew(draft)) continue;
    if (draft.handler !== handler) {
      if (count > 0) store.observed.tasksMade(queue, handler, count);
      handler = draft.handler;
      count = 0;
    }
    count += 1;
  }
  if (count > 0) store.observed.tasksMade(queue, handler, count);
  return reply;
}
