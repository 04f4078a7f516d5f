/** Which stretch of rollups is asked for, in which steps: read strictly, with a sensible choice for what is left out. */

import { formatDuration } from '../input/durations.js';
import { formatInstant } from '../input/instants.js';
import type { FieldProblem } from '../input/readers.js';
import { lengthOf, TIERS, type Tier } from './tiers.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Items of one answer. */
export const MOST_POINTS = 2_000;
/** Where nothing is said: how far back, and how many items at most. */
const USUAL_RANGE = DAY;
const USUAL_POINTS = 300;
/** How many items where only their step is said. */
const STEPS_BACK = 60;
/** What is chosen among. */
const STEPS = [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 6 * HOUR, DAY, 7 * DAY];

export interface Asked {
  /** ms. */
  from?: number;
  to?: number;
  step?: number;
}

/** `from` and `to` are whole steps since 1970; what is asked for lies between them. */
export interface Stretch {
  from: number;
  to: number;
  step: number;
  /** Where its cells come from: the coarsest whose cells fit into the step. */
  tier: Tier;
}

/** `now`: Redis time. Problems instead where it cannot be answered. */
export function stretchOf(asked: Asked, now: number): Stretch | FieldProblem[] {
  if (asked.step !== undefined && (asked.step % MINUTE !== 0 || asked.step === 0)) {
    return [{ path: ['step'], detail: 'must be whole minutes, such as 1m, 15m, 1h or 1d' }];
  }
  // What has not begun yet has no counts.
  const end = Math.min(asked.to ?? now, now);
  const begin = asked.from ?? end - (asked.step === undefined ? USUAL_RANGE : STEPS_BACK * asked.step);
  if (begin >= end) return [reversed(asked, end)];
  const step = asked.step ?? usualStep(begin, end, now);
  const from = Math.floor(begin / step) * step;
  // The one under way belongs to what has happened up to now.
  const to = (end === now ? Math.floor(end / step) + 1 : Math.ceil(end / step)) * step;
  const points = (to - from) / step;
  if (points > MOST_POINTS) return [tooMany(points, begin, end, now)];
  const tier = TIERS.findLast((one) => step % lengthOf(one) === 0) as Tier;
  if (begin < now - tier.kept - step) return [tooFine(tier, begin, now)];
  return { from, to, step, tier };
}

function usualStep(from: number, to: number, now: number): number {
  const fits = (step: number): boolean => (to - from) / step <= USUAL_POINTS && isKept(step, from, now);
  return STEPS.find(fits) ?? (STEPS.at(-1) as number);
}

function isKept(step: number, from: number, now: number): boolean {
  const tier = TIERS.findLast((one) => step % lengthOf(one) === 0);
  return tier !== undefined && from >= now - tier.kept - step;
}

function reversed({ to }: Asked, end: number): FieldProblem {
  const until = to === undefined ? 'now' : 'to and now';
  return { path: ['from'], detail: `must be before ${until}, at the latest ${formatInstant(end - 1)}` };
}

function tooFine(tier: Tier, begin: number, now: number): FieldProblem {
  const kept = `${tier.name} are kept for ${formatDuration(tier.kept)}`;
  const coarser = TIERS.find((one) => begin >= now - one.kept - lengthOf(one));
  const advice = coarser ? `ask for a step of whole ${coarser.name}, or` : 'ask';
  return {
    path: [coarser ? 'step' : 'from'],
    detail: `is finer than what is kept: ${kept}; ${advice} from ${formatInstant(now - tier.kept)} on`,
  };
}

function tooMany(points: number, from: number, to: number, now: number): FieldProblem {
  const step = STEPS.find((one) => (to - from) / one <= MOST_POINTS - 1 && isKept(one, from, now));
  const advice = step === undefined ? '' : `, such as ${formatDuration(step)}`;
  return {
    path: ['step'],
    detail: `would give ${points} items, at most ${MOST_POINTS}: ask for a larger step${advice}, or for less time`,
  };
}
