/** Everything that waits in the outboxes of these queues is delivered, and what comes of it as well. */

import type { Store } from '../../../src/store/contract/index.js';

export async function drained(store: Store, queues: readonly string[]): Promise<void> {
  for (let some = true; some; ) {
    some = false;
    for (const queue of queues) if ((await store.relay(queue)).delivered > 0) some = true;
  }
}
