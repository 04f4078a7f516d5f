/** How many endings one call carries. */

import { LARGEST_BODY } from '../domain/input/sizes.js';
import type { AttemptRecord } from '../store/contract/index.js';
import { MOST } from './turn.js';

/** What one call may carry, taken from the front; `waiting` itself when that is all of it. */
export function portion<T extends { record: AttemptRecord }>(waiting: T[]): T[] {
  let bytes = 0;
  let count = 0;
  while (count < waiting.length && count < MOST && bytes < LARGEST_BODY) {
    const record = waiting[count]?.record;
    bytes +=
      (record?.result?.length ?? 0) +
      (record?.error?.message.length ?? 0) +
      (record?.error?.stack?.length ?? 0);
    count += 1;
  }
  return count === waiting.length ? waiting : waiting.splice(0, count);
}
