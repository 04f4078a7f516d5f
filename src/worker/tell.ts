/** Failed attempts and deaths in the log of their worker: each with what failed, why, and when it runs again. */

import { formatInstant } from '../domain/input/instants.js';
import { mono } from '../runtime/clock.js';
import type { Log } from '../runtime/log.js';
import type { Ending } from './attempt.js';
import type { WorkerParts } from './parts.js';

/** So many lines a second at most; what failed beyond that is counted, and told with the next line. */
const MOST_LINES = 50;
const WINDOW = 1_000;

/** Whoever is told of endings instead of the log; what they throw stays here. */
export function tellsOf({
  log,
  onAttempt,
}: Pick<WorkerParts, 'log' | 'onAttempt'>): (ending: Ending) => void {
  const tell = onAttempt ?? tellFailures(log);
  return (ending) => {
    try {
      tell(ending);
    } catch (error) {
      log.error({ event: 'observer.failed', error: error as Error }, 'onAttempt threw');
    }
  };
}

export function tellFailures(log: Log): (ending: Ending) => void {
  let since = Number.NEGATIVE_INFINITY;
  let lines = 0;
  let untold = 0;
  return (ending) => {
    if (ending.kind !== 'settle') return;
    const { task, record, settlement } = ending;
    if (record.outcome !== 'failed' && record.outcome !== 'timeout') return;
    const now = mono();
    if (now - since >= WINDOW) {
      if (untold > 0)
        log.warn(
          { event: 'task.failed', count: untold },
          `${untold} more attempts failed and are not told one by one`,
        );
      since = now;
      lines = 0;
      untold = 0;
    }
    lines += 1;
    if (lines > MOST_LINES) {
      untold += 1;
      return;
    }
    const { id, handler, queue, attempt } = task;
    const { next } = settlement;
    const why = record.error?.message ?? record.outcome;
    const fields = { task: id, handler, queue, attempt, outcome: record.outcome, error: record.error };
    if (next.to === 'retry') {
      const nextAt = formatInstant(next.due);
      log.warn(
        { event: 'task.failed', ...fields, nextAt },
        `${handler} failed at attempt ${attempt}: ${why}; runs again at ${nextAt}`,
      );
    } else
      log.error(
        { event: 'task.dead', ...fields },
        `${handler} failed at attempt ${attempt} and is dead: ${why}`,
      );
  };
}
