/**
 * The id of a run says what it is of: `<schedule>@<ms>` for an instant of the calendar (live or caught up),
 * `<schedule>@<ms>!<letter><nonce>` for a trigger, `<schedule>@<ms>+<backfill>` for a backfilled instant. Scripts read
 * the same with `^([^!+]+)@(%d+)`.
 */

import type { Overlap, StoredSchedule } from './schedule.js';

export const RUN_KINDS = ['live', 'catchUp', 'trigger', 'backfill'] as const;
export type RunKind = (typeof RUN_KINDS)[number];

/** What is kept with a task that a schedule made. Times in ms. */
export interface RunFacts {
  kind: RunKind;
  nominal: number;
  /** Where the interval begins that ends with `nominal`. */
  from?: number;
  /** Instants missed since the run before. */
  missed?: number;
  /** Of a trigger that says so itself. */
  overlap?: Overlap;
}

export interface RunId {
  schedule: string;
  nominal: number;
  /** Absent where the id alone does not tell: live or caught up. */
  kind?: 'trigger' | 'backfill';
}

const RUN_ID = /^([^!+@]+)@(\d+)(?:([!+]).*)?$/;

/** null: the task was made by a call, not by a schedule. */
export function readRunId(id: string): RunId | null {
  const [, schedule, nominal, mark] = RUN_ID.exec(id) ?? [];
  if (schedule === undefined) return null;
  const run = { schedule, nominal: Number(nominal) };
  if (mark === undefined) return run;
  return { ...run, kind: mark === '!' ? 'trigger' : 'backfill' };
}

export function occurrenceId(schedule: string, nominal: number): string {
  return `${schedule}@${nominal}`;
}

/** Begins the nonce of a trigger: what it says about overlap, `d` for as its schedule has it. A script reads it there. */
const LETTERS: Readonly<Record<Overlap, string>> = { skip: 's', allow: 'a', wait: 'w', replace: 'r' };

/** The id that a schedule had when an instant came, unless it was caught up or backfilled since. */
export function idAt(
  { definition, former = [] }: Pick<StoredSchedule, 'definition' | 'former'>,
  nominal: number,
): string {
  return former.find(({ until }) => nominal <= until)?.id ?? definition.id;
}

export function triggerId(schedule: string, nominal: number, nonce: string, overlap?: Overlap): string {
  return `${occurrenceId(schedule, nominal)}!${overlap === undefined ? 'd' : LETTERS[overlap]}${nonce}`;
}

export function backfillId(schedule: string, nominal: number, backfill: string): string {
  return `${occurrenceId(schedule, nominal)}+${backfill}`;
}

/** As scripts know a policy. */
export function overlapLetter(overlap: Overlap): string {
  return LETTERS[overlap];
}
