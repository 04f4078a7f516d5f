/** What a file set would do to one schedule: fields, fire times, and what becomes of what waits. Pure. */

import { canonical } from '../domain/input/canonical.js';
import { faultOf } from '../domain/input/fault.js';
import { isRecord } from '../domain/input/readers.js';
import { calendarOf, countBetween, sameCalendar } from '../domain/schedule/calendar.js';
import { writtenItems } from '../domain/schedule/exclusions.js';
import { definitionAt } from '../domain/schedule/ledger.js';
import type { ScheduleDefinition, ScheduleSource } from '../domain/schedule/schedule.js';
import { writtenDefinition } from '../domain/schedule/written.js';
import { ledgerOf } from '../schedules/ledger-of.js';
import { isLive, plannedAhead } from '../schedules/planned-ahead.js';
import { documentOf } from '../schedules/view.js';
import type { ScheduleRow, UnfinishedRuns } from '../store/contract/index.js';
import { type RunChanges, runChanges, type Timetable, timetableOf } from './fire-times.js';

export type PlannedAction = 'create' | 'change' | 'rename' | 'takeOver' | 'remove';

/** A key of a schedule file; of a payload only the name is told, because it may hold what a variable held. */
export interface FieldChange {
  field: string;
  before?: unknown;
  after?: unknown;
}

/** What becomes of what there is of a schedule that is changed or removed. */
export interface Waiting {
  /** Runs made ahead of their time: they are made anew as it is to be, or withdrawn. */
  planned: { stay: number; withdrawn: number };
  /** Runs that have come due and not ended: ready, running, put off by a retry; and those behind them. */
  unfinished: { underWay: number; waiting: number; becomes: 'goOn' | 'withdrawnUnlessRunning' };
  /** Instants that passed and are still to be caught up; at most 1,000 are counted. */
  backlog: { count: number; becomes: 'decidedAnew' | 'givenUp' };
}

export interface PlannedChange {
  id: string;
  action: PlannedAction;
  /** The id it has until now. */
  formerly?: string;
  /** Whom it is taken over from. */
  from?: string;
  /** Where the files declare it, or where it was declared that is removed. */
  file?: string;
  line?: number;
  fields: FieldChange[];
  /** It moves to another queue. */
  queue?: { from: string; to: string };
  runs: RunChanges;
  waits?: Waiting;
  /** It stays paused. */
  paused?: PausedView;
  /** What is stored of it cannot be read by this release. */
  fault?: string;
}

export interface PausedView {
  id: string;
  at: string;
  until?: string;
  reason?: string;
  by?: string;
}

/** A row with the runs of it that have come due. */
export type LiveSchedule = { row: ScheduleRow; unfinished: UnfinishedRuns | null };

export interface Span {
  now: number;
  until: number;
  /** Instants of one schedule that are looked at. */
  limit: number;
}

const COUNTED = 1_000;
/** Longer values are cut in what is told. */
const LONGEST_VALUE = 200;

/** When it fires as it stands. Those made ahead have their places among its runs already. */
export function timetableOfRow(row: ScheduleRow, now: number): Timetable | null {
  return timetableAfter(row.schedule.definition, row, now);
}

function aheadOf(row: ScheduleRow, now: number): number[] {
  // Only where it is asked how many are left.
  if (row.schedule.definition.maxRuns === undefined) return [];
  return safely(() => plannedAhead(row, now), []);
}

/** As the files have it, with what stays of what it was. */
export function timetableAfter(
  definition: ScheduleDefinition,
  row: ScheduleRow | null,
  now: number,
): Timetable | null {
  if (!row) return timetableOf({ definition }, 0, now);
  const { paused } = row.schedule;
  return timetableOf({ definition, ...(paused ? { paused } : {}) }, row.runs - aheadOf(row, now).length, now);
}

