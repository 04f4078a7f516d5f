/** Rounds A B A B …, and the table row that comes of them. */

import { median, show } from './stats.mjs';

/** Every round measures each side once, one after the other, so that both meet the same weather. */
export async function interleave({ rounds, sides }, measure) {
  const samples = Object.fromEntries(['carillon', 'bullmq', ...sides].map((side) => [side, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const side of sides) {
      const sample = await measure(side, round);
      process.stderr.write(`  round ${round + 1}/${rounds} ${side.padEnd(8)} ${brief(sample)}\n`);
      samples[side].push(sample);
    }
  }
  return samples;
}

function brief(sample) {
  return Object.entries(sample)
    .filter(([, value]) => typeof value === 'number')
    .map(([name, value]) => `${name} ${show(value)}`)
    .join('  ');
}

const RATIOS = {
  higher: (our, their) => our / their,
  lower: (our, their) => their / our,
  neither: () => Number.NaN,
};

/**
 * One row: medians of both sides, and how many times better Carillon's is. `atLeast` is a target for that
 * ratio, `atMost` one for Carillon's own value. The spread is the worst and best ratio of a single round.
 */
export function row(samples, { label, field, unit, better, atLeast, atMost }) {
  const values = (side) => samples[side].map((sample) => sample[field]);
  const [ours, theirs] = [values('carillon'), values('bullmq')];
  const times = (our, their) => RATIOS[better](our, their);
  const ratio = times(median(ours), median(theirs));
  const each = ours.map((our, round) => times(our, theirs[round])).filter(Number.isFinite);
  const target = atLeast === undefined ? atMost : atLeast;
  const judged = atLeast === undefined ? median(ours) : ratio;
  return {
    label,
    unit,
    carillon: median(ours),
    bullmq: median(theirs),
    ...(samples.before ? { before: median(values('before')) } : {}),
    ratio,
    spread: [Math.min(...each), Math.max(...each)],
    target: target === undefined ? '' : atLeast === undefined ? `≤ ${atMost} ${unit}` : `≥ ${atLeast} ×`,
    met:
      target === undefined || Number.isNaN(judged)
        ? null
        : atLeast === undefined
          ? judged <= target
          : judged >= target,
  };
}

/** Makes rows of Carillon's own figures: the median of the rounds, and where there is one, what it is to be at most. */
export function ownRows(samples) {
  return (label, field, unit, atMost) => {
    const values = samples.map((one) => one[field]);
    const ours = median(values);
    const met = atMost === undefined ? null : ours <= atMost;
    const target = atMost === undefined ? '' : `≤ ${atMost} ${unit}`;
    return { label, unit, carillon: ours, spread: [Math.min(...values), Math.max(...values)], target, met };
  };
}
