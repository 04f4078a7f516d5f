/** What is wrong with a queue, in the words of its alerts. */

import { useQuery } from '../../core/query.js';
import type { AlertView, Page } from '../../core/types.js';

/** By queue; those of a handler in a queue are the queue's. */
export function useAlerts(): (queue: string) => readonly AlertView[] {
  const { data } = useQuery<Page<AlertView>>('v1/alerts', {
    every: 5_000,
    wakes: ({ type }) => type.startsWith('alert.'),
  });
  return (queue) =>
    (data?.items ?? []).filter(
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