/** `before`: null for one that is new; `after`: null for one that is removed. */
export function fireTimesOf(
  before: ScheduleRow | null,
  after: ScheduleDefinition | null,
  { now, until, limit }: Span,
): { runs: RunChanges; fault?: string } {
  const is = after && timetableAfter(after, before, now);
  try {
    return { runs: runChanges(before && timetableOfRow(before, now), is, until, limit) };
  } catch (error) {
    return { runs: runChanges(null, is, until, limit), fault: faultOf(error) };
  }
}

export function fieldChanges(before: ScheduleDefinition, after: ScheduleDefinition): FieldChange[] {
  const [was, is] = [flat(before, documentOf(before)), flat(after, documentOf(after))];
  return [...new Set([...was.keys(), ...is.keys()])].sort().flatMap((field): FieldChange[] => {
    const [old, fresh] = [was.get(field), is.get(field)];
    if (text(old) === text(fresh)) return [];
    if (isPayload(field)) return [{ field }];
    return [
      {
        field,
        ...(old === undefined ? {} : { before: short(old) }),
        ...(fresh === undefined ? {} : { after: short(fresh) }),
      },
    ];
  });
}

/** Of one that is new: what is not as usual. */
export function fieldsOf(definition: ScheduleDefinition): FieldChange[] {
  return [...flat(definition, writtenDefinition(definition))].map(([field, value]) =>
    isPayload(field) ? { field } : { field, after: short(value) },
  );
}

const isPayload = (field: string): boolean => field === 'payload' || field.startsWith('payload.');

const text = (value: unknown): string => (value === undefined ? '' : canonical(value));

/** `retry.delay`; lists are one value. */
function flat(
  definition: ScheduleDefinition,
  document: Readonly<Record<string, unknown>>,
): Map<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const [key, value] of Object.entries(document)) {
    if (!isRecord(value) || Object.keys(value).length === 0) fields.set(key, value);
    else for (const [inner, one] of Object.entries(value)) fields.set(`${key}.${inner}`, one);
  }
  // None are as if there were none.
  if (isRecord(fields.get('labels'))) fields.delete('labels');
  for (const item of definition.exclude?.items ?? []) {
    if ('calendar' in item) fields.set(`calendars.${item.calendar}`, writtenItems(item.items));
  }
  return fields;
}

function short(value: unknown): unknown {
  const written = JSON.stringify(value);
  return written.length <= LONGEST_VALUE ? value : `${written.slice(0, LONGEST_VALUE)}…`;
}

export function waitingOf(
  { row, unfinished }: LiveSchedule,
  after: ScheduleDefinition | null,
  now: number,
): Waiting {
  const { schedule } = row;
  const rests = !after || !isLive({ ...schedule, definition: after });
  const planned = safely(() => plannedAhead(row, now), []);
  const stay = rests ? 0 : stillOn(schedule.definition, after, planned);
  return {
    planned: { stay, withdrawn: planned.length - stay },
    unfinished: {
      underWay: unfinished?.underWay.length ?? 0,
      waiting: unfinished?.waiting.length ?? 0,
      becomes: rests ? 'withdrawnUnlessRunning' : 'goOn',
    },
    backlog: { count: safely(() => backlogOf(row), 0), becomes: rests ? 'givenUp' : 'decidedAnew' },
  };
}

/** How many of these instants the new calendar has, too. */
function stillOn(before: ScheduleDefinition, after: ScheduleDefinition, planned: readonly number[]): number {
  if (sameCalendar(calendarOf(before), calendarOf(after))) return planned.length;
  return planned.filter((nominal) => safely(() => countBetween(after, nominal, nominal, 1), 0)).length;
}

function backlogOf(row: ScheduleRow): number {
  const ledger = ledgerOf(row);
  let count = 0;
  for (const { from, to, calendar } of ledger.backlog) {
    const asked = definitionAt(ledger, row.schedule.definition, calendar);
    count += countBetween(asked, from, to, COUNTED) ?? COUNTED;
  }
  return Math.min(COUNTED, count);
}

function safely<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch {
    return otherwise;
  }
}

/** Whom a schedule belongs to, in words. */
export function ownerOf({ kind, set }: Pick<ScheduleSource, 'kind' | 'set'>): string {
  return kind === 'file' ? `set ${set}` : 'the API';
}
