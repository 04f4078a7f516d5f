/** The options of a Worker besides its Redis. */

import { isQueueName, NAME_GRAMMAR, processName } from '../domain/input/names.js';
import { duration, integer, type Reader } from '../domain/input/readers.js';
import { type Handlers, handlerProblems } from './handlers.js';

const queues: Reader<readonly string[]> = (raw, path, problems) => {
  if (!Array.isArray(raw) || raw.length === 0) {
    problems.push({ path, detail: "must be a list of queue names such as ['mail'], or ['*'] for all" });
    return undefined;
  }
  raw.forEach((one: unknown, index) => {
    if (one === '*' || isQueueName(one)) return;
    problems.push({ path: [...path, index], detail: `must be ${NAME_GRAMMAR.queue}, or *` });
  });
  return raw as string[];
};

const handlers: Reader<Handlers> = (raw, path, problems) => {
  for (const detail of handlerProblems(raw)) problems.push({ path, detail: `cannot be used: ${detail}` });
  return raw as Handlers;
};

/** Tasks one worker runs at once, at most. */
export const MOST_CONCURRENCY = 10_000;

/** What counts where nobody said otherwise, ms where it is a time. */
export const WORKER_DEFAULTS = {
  /** How long `stop` waits for running handlers before it hands their tasks back. */
  drain: 25_000,
  /** How long a handler that was told to stop has to settle before its attempt is taken back. */
  killAfter: 30_000,
} as const;

export const WORKER = {
  queues,
  concurrency: integer(1, MOST_CONCURRENCY),
  handlers,
  name: processName,
  lease: duration(100, 86_400_000),
  drain: duration(0, 86_400_000),
  killAfter: duration(0, 86_400_000),
};
