/** Reads a retry policy as people write it, in schedule files and in API calls alike. */

import {
  boolean,
  duration,
  type FieldProblem,
  group,
  integer,
  listOf,
  oneOf,
  type Path,
  type Values,
} from '../input/readers.js';
import { DEFAULT_RETRY, type RetryPolicy } from './retry.js';

export const RETRY_FIELDS = {
  maxAttempts: integer(1, 1000),
  backoff: oneOf('exponential', 'linear', 'fixed'),
  delay: duration(0),
  maxDelay: duration(0),
  jitter: boolean,
  delays: listOf(duration(0), 100),
};

const readRetryFields = group(RETRY_FIELDS);

/** The policy that `raw` makes of `base`; undefined when there are problems. */
export function readRetry(
  raw: unknown,
  path: Path,
  problems: FieldProblem[],
  base: Readonly<RetryPolicy> = DEFAULT_RETRY,
): RetryPolicy | undefined {
  const before = problems.length;
  const fields = readRetryFields(raw, path, problems);
  if (fields && problems.length === before) return completeRetry(fields, path, problems, base);
  return undefined;
}

/** Fills what is absent; a base delay above an inherited bound raises the bound, as nobody asked for it to be cut. */
export function completeRetry(
  fields: Values<typeof RETRY_FIELDS>,
  path: Path,
  problems: FieldProblem[],
  base: Readonly<RetryPolicy> = DEFAULT_RETRY,
): RetryPolicy | undefined {
  const policy: RetryPolicy = { ...base, ...fields };
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
