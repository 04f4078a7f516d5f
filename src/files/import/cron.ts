/** Foreign cron expressions as ours: what is legal here stays as it is written, what means something else is rewritten. */

import { CarillonError } from '../../domain/input/errors.js';
import { DAY_OF_WEEK, FIELDS } from '../../domain/spec/cron-fields.js';
import { readCron } from '../../domain/spec/grammar.js';
import { convertField, type WeekNumbers } from './cron-items.js';
import { joinedDays } from './days.js';
import { type Gathered, Refusal } from './draft.js';
import { type Bounds, yearBounds } from './years.js';

export interface Dialect {
  /** Whether six fields begin with the second; `optional`: five are taken, too. */
  seconds: 'none' | 'optional' | 'always';
  /** A last field that lists years: one more than the others. */
  year: boolean;
  /** The number of Sunday; Saturday is six more. */
  sunday: WeekNumbers;
  /** 1 to 7 with Monday first, where a step is counted. */
  fromMonday?: boolean;
  /**
   * What two restricted day fields mean: either matches, both do, both do where one begins with a star, or nothing at
   * all.
   */
  days: 'or' | 'and' | 'vixie' | 'refused';
  /** For messages. */
  name: string;
}

export const VIXIE: Dialect = { seconds: 'none', year: false, sunday: 0, days: 'vixie', name: 'cron' };
/** The library robfig/cron of Kubernetes. */
export const KUBERNETES: Dialect = { ...VIXIE, days: 'or', name: 'Kubernetes' };
export const FUGIT: Dialect = { ...VIXIE, seconds: 'optional', days: 'or', name: 'fugit' };
export const CELERY: Dialect = { ...VIXIE, days: 'and', name: 'Celery' };
export const BULLMQ: Dialect = { ...VIXIE, seconds: 'optional', days: 'or', name: 'BullMQ' };
export const GITHUB: Dialect = { ...VIXIE, days: 'or', name: 'GitHub' };
export const QUARTZ: Dialect = { seconds: 'always', year: true, sunday: 1, days: 'refused', name: 'Quartz' };
export const SPRING: Dialect = {
  seconds: 'always',
  year: false,
  sunday: 0,
  fromMonday: true,
  days: 'and',
  name: 'Spring',
};
export const EVENTBRIDGE: Dialect = { ...QUARTZ, seconds: 'none', name: 'EventBridge' };

export interface ConvertedCron extends Bounds {
  cron: string;
  /** What was rewritten, in words. */
  notes: string[];
}

const NICKNAME = /^@(?:yearly|annually|monthly|weekly|daily|midnight|hourly)$/i;

/** `timezone`: where a year begins. Throws a Refusal. */
export function convertCron(text: string, dialect: Dialect, timezone = 'UTC'): ConvertedCron {
  const trimmed = text.trim();
  if (trimmed.startsWith('@')) return { cron: nickname(trimmed), notes: [] };
  const given = trimmed.split(/\s+/);
  const { parts, year } = withoutYear(given, dialect, trimmed);
  const fields = FIELDS.slice(6 - parts.length);
  const notes: string[] = [];
  const converted = parts.map((part, index) =>
    convertField(part, fields[index] ?? DAY_OF_WEEK, dialect, notes),
  );
  const [date = '*', month = '*', weekday = '*'] = converted.slice(-3);
  const days = joinedDays(date, weekday, meaningOf(dialect, parts.slice(-3)), {
    before: converted.slice(0, -3),
    month,
    dialect,
  });
  notes.push(...days.notes);
  const cron = [...converted.slice(0, -3), days.date, month, days.weekday].join(' ');
  const bounds = year === undefined ? {} : yearBounds(year, timezone, dialect.name);
  const written = withoutIdleSecond(cron, dialect);
  refuseInvalid(written);
  return { cron: written, ...bounds, notes };
}

/** The same for a schedule, whose remarks tell what was rewritten. */
export function cronFor(
  gathered: Gathered,
  id: string,
  text: string,
  dialect: Dialect,
  timezone?: string,
): Bounds & { cron: string } {
  const { notes, ...converted } = convertCron(text, dialect, timezone);
  for (const note of notes) gathered.remark('note', note, id);
  return converted;
}

/** In the words of our own grammar. */
function refuseInvalid(cron: string): void {
  try {
    readCron(cron, 'id');
  } catch (error) {
    if (!(error instanceof CarillonError)) throw error;
    throw new Refusal(error.message);
  }
}

function nickname(text: string): string {
  if (NICKNAME.test(text)) return text.toLowerCase();
  if (/^@noon$/i.test(text)) return '0 12 * * *';
  if (/^@reboot\b/i.test(text)) {
    throw new Refusal('@reboot has no counterpart: a cluster has no start of the machine');
  }
  throw new Refusal(`${JSON.stringify(text)} is no nickname here`);
}

function withoutYear(
  given: readonly string[],
  { seconds, year, name }: Dialect,
  text: string,
): { parts: readonly string[]; year?: string } {
  const most = seconds === 'none' ? 5 : 6;
  const last = given.at(-1);
  if (year && given.length === most + 1 && last !== undefined)
    return { parts: given.slice(0, -1), year: last };
  if (given.length === most || (seconds === 'optional' && given.length === 5)) return { parts: given };
  const wanted = seconds === 'optional' ? '5 or 6' : `${most}${year ? ` or ${most + 1}` : ''}`;
  const has = `${given.length} ${given.length === 1 ? 'field' : 'fields'}`;
  throw new Refusal(`${JSON.stringify(text)} has ${has}, and ${name} takes ${wanted}`);
}

function meaningOf({ days }: Dialect, written: readonly string[]): 'or' | 'and' | 'refused' {
  if (days !== 'vixie') return days;
  return [written[0], written[2]].some((field) => field?.startsWith('*')) ? 'and' : 'or';
}

/** Where seconds always stand, `0` in front says no more than five fields do. */
function withoutIdleSecond(cron: string, { seconds }: Dialect): string {
  return seconds === 'always' && cron.startsWith('0 ') ? cron.slice(2) : cron;
}
