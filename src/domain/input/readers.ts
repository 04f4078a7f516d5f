/** Small readers of untyped input: each answers a normalised value, or says at which path what must be different. */

import { instantAdvice } from './date-advice.js';
import { durationAdvice } from './duration-advice.js';
import {
  DURATION_GRAMMAR,
  DURATION_SHAPE,
  type Duration,
  formatDuration,
  LONGEST_DELAY,
  LONGEST_DELAY_TEXT,
  parseDuration,
} from './durations.js';
import type { ErrorCode } from './errors.js';
import { INSTANT_GRAMMAR, parseInstant } from './instants.js';
import { suggestion } from './suggestions.js';

export type Path = (string | number)[];

export interface FieldProblem {
  path: Path;
  detail: string;
  /** The key itself is wrong, not its value. */
  at?: 'key';
  /** Where the answer has a code of its own. */
  code?: ErrorCode;
}

export type JsonSchema = Readonly<Record<string, unknown>>;

/** What a reader says of itself, for OpenAPI, help and docs. */
export interface About {
  /** What it takes, in JSON Schema; absent: anything. */
  readonly schema?: JsonSchema;
  /** What stands for a value in help, as in `--delay <duration>`. */
  readonly word?: string;
  /** What the value is for, one clause. */
  readonly about?: string;
  /** Of the contract, and refused: this release does not act on it. */
  readonly later?: true;
  /** The reader underneath, which reads the same and a call sooner. */
  readonly bare?: Reader<unknown>;
}

/** `Out`: what reading answers; undefined where the value is not valid, and then `problems` has the reason. */
export interface Reader<Out, In = Out> extends About {
  (raw: unknown, path: Path, problems: FieldProblem[]): Out | undefined;
  /** For the compiler alone: what callers in TypeScript may write. */
  readonly takes?: In;
}

export type Readers = Readonly<Record<string, Reader<unknown>>>;

export type Values<R extends Readers> = {
  [K in keyof R as R[K] extends { readonly later: true } ? never : K]?: Exclude<ReturnType<R[K]>, undefined>;
};

/** What callers in TypeScript write for `Values`. */
export type Given<R extends Readers> = {
  [K in keyof R as R[K] extends { readonly later: true } ? never : K]?: Exclude<R[K]['takes'], undefined>;
};

/** Gives a reader what it says of itself. */
export function saying<Out, In = Out>(read: Reader<Out, In>, said: About): Reader<Out, In> {
  return Object.assign(read, said);
}

/** The same reader with what its value is for. */
export function about<Out, In>(read: Reader<Out, In>, sentence: string): Reader<Out, In> {
  const { schema, word = 'value' } = read;
  const same: Reader<Out, In> = (raw, path, problems) => read(raw, path, problems);
  return saying(same, { schema: { ...schema, description: sentence }, word, about: sentence, bare: read });
}

/** A field of the contract that this release does not act on: refused by its name rather than ignored. */
export const later: Reader<never> & { readonly later: true } = Object.assign(
  (_: unknown, path: Path, problems: FieldProblem[]): undefined => {
    problems.push({ path, detail: 'is not supported by this version; leave it out', code: 'unsupported' });
  },
  { later: true } as const,
);

/** A reader from a test that answers the value, or undefined for "must be <what>". */
export function reader<Out, In = Out>(
  what: string,
  test: (raw: unknown) => Out | undefined,
  said: About = {},
): Reader<Out, In> {
  const read: Reader<Out, In> = (raw, path, problems) => {
    const value = test(raw);
    if (value === undefined) problems.push({ path, detail: `must be ${what}` });
    return value;
  };
  return saying(read, said);
}

export const text = (longest: number): Reader<string> =>
  reader(
    `a text of 1 to ${longest} characters`,
    (raw) => (typeof raw === 'string' && raw !== '' && raw.length <= longest ? raw : undefined),
    { schema: { type: 'string', minLength: 1, maxLength: longest }, word: 'text' },
  );

/** A name by its test and its grammar. */
export function named(
  test: (raw: unknown) => raw is string,
  grammar: string,
  pattern?: RegExp,
): Reader<string> {
  /** The latest one that was valid: most calls repeat it. */
  let latest: unknown;
  const read: Reader<string> = (raw, path, problems) => {
    if (raw === latest && typeof raw === 'string') return raw;
    if (!test(raw)) {
      problems.push({ path, detail: `must be ${grammar}` });
      return undefined;
    }
    latest = raw;
    return raw;
  };
  const schema = { type: 'string', ...(pattern ? { pattern: pattern.source } : {}) };
  return saying(read, { schema, word: 'name' });
}

export const boolean: Reader<boolean> = reader(
  'true or false',
  (raw) => (typeof raw === 'boolean' ? raw : undefined),
  { schema: { type: 'boolean' }, word: 'true|false' },
);

export const integer = (min: number, max: number): Reader<number> =>
  reader(
    `a whole number from ${min} to ${max}`,
    (raw) => (typeof raw === 'number' && Number.isInteger(raw) && raw >= min && raw <= max ? raw : undefined),
    { schema: { type: 'integer', minimum: min, maximum: max }, word: 'n' },
  );

export function oneOf<const T extends readonly (string | boolean)[]>(...words: T): Reader<T[number]> {
  const read: Reader<T[number]> = (raw, path, problems) => {
    if (words.includes(raw as T[number])) return raw as T[number];
    const hint = typeof raw === 'string' ? suggestion(raw, words.map(String)) : '';
    problems.push({ path, detail: `must be one of ${words.join(', ')}${hint}` });
    return undefined;
  };
  return saying(read, { schema: { enum: words }, word: 'word' });
}

