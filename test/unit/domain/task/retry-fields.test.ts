/** A retry policy as people write it: the whole policy it comes to, or what is wrong with it. */

import { expect, test } from 'vitest';
import type { FieldProblem } from '../../../../src/domain/input/readers.js';
import { DEFAULT_RETRY } from '../../../../src/domain/task/retry.js';
import { taskRetry } from '../../../../src/domain/task/retry-fields.js';

function read(raw: unknown): unknown {
  const problems: FieldProblem[] = [];
  const policy = taskRetry(raw, ['retry'], problems);
  return policy ?? problems.map(({ path }) => path.join('.'));
}

test.each([
  [{}, {}],
  [{ maxAttempts: 2 }, { maxAttempts: 2 }],
  [{ delay: '1h' }, { delay: 3_600_000, maxDelay: 3_600_000 }],
  [{ maxDelay: '1s' }, { delay: 1_000, maxDelay: 1_000 }],
  [
    { delays: ['1s', '1m'], maxAttempts: 9 },
    { delays: [1_000, 60_000], maxAttempts: 9 },
  ],
  [{ delays: ['1s', '1m', '1h'] }, { delays: [1_000, 60_000, 3_600_000], maxAttempts: 4 }],
])('%j comes to the defaults and %j', (raw, policy) => {
  expect(read(raw)).toEqual({ ...DEFAULT_RETRY, ...policy });
});

test.each([
  [{ maxAttempts: 1001, jitter: 1 }, ['retry.maxAttempts', 'retry.jitter']],
  [{ delay: '10m', maxDelay: '1m' }, ['retry.maxDelay']],
  [{ delays: [] }, ['retry.delays']],
  [{ delays: ['1s', 'soon'] }, ['retry.delays.1']],
])('%j is refused at %j', (raw, places) => {
  expect(read(raw)).toEqual(places);
});
