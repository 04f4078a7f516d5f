/** Takes what was tallied in a queue, as every process that counts does. */

import type { Stage } from './stage.js';

export async function takeTallies({ store, queue }: Stage): Promise<void> {
  for (let taken: string | null = null; ; ) {
    const { batch } = await store.takeTallies(queue, taken);
    if (batch === null) return;
    taken = batch;
  }
}
