/** What becomes of a task whose handler threw: a pure decision, the same in every worker. */

import { type Duration, type DurationText, LONGEST_DELAY, parseDuration } from '../input/durations.js';
import { DEFAULT_RETRY, isWithin, type RetryPolicy, retryDelay } from './retry.js';
import type { Outcome } from './task.js';

/** Marks our errors even where a handler module has its own copy of this package. */
const KIND = Symbol.for('carillon.verdict');

/**
 * Thrown by a handler: ends the task at once, dead, whatever its retry policy.
 *
 * @example
 * if (response.status === 404) throw new Fatal('there is no such customer');
 */
export class Fatal extends Error {
  /** Always this word. */
  override readonly name = 'Fatal';
  readonly [KIND] = 'fatal';
}

/** A verdict that names a time; a class as an expression, because only so its constructor can look at literals. */
interface Delayed<Verdict> {
  /** `delay`: a duration such as `10m`. Throws a `RangeError` for what is none, or longer than ten years. */
  new <const Text extends string = Duration>(delay: DurationText<Text>, message?: string): Verdict;
  readonly prototype: Verdict;
}

/** The error that `new RetryAfter(delay, message?)` makes. */
export interface RetryAfter extends Error {
  /** Always this word. */
  readonly name: 'RetryAfter';
  /** ms */
  readonly delay: number;
}
/**
 * Thrown by a handler: this attempt has failed, and the next one starts after `delay` instead of what the retry policy
 * says. The last failure that `maxAttempts` allows is the end all the same. A `delay` that is no duration, or longer than
 * ten years, throws a `RangeError`.
 *
 * @example
 * if (response.status === 429) throw new RetryAfter(`${response.headers.get('retry-after')}s` as string);
 */
export const RetryAfter: Delayed<RetryAfter> = class RetryAfter extends Error {
  override readonly name = 'RetryAfter';
  readonly [KIND] = 'retry';
  readonly delay: number;

  constructor(delay: string, message = `retry after ${delay}`) {
    super(message);
    this.delay = durationOf(delay);
  }
};

/** The error that `new Snooze(delay, message?)` makes. */
export interface Snooze extends Error {
  /** Always this word. */
  readonly name: 'Snooze';
  /** ms */
  readonly delay: number;
}
/**
 * Thrown by a handler: puts its task off by `delay`, without counting a failure. A `delay` that is no duration, or longer
 * than ten years, throws a `RangeError`.
 *
 * @example
 * if (!(await isReady(payload.file))) throw new Snooze('5m');
 */
export const Snooze: Delayed<Snooze> = class Snooze extends Error {
  override readonly name = 'Snooze';
  readonly [KIND] = 'snooze';
  readonly delay: number;

  constructor(delay: string, message = `snoozed for ${delay}`) {
    super(message);
    this.delay = durationOf(delay);
  }
};

function durationOf(text: string): number {
  const delay = parseDuration(text);
  if (delay === undefined || delay > LONGEST_DELAY)
    throw new RangeError(`not a duration of at most 3650d (10 years): ${String(text)}`);
  return delay;
}

/** A handler ran longer than its timeout. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut';
}

/** The task of a running handler was cancelled; the reason of its `ctx.signal`. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';

  constructor(reason?: string) {
    super(reason === undefined ? 'the task was cancelled' : `the task was cancelled: ${reason}`);
  }
}

export interface Verdict {
  outcome: Outcome;
  failure: boolean;
  next: { to: 'retry'; due: number } | { to: 'dead' };
}

interface Wish {
  kind?: 'fatal' | 'retry' | 'snooze' | undefined;
  delay: number;
  timedOut: boolean;
}

const NO_WISH: Wish = { delay: 0, timedOut: false };

/** What a thrown value asks for; one that throws when it is looked at asks for nothing. */
function wishOf(thrown: unknown): Wish {
  try {
    if (typeof thrown !== 'object' || thrown === null) return NO_WISH;
    const { [KIND]: kind, delay } = thrown as { [KIND]?: Wish['kind']; delay?: unknown };
    const known = typeof delay === 'number' && delay >= 0 && delay <= LONGEST_DELAY;
    return { kind, delay: known ? delay : 0, timedOut: thrown instanceof TimedOut };
  } catch {
    return NO_WISH;
  }
}

/** `failures`: before this attempt. Times are Redis time, ms. `random` in [0, 1). */
export function judge(
  thrown: unknown,
  failures: number,
  retry: RetryPolicy | undefined,
  now: number,
  random: number,
  firstStartedAt = now,
): Verdict {
  const policy = retry ?? DEFAULT_RETRY;
  const wish = wishOf(thrown);
  if (wish.kind === 'snooze') {
    return { outcome: 'snoozed', failure: false, next: { to: 'retry', due: now + wish.delay } };
  }
  const outcome = wish.timedOut ? 'timeout' : 'failed';
  if (wish.kind === 'fatal' || failures + 1 >= policy.maxAttempts) {
    return { outcome, failure: true, next: { to: 'dead' } };
  }
  const delay = wish.kind === 'retry' ? wish.delay : retryDelay(policy, failures + 1, random);
  const due = now + delay;
  const next = isWithin(policy, firstStartedAt, due)
    ? { to: 'retry' as const, due }
    : { to: 'dead' as const };
  return { outcome, failure: true, next };
}
