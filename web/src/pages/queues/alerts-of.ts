/** What is wrong with a queue, in the words of its alerts. */

import { type AlertShown, useAlerts } from '../../core/alerts.js';

/** By queue; those of a handler in a queue are the queue's. */
export function useQueueAlerts(): (queue: string) => readonly AlertShown[] {
  const all = useAlerts() ?? [];
  return (queue) =>
    all.filter(
      ({ kind, subject }) => QUEUE_KINDS.has(kind) && (subject === queue || subject.startsWith(`${queue}/`)),
    );
}

const QUEUE_KINDS = new Set(['noWorker', 'queuePaused', 'limitFull', 'rateClosed', 'backlog', 'deadBurst']);

/** Each in two words, for a row. */
export const IN_SHORT: Readonly<Record<string, string>> = {
  noWorker: 'no worker',
  limitFull: 'limit full',
  rateClosed: 'rate closed',
  backlog: 'backlog grows',
  deadBurst: 'tasks die',
};
