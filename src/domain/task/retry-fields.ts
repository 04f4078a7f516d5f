/** Reads a retry policy as people write it, in schedule files and in API calls alike. */

import {
  boolean,
  duration,
  type FieldProblem,
  type Given,
  group,
  integer,
  listOf,
  oneOf,
  type Path,
  type Reader,
  saying,
  type Values,
} from '../input/readers.js';
import { DEFAULT_RETRY, type RetryPolicy } from './retry.js';

export const MOST_ATTEMPTS = 1_000;

export const RETRY_FIELDS = {
  /** Failures after which the task is dead; default 3. */
  maxAttempts: integer(1, MOST_ATTEMPTS),
  /** How delays grow from failure to failure; default exponential. */
  backoff: oneOf('exponential', 'linear', 'fixed'),
  /** Before the second attempt; default `10s`. */
  delay: duration(0),
  /** No delay is longer; default `10m`. */
  maxDelay: duration(0),
  /** Spreads a back-off over [½, 1]; default true. */
  jitter: boolean,
  /** Explicit delays by failure; the last one repeats. */
  delays: listOf(duration(0), 100),
  /** Since the first attempt began: what would run again later than this is dead; by default no bound. */
  maxElapsed: duration(1),
};

/** What happens after a failure: a back-off, or explicit `delays`. */
export type RetryOptions = Given<typeof RETRY_FIELDS>;

const readRetryFields = group(RETRY_FIELDS);

/** The whole policy of a task. */
export const taskRetry: Reader<RetryPolicy, RetryOptions> = saying(
  (raw, path, problems) => {
    const before = problems.length;
    const fields = readRetryFields(raw, path, problems);
    return fields && problems.length === before ? completeRetry(fields, path, problems) : undefined;
  },
  { schema: readRetryFields.schema ?? {}, word: 'json' },
);

/** Fills what is absent; a base delay above an inherited bound raises the bound, as nobody asked for it to be cut. */
export function completeRetry(
  fields: Values<typeof RETRY_FIELDS>,
  path: Path,
  problems: FieldProblem[],
): RetryPolicy | undefined {
  const policy: RetryPolicy = { ...DEFAULT_RETRY, ...fields };
  // Whoever lists the delays means each of them to be used.
  if (fields.delays && fields.maxAttempts === undefined) policy.maxAttempts = fields.delays.length + 1;
  if (policy.maxDelay < policy.delay) {
    if (fields.maxDelay !== undefined && fields.delay !== undefined) {
      problems.push({ path: [...path, 'maxDelay'], detail: 'must not be shorter than delay' });
      return undefined;
    }
    if (fields.maxDelay === undefined) policy.maxDelay = policy.delay;
    else policy.delay = policy.maxDelay;
  }
  return policy;
}
