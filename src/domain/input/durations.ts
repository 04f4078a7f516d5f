/** Durations as people write them (`250ms`, `90s`, `1h30m`, `7d`), to and from whole milliseconds. */

const UNITS = [
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

export const DURATION_SHAPE = /^(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;

type Count<Unit extends string> = `${bigint}${Unit}`;
type UpToMs = Count<'ms'>;
type UpToSeconds = UpToMs | Count<'s'> | `${Count<'s'>}${UpToMs}`;
type UpToMinutes = UpToSeconds | Count<'m'> | `${Count<'m'>}${UpToSeconds}`;
type UpToHours = UpToMinutes | Count<'h'> | `${Count<'h'>}${UpToMinutes}`;
type UpToDays = UpToHours | Count<'d'> | `${Count<'d'>}${UpToHours}`;

/** A text such as `250ms`, `90s`, `1h30m` or `7d`: whole numbers with w d h m s ms, in that order, no spaces. */
export type Duration = UpToDays | Count<'w'> | `${Count<'w'>}${UpToDays}` | Computed;

/** What is made of a number when the program runs: its type cannot tell whether that is a whole one. */
type Computed = `${number}ms`;

/** Longer texts cannot be meant; refusing them early keeps hostile input cheap. */
const LONGEST = 64;

/** Ten years of 365 days: nothing is put off for longer, ms. */
export const LONGEST_DELAY = 3_650 * 86_400_000;

/** The same in words, for messages. */
export const LONGEST_DELAY_TEXT = '3650d (10 years)';

/** The grammar in words, for messages. */
export const DURATION_GRAMMAR =
  'a duration such as "250ms", "90s", "1h30m" or "7d" (integers with w d h m s ms, in that order, no spaces)';

/** Milliseconds, or undefined when `text` is no duration. `0ms` is one. */
export function parseDuration(text: unknown): number | undefined {
  if (typeof text !== 'string' || text === '' || text.length > LONGEST) return undefined;
  const match = DURATION_SHAPE.exec(text);
  if (!match) return undefined;
  let total = 0;
  for (const [index, [, size]] of UNITS.entries()) total += Number(match[index + 1] ?? 0) * size;
  return Number.isSafeInteger(total) ? total : undefined;
}

/** The shortest text in d h m s ms; weeks are left out because `14d` reads better beside `1d`. `ms` ≥ 0. */
export function formatDuration(ms: number): string {
  let rest = Math.round(ms);
  if (rest === 0) return '0ms';
  let text = '';
  for (const [unit, size] of UNITS.slice(1)) {
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text;
}
