/** The plain forms of a list member: `*`, `a`, `a-b`, each as a range with a step. */

import { notAValue } from './cron-advice.js';
import { DAY_OF_WEEK, type Field, namedValue } from './cron-fields.js';
import { type FieldPart, quoted, refuse, within } from './refusal.js';

/** Every `step`-th value from `low` to `high`, both within the field; 7 is Sunday. */
export interface Progression {
  low: number;
  high: number;
  step: number;
}

const LONGEST_STEP = 9;

export function readPlain(item: FieldPart): Progression {
  const { field } = item;
  const { head, step } = splitStep(item);
  if (head.text === '*') return { low: field.min, high: field.top, step: step ?? 1 };
  if (head.text.includes('-'))
    return { ...readRange(head, (low, high) => wrapped(head, low, high, step ?? 1)), step: step ?? 1 };
  const low = readValue(head);
  if (step === null) return { low, high: low, step: 1 };
  throw refuse(item, `a step needs a range; write ${steppedFrom(head, low, step)}`);
}

/** What stands before the slash, and the step after it; null without one. */
export function splitStep(item: FieldPart): { head: FieldPart; step: number | null } {
  const slash = item.text.indexOf('/');
  if (slash < 0) return { head: item, step: null };
  const head = within(item, 0, item.text.slice(0, slash));
  return { head, step: readStep(within(item, slash + 1, item.text.slice(slash + 1)), head) };
}

function readStep(part: FieldPart, head: FieldPart): number {
  if (part.text === '') throw refuse(part, `a step is missing after "/"; write it as in "*/5"`);
  if (!/^\d+$/.test(part.text)) {
    const bothValues = [head.text, part.text].every((token) => knownValue(part.field, token) !== undefined);
    const advice = bothValues
      ? `write "${head.text}-${part.text}" for a range or "${head.text},${part.text}" for a list`
      : 'write it as in "*/5"';
    throw refuse(part, `a step is one whole number; ${advice}`);
  }
  if (part.text.length > LONGEST_STEP) throw refuse(part, `a step has at most ${LONGEST_STEP} digits`);
  const step = Number(part.text);
  if (step === 0) throw refuse(part, 'a step is at least 1; leave out "/0" for every value');
  return step;
}

/** `a-b`; `backwards` says what to write instead when it does not run upwards. */
export function readRange(
  part: FieldPart,
  backwards: (low: number, high: number) => string,
): { low: number; high: number } {
  const dash = part.text.indexOf('-');
  const from = within(part, 0, dash < 0 ? part.text : part.text.slice(0, dash));
  if (dash < 0) throw refuse(part, `a range is two values, such as "${part.field.min}-${part.field.top}"`);
  const to = within(part, dash + 1, part.text.slice(dash + 1));
  if (from.text === '' && /^\d+$/.test(to.text)) {
    throw refuse(part, `a range has both ends, such as "${part.field.min}-${part.field.top}"`);
  }
  if (to.text.includes('-'))
    throw refuse(part, 'a range has two ends only; write several ranges with commas');
  const low = readValue(from);
  const end = readValue(to);
  // A range that ends in Sunday runs through it: `FRI-SUN`, `5-0`.
  const high = part.field === DAY_OF_WEEK && end === 0 && low > 0 ? 7 : end;
  if (low > high) throw refuse(part, `the range runs backwards; write ${backwards(low, high)}`);
  return { low, high };
}

export function readValue(part: FieldPart): number {
  const value = knownValue(part.field, part.text);
  if (value === undefined) throw refuse(part, notAValue(part.text, part.field));
  return value;
}

/** A number of one or two digits, or a name; undefined when the field has no such value. */
function knownValue(field: Field, token: string): number | undefined {
  if (!/^\d{1,2}$/.test(token)) return namedValue(field, token);
  const value = Number(token);
  return value >= field.min && value <= field.max ? value : undefined;
}

/** The values of a field as text that cron-parser reads: a range with a step, or the values themselves. */
export function plainText(progressions: readonly Progression[], field: Field): string {
  const [only] = progressions;
  if (only !== undefined && progressions.length === 1 && only.high <= field.top) {
    return only.low === only.high ? `${only.low}` : `${only.low}-${only.high}/${only.step}`;
  }
  // The library refuses a value that comes twice, and lists Sunday as both 0 and 7.
  const values = new Set<number>();
  for (const { low, high, step } of progressions) {
    for (let value = low; value <= high; value += step) values.add(value > field.top ? field.min : value);
  }
  return runs([...values].sort((a, b) => a - b)).join(',');
}

/** `1, 2, 3, 5` as `1-3` and `5`. */
function runs(values: readonly number[]): string[] {
  const texts: string[] = [];
  let first = values[0] ?? 0;
  for (const [index, value] of values.entries()) {
    const next = values[index + 1] ?? Number.NaN;
    if (next === value + 1) continue;
    texts.push(first === value ? `${value}` : `${first}-${value}`);
    first = next;
  }
  return texts;
}

/** `0/15` as `"0-59/15" or "*\/15"`. */
function steppedFrom(head: FieldPart, low: number, step: number): string {
  const { field } = head;
  const named = namedValue(field, head.text) !== undefined;
  const range = spelled(field, named, { low, high: Math.max(low, field.top), step });
  return low === field.min ? `"${range}" or "*/${step}"` : `"${range}"`;
}

/** `22-2` as `"22-23,0-2"`: the same values, in ranges that run upwards. */
function wrapped(part: FieldPart, low: number, high: number, step: number): string {
  const { field } = part;
  const bottom = field === DAY_OF_WEEK ? 1 : field.min;
  const next = low + Math.ceil((field.max + 1 - low) / step) * step - (field.max + 1 - bottom);
  const named = namedValue(field, part.text.slice(0, part.text.indexOf('-'))) !== undefined;
  const ranges = [spelled(field, named, { low, high: field.max, step })];
  if (next <= high) ranges.push(spelled(field, named, { low: next, high, step }));
  return quoted(ranges.join(','));
}

function spelled(field: Field, named: boolean, { low, high, step }: Progression): string {
  const word = (value: number): string =>
    (named ? field.names[(value - field.min) % field.names.length] : undefined) ?? `${value}`;
  if (low + step > high) return word(low);
  return `${word(low)}-${word(high)}${step === 1 ? '' : `/${step}`}`;
}