/** Milliseconds from a text such as `10s`. */
export function duration(min: number, max: number = LONGEST_DELAY): Reader<number, Duration> {
  const read: Reader<number, Duration> = (raw, path, problems) => {
    const value = parseDuration(raw);
    if (value === undefined) {
      const advice = durationAdvice(raw);
      const detail = `must be ${DURATION_GRAMMAR}${advice === undefined ? '' : `; ${advice}`}`;
      problems.push({ path, detail });
    } else if (value < min) problems.push({ path, detail: `must be at least ${formatDuration(min)}` });
    else if (value > max) problems.push({ path, detail: `must be at most ${lengthText(max)}` });
    else return value;
    return undefined;
  };
  const schema = {
    type: 'string',
    pattern: DURATION_SHAPE.source,
    examples: ['250ms', '90s', '1h30m', '7d'],
  };
  return saying(read, { schema, word: 'duration' });
}

const lengthText = (ms: number): string => (ms === LONGEST_DELAY ? LONGEST_DELAY_TEXT : formatDuration(ms));

export const instant: Reader<number, string | Date> = saying(
  (raw, path, problems) => {
    const value = parseInstant(raw);
    if (value !== undefined) return value;
    const advice = instantAdvice(raw);
    const detail = `must be ${INSTANT_GRAMMAR}${advice === undefined ? '' : `; ${advice}`}`;
    problems.push({ path, detail });
    return undefined;
  },
  { schema: { type: 'string', format: 'date-time' }, word: 'time' },
);

/** A list of `shortest` to `longest` items; the valid ones are answered beside the problems of the others. */
export function listOf<Out, In = Out>(
  item: Reader<Out, In>,
  longest: number,
  shortest = 1,
): Reader<Out[], readonly In[]> {
  const read: Reader<Out[], readonly In[]> = (raw, path, problems) => {
    if (!Array.isArray(raw) || raw.length < shortest || raw.length > longest) {
      problems.push({ path, detail: `must be a list of ${shortest} to ${longest} items` });
      return undefined;
    }
    return raw.flatMap((value, index) => item(value, [...path, index], problems) ?? []);
  };
  const items = item.schema ?? {};
  const schema = { type: 'array', items, minItems: shortest, maxItems: longest };
  return saying(read, { schema, word: 'json' });
}

/** A record of known keys, each optional; the valid ones are answered beside the problems of the others. */
export function group<R extends Readers>(readers: R): Reader<Values<R>, Given<R>> {
  const keys = keysOf(readers, 'is not a known key');
  const read: Reader<Values<R>, Given<R>> = (raw, path, problems) => {
    if (isRecord(raw)) return keys(raw, path, problems);
    problems.push({ path, detail: 'must be a mapping of keys to values' });
    return undefined;
  };
  return saying(read, { schema: objectSchema(readers), word: 'json' });
}

/** Where a value stands that is read by itself: what is told of it is put below its key afterwards. */
const HERE: Path = [];

/** The own keys of any object; `unknown` says what a key is that no reader is for. */
export function keysOf<R extends Readers>(
  readers: R,
  unknown: string,
): (raw: object, path: Path, problems: FieldProblem[]) => Values<R> {
  const known = new Map(Object.entries(readers).map(([key, read]) => [key, read.bare ?? read]));
  return (raw, path, problems) => {
    const values: Record<string, unknown> = {};
    for (const key of Object.keys(raw)) {
      const value = (raw as Record<string, unknown>)[key];
      // `undefined` is what TypeScript callers write for "not given"; JSON has none.
      if (value === undefined) continue;
      const read = known.get(key);
      if (read === undefined) {
        const hint = suggestion(key, supported(readers));
        problems.push({ path: [...path, key], detail: unknown + hint, at: 'key' });
        continue;
      }
      const before = problems.length;
      const answer = read(value, HERE, problems);
      if (answer !== undefined) values[key] = answer;
      for (let i = before; i < problems.length; i++) {
        const problem = problems[i] as FieldProblem;
        problem.path = [...path, key, ...problem.path];
      }
    }
    return values as Values<R>;
  };
}

/** The names of what this release acts on. */
export function supported(readers: Readers): string[] {
  return Object.keys(readers).filter((name) => !readers[name]?.later);
}

export function objectSchema(readers: Readers, required: readonly string[] = []): JsonSchema {
  const properties = Object.fromEntries(
    supported(readers).map((name) => [name, readers[name]?.schema ?? {}]),
  );
  const must = required.length > 0 ? { required } : {};
  return { type: 'object', ...must, additionalProperties: false, properties };
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

/** True or false written in a query string. */
export const booleanText: Reader<boolean, 'true' | 'false'> = reader(
  'true or false',
  (raw) => (raw === 'true' || raw === 'false' ? raw === 'true' : undefined),
  { schema: { type: 'boolean' }, word: 'true|false' },
);

/** A whole number written in a query string. */
export const wholeText = (least: number, most: number): Reader<number, string> =>
  reader(
    `a whole number from ${least} to ${most}`,
    (raw) => {
      const number = typeof raw === 'string' && /^\d{1,9}$/.test(raw) ? Number(raw) : Number.NaN;
      return number >= least && number <= most ? number : undefined;
    },
    { schema: { type: 'integer', minimum: least, maximum: most }, word: 'n' },
  );
