/** What becomes of a task whose handler threw, by what the thrown value asks for. */

import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { Fatal, judge, RetryAfter, Snooze, TimedOut } from '../../../../src/domain/task/judge.js';
import { DEFAULT_RETRY, type RetryPolicy } from '../../../../src/domain/task/retry.js';

const NOW = 1_000_000;
const retry: RetryPolicy = {
  ...DEFAULT_RETRY,
  maxAttempts: 3,
  backoff: 'fixed',
  delay: 5_000,
  jitter: false,
};
const verdict = (thrown: unknown, failures = 0, policy: RetryPolicy | undefined = retry) =>
  judge(thrown, failures, policy, NOW, 0.5);
const throwing = (): never => {
  throw new Error('looked at');
};

describe('judge', () => {
  test('an error is a failure, and the task runs again after the delay of the policy', () => {
    expect(verdict(new Error('no'))).toEqual({
      outcome: 'failed',
      failure: true,
      next: { to: 'retry', due: NOW + 5_000 },
    });
  });

  test('the delay grows with the failures before, and is spread by the random number', () => {
    const growing: RetryPolicy = { ...retry, backoff: 'exponential', maxAttempts: 10 };
    expect(verdict(new Error('no'), 2, growing).next).toEqual({ to: 'retry', due: NOW + 20_000 });
    const spread: RetryPolicy = { ...growing, jitter: true };
    expect(verdict(new Error('no'), 2, spread).next).toEqual({ to: 'retry', due: NOW + 15_000 });
  });

  test('without a policy of its own the default one counts', () => {
    expect(judge(new Error('no'), 0, undefined, NOW, 0)).toEqual({
      outcome: 'failed',
      failure: true,
      next: { to: 'retry', due: NOW + DEFAULT_RETRY.delay / 2 },
    });
    const last = DEFAULT_RETRY.maxAttempts - 1;
    expect(judge(new Error('no'), last, undefined, NOW, 0).next).toEqual({ to: 'dead' });
  });

  test('the last of maxAttempts failures is the end', () => {
    expect(verdict(new Error('no'), 1).next.to).toBe('retry');
    expect(verdict(new Error('no'), 2)).toEqual({ outcome: 'failed', failure: true, next: { to: 'dead' } });
    expect(verdict(new Error('no'), 7).next.to).toBe('dead');
  });

  test('what would run again later than maxElapsed after its first start is dead; a snooze is not asked', () => {
    const policy = { ...retry, maxElapsed: 60_000 };
    const late = (elapsed: number, thrown: unknown = new Error('no')) =>
      judge(thrown, 0, policy, NOW, 0.5, NOW - elapsed).next;
    expect(late(55_000)).toEqual({ to: 'retry', due: NOW + 5_000 });
    expect(late(55_001)).toEqual({ to: 'dead' });
    expect(late(0, new RetryAfter('61s'))).toEqual({ to: 'dead' });
    expect(late(0, new RetryAfter('60s'))).toEqual({ to: 'retry', due: NOW + 60_000 });
    expect(late(99_000, new Snooze('1h'))).toEqual({ to: 'retry', due: NOW + 3_600_000 });
  });

  test('running too long is a failure with an outcome of its own', () => {
    expect(verdict(new TimedOut('ran longer than 5s'))).toEqual({
      outcome: 'timeout',
      failure: true,
      next: { to: 'retry', due: NOW + 5_000 },
    });
    expect(verdict(new TimedOut('ran longer than 5s'), 2).next).toEqual({ to: 'dead' });
  });

  test('Fatal is the end at once', () => {
    expect(verdict(new Fatal('never'))).toEqual({ outcome: 'failed', failure: true, next: { to: 'dead' } });
  });

  test('RetryAfter chooses the delay, and still counts', () => {
    expect(verdict(new RetryAfter('10m'))).toEqual({
      outcome: 'failed',
      failure: true,
      next: { to: 'retry', due: NOW + 600_000 },
    });
    expect(verdict(new RetryAfter('10m'), 2).next).toEqual({ to: 'dead' });
    expect(verdict(new RetryAfter('0ms')).next).toEqual({ to: 'retry', due: NOW });
  });

  test('Snooze puts it off without a failure, as often as it likes', () => {
    const put = { outcome: 'snoozed', failure: false, next: { to: 'retry', due: NOW + 60_000 } };
    expect(verdict(new Snooze('1m'))).toEqual(put);
    expect(verdict(new Snooze('1m'), 1_000)).toEqual(put);
  });

  test('the wishes of an error of another realm count as well', () => {
    const foreign = runInNewContext(
      "Object.assign(new Error('no'), { [Symbol.for('carillon.verdict')]: 'fatal' })",
    );
    expect(foreign instanceof Error).toBe(false);
    expect(verdict(foreign).next).toEqual({ to: 'dead' });
  });

  test('the wishes of another copy of this package count as well', () => {
    const kind = Symbol.for('carillon.verdict');
    const wish = (fields: object) => Object.assign(new Error('from elsewhere'), fields);
    expect(verdict(wish({ [kind]: 'fatal' })).next).toEqual({ to: 'dead' });
    expect(verdict(wish({ [kind]: 'retry', delay: 7 })).next).toEqual({ to: 'retry', due: NOW + 7 });
    for (const delay of [Number.NaN, -1, Number.POSITIVE_INFINITY, 1e15, '10m', null]) {
      expect(verdict(wish({ [kind]: 'snooze', delay })).next).toEqual({ to: 'retry', due: NOW });
    }
    expect(verdict(wish({ [kind]: 'retry' })).next).toEqual({ to: 'retry', due: NOW });
    expect(verdict(wish({ [kind]: 'snooze', delay: 7 })).next).toEqual({ to: 'retry', due: NOW + 7 });
    expect(verdict(wish({ [kind]: 'snooze' }))).toMatchObject({ failure: false, next: { due: NOW } });
    expect(verdict(wish({ [kind]: 'something new' })).next.to).toBe('retry');
  });

  test.each([undefined, null, 0, '', 'text', Symbol('s'), {}, [], () => 1, { message: 'like an error' }])(
    'a thrown %o that is no Error is an ordinary failure',
    (thrown) => {
      expect(verdict(thrown)).toEqual({
        outcome: 'failed',
        failure: true,
        next: { to: 'retry', due: NOW + 5_000 },
      });
    },
  );

  test('a value that throws when it is looked at is an ordinary failure too', () => {
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const trap = new Error('with a trap');
    Object.defineProperty(trap, Symbol.for('carillon.verdict'), { get: throwing });
    for (const thrown of [revoked.proxy, trap]) {
      expect(verdict(thrown)).toMatchObject({ outcome: 'failed', failure: true, next: { to: 'retry' } });
    }
  });
});

