/** One question for `carillon next`, from flags or from a line of JSON: what is wrong with it, or its answer. */

import { instantAdvice } from '../../domain/input/date-advice.js';
import { CarillonError } from '../../domain/input/errors.js';
import { formatInstant, INSTANT_GRAMMAR, parseInstant } from '../../domain/input/instants.js';
import { isScheduleId, NAME_GRAMMAR } from '../../domain/input/names.js';
import { suggestion } from '../../domain/input/suggestions.js';
import type { CronSpec } from '../../domain/schedule/schedule.js';
import type { CompiledSpec } from '../../domain/spec/compile.js';

/** What may be asked beside the expression. */
export interface Settings {
  tz: string;
  /** Milliseconds; undefined: now, whenever it is answered. */
  from: number | undefined;
  count: number;
  gap: CronSpec['gap'];
  fold: CronSpec['fold'];
  id: string | undefined;
}

/** The same as it came in. */
export type RawSettings = { [K in keyof Settings]?: unknown };

/** Answers a compiled spec for an expression and the settings it depends on. Throws what compileSpec throws. */
export type Compile = (expr: string, settings: Settings) => CompiledSpec;

export const USUAL: Settings = {
  tz: 'UTC',
  from: undefined,
  count: 5,
  gap: 'shift',
  fold: 'first',
  id: undefined,
};

export const SETTING_NAMES = Object.keys(USUAL) as (keyof Settings)[];

const LARGEST_COUNT = 100_000;
const LONGEST_ERROR = 460;
const LONGEST_ECHO = 60;

/** Longer than any zone there is: what is longer is not worth a search for what may have been meant. */
const LONGEST_ZONE = 64;

/** Reads what was given over what is usual. `prefix` makes field names flags in messages. */
export function readSettings(given: RawSettings, usual: Settings, prefix: '' | '--'): Settings {
  const { tz, from, count, gap, fold, id } = given;
  return {
    tz: tz === undefined ? usual.tz : readZone(tz, `${prefix}tz`),
    from: from === undefined ? usual.from : readFrom(from, `${prefix}from`),
    count: count === undefined ? usual.count : readCount(count, `${prefix}count`),
    gap: gap === undefined ? usual.gap : readWord(gap, `${prefix}gap`, ['shift', 'skip']),
    fold: fold === undefined ? usual.fold : readWord(fold, `${prefix}fold`, ['first', 'second', 'both']),
    id: id === undefined ? usual.id : readId(id, `${prefix}id`),
  };
}

/** UTC texts, fewer than asked for when the expression ends; throws when there are none at all. */
export function instantsOf(search: CompiledSpec, expr: string, settings: Settings, now: number): string[] {
  const start = settings.from ?? now;
  const instants: string[] = [];
  for (let at = search.next(start); at !== null; at = search.next(at)) {
    instants.push(formatInstant(at));
    if (instants.length === settings.count) return instants;
  }
  if (instants.length > 0) return instants;
  throw new CarillonError(
    'invalid_input',
    `cron expression ${echo(expr)} has no instant after ${formatInstant(start)} (within 100 years, before the year 10000)`,
  );
}

/** A message as one line that fits a terminal, whatever was typed. */
export function oneLine(message: string): string {
  const line = message.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return line.length <= LONGEST_ERROR ? line : `${line.slice(0, LONGEST_ERROR - 1)}…`;
}

/** What was typed, in quotes, cut short when it is long. */
export function echo(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const short = text.length <= LONGEST_ECHO ? text : `${text.slice(0, LONGEST_ECHO - 1)}…`;
  return typeof value === 'string' ? JSON.stringify(short) : short;
}

function readZone(value: unknown, name: string): string {
  if (typeof value === 'string' && value.length <= LONGEST_ZONE) return value;
  throw wrong(name, value, 'an IANA time zone name such as "Europe/Berlin"');
}

function readFrom(value: unknown, name: string): number {
  const instant = typeof value === 'string' ? parseInstant(value) : undefined;
  if (instant !== undefined) return instant;
  const advice = instantAdvice(value);
  throw wrong(name, value, INSTANT_GRAMMAR, advice === undefined ? '' : `; ${advice}`);
}

function readCount(value: unknown, name: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= LARGEST_COUNT) {
    return value;
  }
  throw wrong(name, value, `a whole number from 1 to ${LARGEST_COUNT}`);
}

function readWord<const T extends string>(value: unknown, name: string, words: readonly T[]): T {
  const word = words.find((each) => each === value);
  if (word !== undefined) return word;
  const meant = typeof value === 'string' ? suggestion(value.slice(0, LONGEST_ECHO), words) : '';
  throw wrong(name, value, `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`, meant);
}

function readId(value: unknown, name: string): string {
  if (isScheduleId(value)) return value;
  throw wrong(name, value, `the id of a schedule: ${NAME_GRAMMAR.schedule}`);
}

function wrong(name: string, value: unknown, what: string, advice = ''): CarillonError {
  return new CarillonError('invalid_input', `${name} must be ${what}, not ${echo(value)}${advice}`);
}
