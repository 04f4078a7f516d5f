/** When a schedule runs and by which rules, in words. */

import cronstrue from 'cronstrue';
import type { ScheduleView } from './types.js';

/** Longer ones are shown as they are: describing costs time. */
const DESCRIBED = 120;
const known = new Map<string, string | null>();

/** What an expression says, of one that the API has accepted; null where nobody can say it. */
export function spoken(expression: string): string | null {
  const found = known.get(expression);
  if (found !== undefined) return found;
  let text: string | null = null;
  // H stands for a number that only the schedule's id tells.
  if (expression.length <= DESCRIBED && !/\bH\b/.test(expression)) {
    try {
      text = cronstrue.toString(expression, { use24HourTimeFormat: true, verbose: false });
    } catch {
      text = null;
    }
  }
  if (known.size > 500) known.clear();
  known.set(expression, text);
  return text;
}

const UNITS: readonly (readonly [RegExp, string])[] = [
  [/(\d+)w/, 'week'],
  [/(\d+)d/, 'day'],
  [/(\d+)h/, 'hour'],
  [/(\d+)m(?!s)/, 'minute'],
  [/(\d+)s/, 'second'],
  [/(\d+)ms/, 'millisecond'],
];

/** 90m as 90 minutes, 1h30m as 1 hour 30 minutes. */
export function spelled(duration: string): string {
  const parts = UNITS.flatMap(([pattern, word]) => {
    const count = pattern.exec(duration)?.[1];
    return count === undefined ? [] : [`${count} ${word}${count === '1' ? '' : 's'}`];
  });
  return parts.join(' ') || duration;
}

/** As it is written: what stands in the file. */
export function expressionOf({ cron, every, phase, at }: ScheduleView): string {
  if (cron !== undefined) return [cron].flat().join('  |  ');
  if (every !== undefined) return `every ${every}${phase ? `, phase ${phase}` : ''}`;
  return at === undefined ? '' : `at ${at.replace('.000Z', 'Z')}`;
}

/** What it means; null where the expression is all there is to say. */
export function meaningOf({ cron, every, at }: ScheduleView): string | null {
  if (cron !== undefined) {
    const all = [cron].flat().map(spoken);
    return all.every((text) => text !== null) ? all.join(', and ') : null;
  }
  if (every !== undefined) return `Every ${spelled(every).replace(/^1 (\w+)$/, '$1')}`;
  return at === undefined ? null : 'Once';
}

const OVERLAP: Readonly<Record<string, string>> = {
  skip: 'A run that comes due while the one before is unfinished is skipped.',
  allow: 'Runs may overlap.',
  wait: 'A run waits until the one before it has ended.',
  replace: 'A run that comes due cancels the one before it.',
};

const GAP: Readonly<Record<string, string>> = {
  shift: 'a time that a change of the clocks leaves out runs that much later',
  skip: 'a time that a change of the clocks leaves out does not run',
};

const FOLD: Readonly<Record<string, string>> = {
  first: 'one that comes twice runs the first time',
  second: 'one that comes twice runs the second time',
  both: 'one that comes twice runs both times',
};

function catchUpText({ policy, window, max, perMinute }: ScheduleView['catchUp']): string {
  if (policy === 'none') return 'What was missed stays missed.';
  const within = `of the last ${spelled(window)}`;
  if (policy === 'latest') return `After an outage the latest missed run ${within} is made up for.`;
  const pace = perMinute === undefined ? '' : `, ${perMinute} a minute`;
  return `After an outage missed runs ${within} are made up for, at most ${max}${pace}.`;
}

function retryText({
  maxAttempts,
  backoff,
  delay,
  maxDelay,
  delays,
  maxElapsed,
}: Record<string, unknown>): string {
  if (maxAttempts === 1) return 'One attempt, no retry.';
  const pauses = Array.isArray(delays)
    ? `after ${delays.join(', ')}`
    : backoff === 'fixed'
      ? `${delay} apart`
      : `${backoff} from ${delay} to ${maxDelay}`;
  return `At most ${maxAttempts} attempts, ${pauses}${maxElapsed ? `, within ${maxElapsed}` : ''}.`;
}

/** Each policy by its name, explained in a sentence. */
export function policiesOf(schedule: ScheduleView): [string, string][] {
  const { overlap, catchUp, retry, dst, timeout, expiresIn, jitter, pauseAfter, expect, maxRuns } = schedule;
  const rows: ([string, string] | null)[] = [
    ['Overlap', OVERLAP[overlap] ?? overlap],
    ['Catch-up', catchUpText(catchUp)],
    ['Retry', retryText(retry)],
    timeout ? ['Timeout', `An attempt may take ${spelled(timeout)}.`] : null,
    expiresIn ? ['Expires', `What has not begun after ${spelled(expiresIn)} is cancelled.`] : null,
    jitter ? ['Jitter', `Each run comes up to ${spelled(jitter)} later, always by the same amount.`] : null,
    dst && schedule.timezone !== 'UTC'
      ? ['Clock changes', sentence(`${GAP[dst.gap] ?? dst.gap}; ${FOLD[dst.fold] ?? dst.fold}.`)]
      : null,
    expect ? ['Expects', sentence(`${expectText(expect)}.`)] : null,
    pauseAfter ? ['Pauses itself', `After ${pauseAfter} dead runs in a row.`] : null,
    maxRuns ? ['At most', `${maxRuns} runs.`] : null,
  ];
  return rows.filter((row) => row !== null);
}

const EXPECTED: Readonly<Record<string, string>> = {
  startWithin: 'start within',
  finishWithin: 'end within',
  successWithin: 'a success within',
};

const expectText = (expect: Record<string, string>): string =>
  Object.entries(expect)
    .map(([kind, limit]) => `${EXPECTED[kind] ?? kind} ${spelled(limit)}`)
    .join(', ');

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
