/** How long finished tasks of a queue are kept, as it is set and shown: ages are durations. */

import { type Duration, formatDuration } from '../domain/input/durations.js';
import { duration, group, integer, type Reader } from '../domain/input/readers.js';
import { KEPT_STATES, type QueueRetention } from '../domain/task/retention.js';

const kept = group({ count: integer(0, 100_000_000), age: duration(0) });

/** As callers write it. */
export type RetentionSetting = {
  [state in (typeof KEPT_STATES)[number]]?: { count?: number; age?: Duration };
};

export const retentionSetting = group({
  completed: kept,
  cancelled: kept,
  dead: kept,
}) as Reader<QueueRetention, RetentionSetting>;

export function retentionView(retention: QueueRetention): RetentionSetting {
  const states = KEPT_STATES.flatMap((state) => {
    const one = retention[state];
    if (!one) return [];
    const { count, age } = one;
    const shown = {
      ...(count === undefined ? {} : { count }),
      ...(age === undefined ? {} : { age: formatDuration(age) }),
    };
    return [[state, shown]];
  });
  return Object.fromEntries(states) as RetentionSetting;
}
