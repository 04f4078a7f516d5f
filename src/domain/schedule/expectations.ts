/**
 * What is expected of a schedule's runs, counted from the due time of each: that it starts, ends, succeeds within a
 * limit. The latest instant that can be judged decides; no run at all is a run that did not start. Pure.
 */

export const EXPECTATION_KINDS = ['startWithin', 'finishWithin', 'successWithin'] as const;

export type ExpectationKind = (typeof EXPECTATION_KINDS)[number];

/** Limits in ms. */
export type Expect = { [kind in ExpectationKind]?: number };

/** Whether somebody has to look how its runs go. */
export function isWatched({
  expect,
  heartbeat,
  pauseAfter,
}: {
  expect?: Expect;
  heartbeat?: string;
  pauseAfter?: number;
}): boolean {
  return expect !== undefined || heartbeat !== undefined || pauseAfter !== undefined;
}

/** One instant of a schedule that was to run, and how far it came. Times in ms. */
export interface Expected {
  nominal: number;
  due: number;
  startedAt?: number;
  /** It completed, died or was cancelled. */
  finishedAt?: number;
  succeeded?: boolean;
  died?: boolean;
  /** Its task is deleted, or was cancelled before it began: nothing can be said of it. */
  untold?: boolean;
}

export interface Expectation {
  kind: ExpectationKind;
  limit: number;
  state: 'ok' | 'missed';
  /** When the limit of the first instant passed that missed it, and that instant; those behind it missed it too. */
  since?: number;
  nominal?: number;
}

/** `latest`: the latest instant first. */
export function judgeExpectations(expect: Expect, latest: readonly Expected[], now: number): Expectation[] {
  return EXPECTATION_KINDS.flatMap((kind) => {
    const limit = expect[kind];
    return limit === undefined ? [] : [judged(kind, limit, latest, now)];
  });
}

/** From when on another answer may come of what is known now: the next limit that passes; null: none is running. */
export function nextLimit(expect: Expect, latest: readonly Expected[], now: number): number | null {
  const limits = EXPECTATION_KINDS.flatMap((kind) => {
    const limit = expect[kind];
    if (limit === undefined) return [];
    return latest.flatMap((one) => (verdict(kind, limit, one, now) === 'open' ? one.due + limit : []));
  });
  return limits.length === 0 ? null : Math.min(...limits) + 1;
}

function judged(kind: ExpectationKind, limit: number, latest: readonly Expected[], now: number): Expectation {
  let first: Expected | undefined;
  for (const one of latest) {
    const word = verdict(kind, limit, one, now);
    if (word === 'met') break;
    if (word === 'missed') first = one;
  }
  if (!first) return { kind, limit, state: 'ok' };
  return { kind, limit, state: 'missed', since: first.due + limit, nominal: first.nominal };
}

/** `open`: its limit has not passed, and it may still be met. */
function verdict(
  kind: ExpectationKind,
  limit: number,
  one: Expected,
  now: number,
): 'met' | 'missed' | 'open' | 'untold' {
  if (one.untold) return 'untold';
  const at = reachedAt(kind, one);
  const deadline = one.due + limit;
  if (at !== undefined) return at <= deadline ? 'met' : 'missed';
  return now <= deadline ? 'open' : 'missed';
}

function reachedAt(
  kind: ExpectationKind,
  { startedAt, finishedAt, succeeded }: Expected,
): number | undefined {
  switch (kind) {
    case 'startWithin':
      return startedAt;
    case 'finishWithin':
      return finishedAt;
    case 'successWithin':
      return succeeded ? finishedAt : undefined;
  }
}
