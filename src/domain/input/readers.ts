/** Small readers of untyped input: each answers a normalised value, or says at which path what must be different. */

import { instantAdvice } from './date-advice.js';
import { DURATION_GRAMMAR, formatDuration, LONGEST_DELAY, parseDuration } from './durations.js';
import { INSTANT_GRAMMAR, parseInstant } from './instants.js';
import { suggestion } from './suggestions.js';

export type Path = (string | number)[];

export interface FieldProblem {
  path: Path;
  detail: string;
  /** The key itself is wrong, not its value. */
  at?: 'key';
}

/** undefined: not valid, and the reason is in `problems`. */
export type Reader<T> = (raw: unknown, path: Path, problems: FieldProblem[]) => T | undefined;

export type Readers = Readonly<Record<string, Reader<unknown>>>;

export type Values<R extends Readers> = { [K in keyof R]?: Exclude<ReturnType<R[K]>, undefined> };

/** A reader from a test that answers the value, or undefined for "must be <what>". */
export function reader<T>(what: string, test: (raw: unknown) => T | undefined): Reader<T> {
  return (raw, path, problems) => {
    const value = test(raw);
    if (value === undefined) problems.push({ path, detail: `must be ${what}` });
    return value;
  };
}

export const text = (longest: number): Reader<string> =>
  reader(`a text of 1 to ${longest} characters`, (raw) =>
    typeof raw === 'string' && raw !== '' && raw.length <= longest ? raw : undefined,
  );

/** A name by its test and its grammar. */
export const named = (test: (raw: unknown) => raw is string, grammar: string): Reader<string> =>
  reader(grammar, (raw) => (test(raw) ? raw : undefined));

export const boolean: Reader<boolean> = reader('true or false', (raw) =>
  typeof raw === 'boolean' ? raw : undefined,
);

export const integer = (min: number, max: number): Reader<number> =>
  reader(`a whole number from ${min} to ${max}`, (raw) =>
    typeof raw === 'number' && Number.isInteger(raw) && raw >= min && raw <= max ? raw : undefined,
  );

export function oneOf<const T extends readonly (string | boolean)[]>(...words: T): Reader<T[number]> {
  return (raw, path, problems) => {
    const value = words.find((word) => word === raw);
    if (value === undefined) {
      const hint = typeof raw === 'string' ? suggestion(raw, words.map(String)) : '';
      problems.push({ path, detail: `must be one of ${words.join(', ')}${hint}` });
    }
    return value;
  };
}

/** Milliseconds from a text such as `10s`. */
export function duration(min: number, max: number = LONGEST_DELAY): Reader<number> {
  return (raw, path, problems) => {
    const value = parseDuration(raw);
    if (value === undefined) problems.push({ path, detail: `must be ${DURATION_GRAMMAR}` });
    else if (value < min) problems.push({ path, detail: `must be at least ${formatDuration(min)}` });
    else if (value > max) problems.push({ path, detail: `must be at most ${formatDuration(max)}` });
    else return value;
    return undefined;
  };
}

export const instant: Reader<number> = (raw, path, problems) => {
  const value = parseInstant(raw);
  if (value !== undefined) return value;
  const advice = instantAdvice(raw);
  problems.push({ path, detail: `must be ${INSTANT_GRAMMAR}${advice === undefined ? '' : `; ${advice}`}` });
  return undefined;
};

/** A list of `shortest` to `longest` items; the valid ones are answered beside the problems of the others. */
export function listOf<T>(item: Reader<T>, longest: number, shortest = 1): Reader<T[]> {
  return (raw, path, problems) => {
    if (!Array.isArray(raw) || raw.length < shortest || raw.length > longest) {
      problems.push({ path, detail: `must be a list of ${shortest} to ${longest} items` });
      return undefined;
    }
    return raw.flatMap((value, index) => item(value, [...path, index], problems) ?? []);
  };
}

/** A record of known keys, each optional; the valid ones are answered beside the problems of the others. */
export function group<R extends Readers>(readers: R): Reader<Values<R>> {
  return (raw, path, problems) => {
    if (!isRecord(raw)) {
      problems.push({ path, detail: 'must be a mapping of keys to values' });
      return undefined;
    }
    const values: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(raw)) {
      if (!Object.hasOwn(readers, key)) {
        const hint = suggestion(key, Object.keys(readers));
        problems.push({ path: [...path, key], detail: `is not a known key${hint}`, at: 'key' });
      } else if (value !== undefined) {
        const read = readers[key]?.(value, [...path, key], problems);
        if (read !== undefined) values[key] = read;
      }
    }
    return values as Values<R>;
  };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Object.prototype of this realm or of another one.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** A JSON pointer (RFC 6901). */
export function pointerOf(path: readonly unknown[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** A whole number written in a query string. */
export const wholeText = (least: number, most: number) =>
  reader(`a whole number from ${least} to ${most}`, (raw) => {
    const number = typeof raw === 'string' && /^\d{1,9}$/.test(raw) ? Number(raw) : Number.NaN;
    return number >= least && number <= most ? number : undefined;
  });
