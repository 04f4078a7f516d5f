/** `exclude` and the calendars it names: read from what people write, resolved, and written back as they wrote it. */

import { dateAdvice } from '../input/date-advice.js';
import { CarillonError } from '../input/errors.js';
import { parseInstant } from '../input/instants.js';
import { isQueueName, NAME_GRAMMAR } from '../input/names.js';
import {
  type FieldProblem,
  group,
  isRecord,
  type JsonSchema,
  listOf,
  type Path,
  type Reader,
  saying,
} from '../input/readers.js';
import { nearest } from '../input/suggestions.js';
import type { FieldWarning } from '../input/warnings.js';
import { MOST_PATTERNS } from '../spec/day-table.js';
import { singleItems } from '../spec/exclude.js';
import { readCron } from '../spec/grammar.js';
import type { ExcludedCalendar, ExcludedCron, ExcludedDates, Exclusions } from './schedule.js';

/** As people write it: a date, `from..to` or the name of a calendar; a range; a cron. */
export type DeclaredExclusion = string | { from: string; to: string } | { cron: string };

export type ExcludedItem = ExcludedDates | ExcludedCron;

/** A calendar by its name and its place in the list, before it is known what it holds. */
type NamedCalendar = Pick<ExcludedCalendar, 'calendar'> & { index: number };

/** What each calendar of a set of files holds, by name. */
export type Calendars = ReadonlyMap<string, readonly ExcludedItem[]>;

/** Of one list, and of all that a schedule leaves out together: each instant is held against all of it. */
const MOST_ITEMS = 1_000;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
/** Whether a text is meant as a date or a range of dates, and never as a name. */
const likeADate = (text: string): boolean =>
  /^\d{4}-\d/.test(text) || dateAdvice(text.split('..')[0]) !== undefined;
const SHAPES =
  'a date such as "2026-12-25", a range such as "2026-12-24..2027-01-01" or { from, to }, or { cron: "…" }';
/** In place of a schedule's id where a text is only checked. */
const ANY_ID = 'any';

const date: Reader<string> = (raw, path, problems) => {
  if (typeof raw === 'string' && DATE.test(raw)) {
    if (parseInstant(`${raw}T00:00:00Z`) !== undefined) return raw;
    problems.push({ path, detail: `${raw} does not exist` });
  } else {
    const advice = dateAdvice(raw);
    const detail = `${shown(raw)} is no date such as "2026-12-25"`;
    problems.push({ path, detail: advice === undefined ? detail : `${detail}; ${advice}` });
  }
  return undefined;
};

const range = group({ from: date, to: date });

function readDates(text: string, path: Path, problems: FieldProblem[]): ExcludedDates | undefined {
  const [first, last, ...others] = text.split('..');
  if (others.length > 0) {
    problems.push({ path, detail: `${shown(text)} is no range such as "2026-12-24..2027-01-01"` });
    return undefined;
  }
  const from = date(first, path, problems);
  const to = last === undefined ? from : date(last, path, problems);
  return inOrder(from, to, path, problems);
}

function readRange(raw: unknown, path: Path, problems: FieldProblem[]): ExcludedDates | undefined {
  const before = problems.length;
  const { from, to } = range(raw, path, problems) ?? {};
  if (problems.length > before) return undefined;
  if (from !== undefined && to !== undefined) return inOrder(from, to, [...path, 'to'], problems);
  problems.push({ path, detail: 'a range needs both from and to' });
  return undefined;
}

function inOrder(
  from: string | undefined,
  to: string | undefined,
  path: Path,
  problems: FieldProblem[],
): ExcludedDates | undefined {
  if (from === undefined || to === undefined) return undefined;
  if (from <= to) return { from, to };
  problems.push({ path, detail: `the range ends before it begins; write "${to}..${from}"` });
  return undefined;
}

/** Whether it ever comes with the schedule's own id is seen when the whole definition is put together. */
const ownCron: Reader<string> = (raw, path, problems) => {
  const wrong = cronProblem(raw, ANY_ID);
  if (wrong === undefined) return raw as string;
  problems.push({ path, detail: wrong });
  return undefined;
};

const sharedCron: Reader<string> = (raw, path, problems) => {
  const wrong = cronProblem(raw, undefined);
  if (wrong === undefined) return raw as string;
  const hashed = cronProblem(raw, ANY_ID) === undefined;
  const detail = "H is hashed from a schedule's id, and a calendar is shared by many: write a value";
  problems.push({ path, detail: hashed ? detail : wrong });
  return undefined;
};

function cronProblem(raw: unknown, id: string | undefined): string | undefined {
  if (typeof raw !== 'string') return 'must be a cron expression';
  try {
    readCron(raw, id);
    return undefined;
  } catch (error) {
    if (error instanceof CarillonError) return error.message;
    throw error;
  }
}

/** Answers null for what is none of these. */
function readItem(
  raw: unknown,
  path: Path,
  problems: FieldProblem[],
  cron: Reader<string>,
): ExcludedItem | undefined | null {
  if (typeof raw === 'string') return likeADate(raw) ? readDates(raw, path, problems) : null;
  if (typeof raw === 'number' && dateAdvice(raw) !== undefined) return readDates(`${raw}`, path, problems);
  if (!isRecord(raw)) return null;
  if (Object.hasOwn(raw, 'cron')) {
    const read = group({ cron })(raw, path, problems)?.cron;
    return read === undefined ? undefined : { cron: read };
  }
  return Object.hasOwn(raw, 'from') || Object.hasOwn(raw, 'to') ? readRange(raw, path, problems) : null;
}

