/** What a task is tied by, as its creation tells Redis (see lua/include/ties.lua): known then, it decides the lane. */

import type { TaskDraft } from '../contract/index.js';

/** '' when nothing must be freed at its end, as with most tasks. */
export function tiesOf({ options }: TaskDraft): string {
  const key = options?.uniqueKey;
  return key === undefined ? '' : `u${Buffer.byteLength(key)}:${key}`;
}

export function isTied({ options }: TaskDraft): boolean {
  return options?.uniqueKey !== undefined;
}
