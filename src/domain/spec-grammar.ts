/** Which cron texts Carillon accepts, and the six plain fields each one stands for; what is not listed is refused. */

import { CarillonError } from './errors.js';

/** Longer texts are refused unread. */
export const LONGEST_CRON = 256;

const NICKNAMES: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
};

interface Field {
  name: string;
  min: number;
  max: number;
  names?: readonly string[];
  /** A day field: `?` and the forms below are allowed. */
  day?: true;
  /** Forms of its own, kept as they are. */
  special?: RegExp;
  /** Forms of the contract that this release cannot search yet. */
  notYet?: RegExp;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const FIELDS: readonly [Field, Field, Field, Field, Field, Field] = [
  { name: 'second', min: 0, max: 59 },
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of month', min: 1, max: 31, day: true, special: /^L$/, notYet: /^(?:\d{1,2}|L)W$/ },
  { name: 'month', min: 1, max: 12, names: MONTHS },
  {
    name: 'day of week',
    min: 0,
    max: 7,
    names: DAYS,
    day: true,
    special: /^(?:[0-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(?:L|#[1-5])$/,
    notYet: /^(?:[0-7]|SUN|MON|TUE|WED|THU|FRI|SAT)#L$/,
  },
];

const HASHED = /^H(?:\((\d{1,2})-(\d{1,2})\))?(?:\/(\d{1,2}))?$/;
const PLAIN = /^(\*|[A-Z]{3}|\d{1,2})(?:-([A-Z]{3}|\d{1,2}))?(?:\/(\d{1,2}))?$/;

/** Second, minute, hour, day of month, month, day of week: in the form the search takes. */
export type CronFields = readonly [string, string, string, string, string, string];

/** Throws `invalid_cron` with the reason. */
export function checkGrammar(expression: unknown): CronFields {
  if (typeof expression !== 'string') throw refuse(expression, 'it must be a text');
  if (expression.length > LONGEST_CRON) {
    throw new CarillonError('invalid_cron', `cron expression is longer than ${LONGEST_CRON} characters`);
  }
  const text = expression.trim();
  if (text === '') throw refuse(expression, 'it is empty');
  if (/[^\x20-\x7e]/.test(expression)) throw refuse(expression, 'only plain spaces may separate its fields');
  const parts = (text.startsWith('@') ? nickname(text) : text.toUpperCase()).split(/ +/);
  if (parts.length === 5) parts.unshift('0');
  if (parts.length !== 6) throw refuse(expression, `it has ${parts.length} fields; five or six are needed`);
  const fields = parts.map((part, index) => checkField(expression, part, FIELDS[index] as Field));
  return fields as unknown as CronFields;
}

function nickname(text: string): string {
  const meaning = Object.hasOwn(NICKNAMES, text) ? NICKNAMES[text] : undefined;
  if (meaning === undefined) throw refuse(text, `the nicknames are ${Object.keys(NICKNAMES).join(' ')}`);
  return meaning;
}

function checkField(expression: string, part: string, field: Field): string {
  if (part === '*') return part;
  if (part === '?') {
    if (field.day) return part;
    throw refuse(expression, `"?" stands in a day field only, not in ${field.name}`);
  }
  const items = part.split(',');
  const kept: string[] = [];
  const values = new Set<number>();
  for (const item of items) {
    if (field.notYet?.test(item)) {
      throw refuse(expression, `"${item}" (${field.name}) is not supported by this version`);
    }
    if (field.special?.test(item)) kept.push(item);
    else if (HASHED.test(item)) kept.push(checkHashed(expression, item, field));
    else for (const value of checkPlain(expression, item, items.length, field)) values.add(value);
  }
  // A lone item keeps its wording: the search tells `*/2` from a list of days.
  if (items.length === 1) return part;
  return [...kept, ...[...values].sort((a, b) => a - b)].join(',');
}

function checkHashed(expression: string, item: string, field: Field): string {
  const [, from, to, step] = HASHED.exec(item) ?? [];
  if (from !== undefined && to !== undefined) {
    const [low, high] = [Number(from), Number(to)];
    if (low > high || low < field.min || high > field.max) throw outside(expression, item, field);
  }
  if (step !== undefined) checkStep(expression, item, Number(step), field);
  return item;
}

/** The values of `*`, `a`, `a-b`, each with an optional step. */
function checkPlain(expression: string, item: string, items: number, field: Field): number[] {
  const match = PLAIN.exec(item);
  if (!match) throw refuse(expression, `"${item}" is no ${field.name}`);
  const [, first = '', last, step] = match;
  if (first === '*' && (last !== undefined || (step === undefined && items > 1))) {
    throw refuse(expression, `"*" cannot be combined in ${field.name}`);
  }
  const low = first === '*' ? field.min : numberOf(expression, first, field);
  const top = field.name === 'day of week' ? 6 : field.max;
  const high = last !== undefined ? numberOf(expression, last, field) : step !== undefined ? top : low;
  if (first === '*')
    return spread(low, top, step === undefined ? 1 : checkStep(expression, item, Number(step), field), field);
  if (low > high) throw refuse(expression, `"${item}" runs backwards in ${field.name}`);
  return spread(low, high, step === undefined ? 1 : checkStep(expression, item, Number(step), field), field);
}

function spread(low: number, high: number, step: number, field: Field): number[] {
  const values: number[] = [];
  // Sunday is 0 and 7.
  for (let value = low; value <= high; value += step) values.push(field.max === 7 ? value % 7 : value);
  return values;
}

function checkStep(expression: string, item: string, step: number, field: Field): number {
  if (step < 1 || step > field.max - field.min + 1) {
    throw refuse(expression, `the step of "${item}" does not fit ${field.name}`);
  }
  return step;
}

function numberOf(expression: string, text: string, field: Field): number {
  const named = field.names?.indexOf(text) ?? -1;
  if (named >= 0) return named + field.min;
  const value = /^\d/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= field.min && value <= field.max)) throw outside(expression, text, field);
  return value;
}

function outside(expression: string, item: string, field: Field): CarillonError {
  return refuse(expression, `"${item}" is no ${field.name} (${field.min}-${field.max})`);
}

function refuse(expression: unknown, reason: string): CarillonError {
  const shown = typeof expression === 'string' ? JSON.stringify(expression) : typeof expression;
  return new CarillonError('invalid_cron', `cron expression ${shown}: ${reason}`);
}
