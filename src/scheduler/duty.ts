/** What every duty of a scheduler node is given: one queue, the store and the log. */

import type { Log } from '../runtime/log.js';
import type { Store } from '../store/contract/index.js';

export interface DutyContext {
  queue: string;
  store: Store;
  log: Log;
}
