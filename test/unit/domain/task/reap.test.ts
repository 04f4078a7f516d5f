import { describe, expect, test } from 'vitest';
import { errorOfLoss, fatesOfLosses, type Loss, type LossFate } from '../../../../src/domain/task/reap.js';
import { DEFAULT_RETRY } from '../../../../src/domain/task/retry.js';

const retry = { ...DEFAULT_RETRY, maxAttempts: 5, delay: 1_000, jitter: false };
const alone = (loss: Loss, now = 10_000): LossFate | undefined => fatesOfLosses([loss], now, 0.5)[0];

test('the first loss goes to the head of its lane at once', () => {
  expect(alone({ failures: 0, lossesBefore: 0, retry })).toEqual({ next: { to: 'head' }, failure: true });
});

test('a loss after ordinary failures is a first loss too', () => {
  expect(alone({ failures: 3, lossesBefore: 0, retry })?.next).toEqual({ to: 'head' });
});

test('from the second loss in a row the back-off applies, counted by all failures', () => {
  const due = (failures: number) => alone({ failures, lossesBefore: 1, retry })?.next;
  expect(due(1)).toEqual({ to: 'retry', due: 12_000 });
  expect(due(3)).toEqual({ to: 'retry', due: 18_000 });
});

test('a loss is a failure: maxAttempts of them are the end', () => {
  expect(alone({ failures: 4, lossesBefore: 0, retry })).toEqual({ next: { to: 'dead' }, failure: true });
  expect(alone({ failures: 0, lossesBefore: 0, retry: { ...retry, maxAttempts: 1 } })?.next.to).toBe('dead');
  expect(alone({ failures: 4, lossesBefore: 4, retry })?.next.to).toBe('dead');
});

test('a loss after maxElapsed is the end, and so is one whose next attempt would come after it', () => {
  const policy = { ...retry, maxElapsed: 5_000 };
  const next = (lossesBefore: number, firstStartedAt: number) =>
    alone({ failures: 0, lossesBefore, firstStartedAt, retry: policy })?.next.to;
  expect([next(0, 5_000), next(0, 4_999)]).toEqual(['head', 'dead']);
  expect([next(1, 6_000), next(1, 5_999)]).toEqual(['retry', 'dead']);
});

test('without a policy of its own the default one counts', () => {
  expect(alone({ failures: 2, lossesBefore: 0 })?.next).toEqual({ to: 'dead' });
  expect(fatesOfLosses([{ failures: 1, lossesBefore: 1 }], 0, 0)[0]?.next).toEqual({
    to: 'retry',
    due: 10_000,
  });
});

describe('lost together for the second time', () => {
  const suspects = (n: number, failures: number, lossesBefore: number): Loss[] =>
    Array.from({ length: n }, () => ({ failures, lossesBefore, retry }));
  const dues = (fates: readonly LossFate[]) =>
    fates.map(({ next }) => (next.to === 'retry' ? next.due : next.to));

  test('they come back one by one, so that the one that ends its worker is found by itself', () => {
    expect(dues(fatesOfLosses(suspects(4, 1, 1), 10_000, 0.5))).toEqual([12_000, 13_000, 14_000, 15_000]);
  });

  test('after each further loss four times as far apart', () => {
    expect(dues(fatesOfLosses(suspects(3, 2, 2), 10_000, 0.5))).toEqual([14_000, 18_000, 22_000]);
  });

  test('a loss ends none of them, and one that would is not counted', () => {
    const fates = fatesOfLosses(suspects(2, 4, 2), 10_000, 0.5);
    expect(fates.map(({ failure, next }) => [failure, next.to])).toEqual([
      [false, 'retry'],
      [false, 'retry'],
    ]);
  });

  test('but not for ever', () => {
    expect(fatesOfLosses(suspects(2, 4, 9), 10_000, 0.5).map(({ next }) => next.to)).toEqual([
      'dead',
      'dead',
    ]);
  });

  test('neighbours lost for the first time are no suspects: they go ahead at once, and the suspect is alone', () => {
    const fresh: Loss = { failures: 0, lossesBefore: 0, retry };
    const fates = fatesOfLosses([fresh, { failures: 4, lossesBefore: 4, retry }, fresh], 10_000, 0.5);
    expect(dues(fates)).toEqual(['head', 'dead', 'head']);
  });
});

test('each loss says so, and which failure of how many it is', () => {
  const because = "the worker's lease ended before an answer";
  const loss = { failures: 0, lossesBefore: 0 };
  const text = (failure: boolean, more: Partial<Loss> = {}) =>
    errorOfLoss({ ...loss, ...more }, { next: { to: 'head' }, failure }).message;
  expect(text(true)).toBe(`${because} (failure 1 of 3)`);
  expect(text(true, { failures: 4, retry })).toBe(`${because} (failure 5 of 5)`);
  expect(text(false)).toBe(`${because} (not counted: others that were lost before were lost with it)`);
});
