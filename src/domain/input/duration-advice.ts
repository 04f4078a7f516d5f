/** What to write in place of a text that was meant as a duration: `5 minutes`, `1.5h`, `PT5M`, a bare number. */

import { formatDuration } from './durations.js';

const UNITS: readonly (readonly [RegExp, number])[] = [
  [/^(?:ms|millis(?:econds?)?|milliseconds?)$/, 1],
  [/^(?:s|secs?|seconds?)$/, 1_000],
  [/^(?:m|mins?|minutes?)$/, 60_000],
  [/^(?:h|hrs?|hours?)$/, 3_600_000],
  [/^(?:d|days?)$/, 86_400_000],
  [/^(?:w|wks?|weeks?)$/, 604_800_000],
];

/** undefined: nobody can tell what was meant. */
export function durationAdvice(raw: unknown): string | undefined {
  if (typeof raw === 'number' || (typeof raw === 'string' && /^\d+$/.test(raw))) {
    return Number(raw) > 0 ? `say the unit: "${raw}s" or "${raw}ms"` : 'write "0ms"';
  }
  if (typeof raw !== 'string' || raw.length > 64) return undefined;
  const text = raw
    .trim()
    .toLowerCase()
    .replace(/^p(?:(\d+d))?t?(?=[\d.])/, '$1 ');
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/g)];
  const rest = text.replace(/(\d+(?:\.\d+)?)\s*([a-z]+)/g, '').replace(/\band\b|[\s,]/g, '');
  if (parts.length === 0 || rest !== '') return undefined;
  let total = 0;
  for (const [, count, word = ''] of parts) {
    const size = UNITS.find(([unit]) => unit.test(word))?.[1];
    if (size === undefined) return undefined;
    total += Number(count) * size;
  }
  return Number.isSafeInteger(Math.round(total)) ? `write "${formatDuration(total)}"` : undefined;
}
