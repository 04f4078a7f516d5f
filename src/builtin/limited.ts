/** How long a built-in handler goes on: as long as its attempt, and no longer than its payload says. */

import { formatDuration } from '../domain/input/durations.js';
import { after } from '../runtime/timers.js';

/** Aborts as the attempt does, or after `ms`, with an error of `what` and that time. `cancel` when all is over. */
export function limited(
  attempt: AbortSignal,
  ms: number,
  what: string,
): { signal: AbortSignal; cancel: () => void } {
  const late = new AbortController();
  const cancel = after(ms, () => late.abort(new Error(`${what} ${formatDuration(ms)}`)));
  return { signal: AbortSignal.any([attempt, late.signal]), cancel };
}