const ONE_OR_TWO_DATES = '^\\d{4}-\\d{2}-\\d{2}(\\.\\.\\d{4}-\\d{2}-\\d{2})?$';

/** `text`: what a text may be. */
function itemSchema(text: JsonSchema, description: string): JsonSchema {
  const of = (required: readonly string[]): JsonSchema => ({
    type: 'object',
    required,
    additionalProperties: false,
    properties: Object.fromEntries(required.map((name) => [name, { type: 'string' }])),
  });
  return {
    oneOf: [
      { ...text, description },
      { ...of(['from', 'to']), description: 'both days included' },
      { ...of(['cron']), description: 'five fields leave out whole minutes, six single seconds' },
    ],
  };
}

const exclusion: Reader<ExcludedItem | NamedCalendar, DeclaredExclusion> = saying(
  (raw, path, problems) => {
    const read = readItem(raw, path, problems, ownCron);
    if (read !== null) return read;
    if (isQueueName(raw)) return { calendar: raw, index: Number(path.at(-1)) };
    problems.push({ path, detail: `must be ${SHAPES}, or the name of a calendar` });
    return undefined;
  },
  { schema: itemSchema({ type: 'string' }, "a date, a range of dates, or a calendar's name") },
);

const calendarItem: Reader<ExcludedItem, DeclaredExclusion> = saying(
  (raw, path, problems) => {
    const read = readItem(raw, path, problems, sharedCron);
    if (read !== null) return read;
    const detail = isQueueName(raw)
      ? `"${raw}" is no date such as "2026-12-25", and a calendar names no other calendar`
      : `must be ${SHAPES}`;
    problems.push({ path, detail });
    return undefined;
  },
  { schema: itemSchema({ type: 'string', pattern: ONE_OR_TWO_DATES }, 'a date or a range of dates') },
);

/** The key of a schedule and of `defaults`; an empty list takes back what `defaults` say. */
export const exclude = listOf(exclusion, MOST_ITEMS, 0);

/** One entry of `calendars`. */
export const calendar = listOf(calendarItem, MOST_ITEMS, 0);

/** Why a calendar cannot have this name; undefined when it can. */
export function calendarNameProblem(name: string): string | undefined {
  if (!isQueueName(name)) return `the name must be ${NAME_GRAMMAR.queue}`;
  return likeADate(name) ? 'the name would be read as a date' : undefined;
}

/** `calendars` undefined: there are none where this is written. A calendar named twice counts once. */
export function resolveExclusions(
  given: readonly (ExcludedItem | NamedCalendar)[],
  timezone: string,
  calendars: Calendars | undefined,
  problems: FieldProblem[],
): Exclusions {
  const items: Exclusions['items'] = [];
  const named = new Set<string>();
  for (const item of given) {
    if (!('calendar' in item)) {
      items.push(item);
      continue;
    }
    const { calendar: name, index } = item;
    const known = calendars?.get(name);
    if (!known) problems.push({ path: ['exclude', index], detail: unknownCalendar(name, calendars) });
    else if (!named.has(name)) items.push({ calendar: name, items: [...known] });
    named.add(name);
  }
  const all = singleItems(items);
  const crons = all.filter((item) => 'cron' in item).length;
  if (all.length > MOST_ITEMS || crons > MOST_PATTERNS) {
    const detail = `lists more than ${MOST_ITEMS} items or ${MOST_PATTERNS} crons, those of its calendars included`;
    problems.push({ path: ['exclude'], detail });
  }
  return { timezone, items };
}

/** What is legal in the crons of a list and seldom meant, as for the cron of a schedule; paths begin at the list. */
export function exclusionNotes(items: readonly object[], id = ANY_ID): FieldWarning[] {
  return items.flatMap((item, index) => {
    if (!('cron' in item) || cronProblem(item.cron, id) !== undefined) return [];
    return readCron(item.cron, id)
      .notes()
      .map(({ code, note }) => ({ path: [index, 'cron'], detail: note, code }));
  });
}

function unknownCalendar(name: string, calendars: Calendars | undefined): string {
  if (!calendars) {
    return `"${name}": calendars belong to schedule files; list the dates here, or declare the schedule in a file`;
  }
  const names = [...calendars.keys()];
  const meant = nearest(name, names);
  const hint =
    meant === undefined
      ? `the calendars are: ${names.slice(0, 10).join(', ') || 'none'}`
      : `did you mean "${meant}"?`;
  return `"${name}" is no date and no calendar of these files (${hint})`;
}

/** As people write it: a calendar by its name, a single day as one date. */
export function writtenExclusions({ items }: Exclusions): (string | ExcludedCron)[] {
  return items.flatMap((item) => ('calendar' in item ? [item.calendar] : writtenItems([item])));
}

/** What a calendar holds. */
export function writtenItems(items: readonly ExcludedItem[]): (string | ExcludedCron)[] {
  return items.map((item) => {
    if ('cron' in item) return item;
    return item.from === item.to ? item.from : `${item.from}..${item.to}`;
  });
}

function shown(raw: unknown): string {
  if (typeof raw !== 'string') return 'this';
  return JSON.stringify(raw.length > 40 ? `${raw.slice(0, 40)}…` : raw);
}