describe('the errors handlers throw', () => {
  test('have a name, a message, and one of their own when told', () => {
    expect(new Fatal('never')).toMatchObject({ name: 'Fatal', message: 'never' });
    expect(new RetryAfter('10m')).toMatchObject({
      name: 'RetryAfter',
      message: 'retry after 10m',
      delay: 600_000,
    });
    expect(new RetryAfter('10m', 'busy')).toMatchObject({ message: 'busy' });
    expect(new Snooze('1h')).toMatchObject({ name: 'Snooze', message: 'snoozed for 1h', delay: 3_600_000 });
    expect(new Snooze('1h', 'too early')).toMatchObject({ message: 'too early' });
    expect(new TimedOut('long')).toMatchObject({ name: 'TimedOut', message: 'long' });
    for (const error of [new Fatal(''), new RetryAfter('1s'), new Snooze('1s'), new TimedOut('')]) {
      expect(error).toBeInstanceOf(Error);
    }
  });

  test.each(['soon', '', '4000d', '-1s', 600_000 as never, undefined as never, Symbol('1s') as never])(
    'refuse %o as a delay where they are made',
    (delay) => {
      expect(() => new RetryAfter(delay, 'message')).toThrow(RangeError);
      expect(() => new Snooze(delay, 'message')).toThrow('not a duration of at most 3650d');
    },
  );
});
