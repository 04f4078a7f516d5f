/** A queue with three tasks in every state. */

import { LONG, type Stage } from './stage.js';

/** Three tasks in every state, by state, in the order they got there. */
export async function populate(stage: Stage): Promise<Record<string, string[]>> {
  const { store, start } = stage;
  const ids: Record<string, string[]> = {};
  const end = async (state: string, to: 'completed' | 'dead' | 'cancelled' | 'retry') => {
    const names = [1, 2, 3].map((n) => `${state}${n}`);
    ids[state] = await stage.put(names);
    for (const n of [1, 2, 3]) {
      const task = await stage.take('w');
      const finishedAt = await store.time();
      if (to === 'completed') await stage.complete('w', [stage.completion(task, 'w', { finishedAt })]);
      else {
        const next = to === 'retry' ? { to, due: start + LONG - n } : { to };
        await store.settle('main', 'w', [stage.settlement(task, 'w', next, { finishedAt })]);
      }
      await stage.elapse(2);
    }
  };
  await end('completed', 'completed');
  await end('dead', 'dead');
  await end('cancelled', 'cancelled');
  await end('retrying', 'retry');
  ids['running'] = await stage.put(['r1', 'r2', 'r3']);
  await stage.claim('w');
  ids['ready'] = await stage.put(['a1', 'a2', 'a3']);
  for (const n of [2, 3, 1]) await stage.put([`s${n}`], { due: start + LONG + n });
  ids['scheduled'] = [1, 2, 3].map((n) => stage.id(`s${n}`));
  return ids;
}
