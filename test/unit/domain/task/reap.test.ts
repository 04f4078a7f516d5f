import { expect, test } from 'vitest';
import { errorOfLoss, fateOfLoss } from '../../../../src/domain/task/reap.js';
import { DEFAULT_RETRY } from '../../../../src/domain/task/retry.js';

const retry = { ...DEFAULT_RETRY, maxAttempts: 5, delay: 1_000, jitter: false };

test('the first loss goes to the head of its lane at once', () => {
  expect(fateOfLoss({ failures: 0, lostBefore: false, retry }, 10_000, 0.5)).toEqual({ to: 'head' });
});

test('a loss after ordinary failures is a first loss too', () => {
  expect(fateOfLoss({ failures: 3, lostBefore: false, retry }, 10_000, 0.5)).toEqual({ to: 'head' });
});

test('from the second loss in a row the back-off applies, counted by all failures', () => {
  const fate = (failures: number) => fateOfLoss({ failures, lostBefore: true, retry }, 10_000, 0.5);
  expect(fate(1)).toEqual({ to: 'retry', due: 12_000 });
  expect(fate(3)).toEqual({ to: 'retry', due: 18_000 });
});

test('a loss is a failure: maxAttempts of them are the end', () => {
  expect(fateOfLoss({ failures: 4, lostBefore: false, retry }, 10_000, 0.5)).toEqual({ to: 'dead' });
  expect(fateOfLoss({ failures: 0, lostBefore: false, retry: { ...retry, maxAttempts: 1 } }, 0, 0)).toEqual({
    to: 'dead',
  });
});

test('without a policy of its own the default one counts', () => {
  expect(fateOfLoss({ failures: 2, lostBefore: false }, 0, 0)).toEqual({ to: 'dead' });
  expect(fateOfLoss({ failures: 1, lostBefore: true }, 0, 0)).toEqual({ to: 'retry', due: 10_000 });
});

test('each loss says so, and which failure of how many it is', () => {
  const because = "the worker's lease ended before an answer";
  expect(errorOfLoss({ failures: 0, lostBefore: false })).toEqual({ message: `${because} (failure 1 of 3)` });
  expect(errorOfLoss({ failures: 4, lostBefore: true, retry })).toEqual({
    message: `${because} (failure 5 of 5)`,
  });
});
