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

/** A text given for a duration: a literal must be one, any other text is looked at when it is used. */
export type DurationText<Text extends string> =
  | Duration
  | (Text & (string extends Text ? unknown : NotADuration<Text>));

/** What the compiler says of a literal that is no duration. */
interface NotADuration<Text> {
  readonly durations: 'are whole numbers with w d h m s ms, in that order, no spaces, such as 90s or 1h30m';
  readonly not: Text;
}

/** `Shape` with any text wherever it has a duration. */
export type AnyText<Shape> = Shape extends Duration
  ? string
  : Shape extends Date
    ? Shape
    : Shape extends object
      ? { [K in keyof Shape]: AnyText<Shape[K]> }
      : Shape;

/**
 * What may be given for `Shape`: a text that is no literal may stand for a duration too. The type is inferred from what
 * is given: `<const Given extends AnyText<Shape>>(given: Written<Given, Shape>)`.
 */
export type Written<Given, Shape> = Shape | (Given & Checked<Given, Shape>);

/** Refuses literals that stand for a duration and are none; adds nothing to anything else. */
type Checked<Given, Shape> = Given extends readonly (infer Item)[]
  ? Shape extends readonly (infer One)[]
    ? readonly CheckedField<Item, One>[]
    : unknown
  : Given extends Date
    ? unknown
    : Given extends object
      ? { [K in keyof Given]: CheckedField<Given[K], ValueOf<Shape, K>> }
      : never;

type CheckedField<Value, Shape> = [Malformed<Value, Shape>] extends [never]
  ? Checked<Extract<Value, object>, Extract<Shape, object>> | Exclude<Value, object>
  : NotADuration<Malformed<Value, Shape>>;

type Malformed<Value, Shape> = Value extends string
  ? string extends Value
    ? never
    : Duration extends Shape
      ? Exclude<Value, Shape>
      : never
  : never;

type ValueOf<Shape, K> = Shape extends unknown ? (K extends keyof Shape ? Shape[K] : never) : never;

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
