/** `defineSchedules()`: a schedule file written in TypeScript, with its keys and payloads checked by the compiler. */

import { CarillonError, type Problem } from '../domain/input/errors.js';
import type { Given } from '../domain/input/readers.js';
import type { DeclaredRest, DeclaredSchedule } from '../domain/schedule/declared.js';
import type { DeclaredExclusion } from '../domain/schedule/exclusions.js';
import type { DEFAULT_FIELDS } from '../domain/schedule/fields.js';
import {
  type AnyDefinition,
  type HandlerAndPayload,
  inWords,
  ownOptions,
  schemaProblems,
  withOwn,
} from '../tasks/definition.js';

/** What `defaults` may set; the keys come from the table that reads them. */
export type DeclaredDefaults = Given<typeof DEFAULT_FIELDS>;

/** What a schedule file holds; docs/schedule-file.md has every key. */
export interface DeclaredSchedules {
  /** Of the form of the file. */
  version: 1;
  /** The file set; default `files`. */
  source?: string;
  /** What holds for every schedule that does not say otherwise. */
  defaults?: DeclaredDefaults;
  /** Dates, ranges and crons; shared by all files of the directory. */
  calendars?: Record<string, DeclaredExclusion[]>;
  /** By their ids. */
  schedules: Record<string, DeclaredSchedule>;
}

/** A schedule whose handler is a name, or what `defineTask` answers, which types the payload. */
export type TypedSchedule<Input = unknown> = DeclaredRest & HandlerAndPayload<Input>;

/**
 * A schedule file in TypeScript: its default export, with the keys checked by the compiler. A `handler` may be what
 * `defineTask` answers: then the compiler checks the payload, too, and what the task says of its queue, priority, retry,
 * timeout and expiry holds where the schedule does not say otherwise. Answers the file as it would stand in YAML; what the
 * compiler cannot see is told when the file is loaded. Throws `invalid_input` where a payload does not fit its schema.
 *
 * @example
 * export default defineSchedules({
 *   version: 1,
 *   schedules: {
 *     'nightly-invoices': { handler: 'invoices.close', cron: '30 2 * * *', timezone: 'Europe/Berlin' },
 *     'monday-mail': { handler: welcome, payload: { to: 'team@b.c' }, cron: '0 9 * * MON' },
 *   },
 * });
 */
export function defineSchedules<Inputs extends Record<string, unknown>>(
  file: Omit<DeclaredSchedules, 'schedules'> & {
    schedules: { [Id in keyof Inputs]: TypedSchedule<Inputs[Id]> };
  },
): DeclaredSchedules {
  const problems: Problem[] = [];
  const schedules = Object.entries(file.schedules ?? {}).map(([id, schedule]) => [
    id,
    isTyped(schedule) ? written(id, schedule, problems) : schedule,
  ]);
  if (problems.length > 0) {
    throw new CarillonError(
      'invalid_input',
      `A payload does not fit its task: ${inWords(problems)}`,
      problems,
    );
  }
  return { ...file, schedules: Object.fromEntries(schedules) as DeclaredSchedules['schedules'] };
}

type Typed = DeclaredRest & { handler: AnyDefinition; payload?: unknown };

/** What is neither is refused when the file is loaded. */
function isTyped(schedule: unknown): schedule is Typed {
  const { handler } = (schedule ?? {}) as { handler?: unknown };
  return typeof handler === 'object' && handler !== null && 'name' in handler;
}

function written(id: string, schedule: Typed, problems: Problem[]): object {
  const { handler: task, payload } = schedule;
  // A schema that answers later is asked by the worker alone.
  const read = task.input?.['~standard'].validate(payload);
  if (read instanceof Promise) read.catch(() => undefined);
  else if (read?.issues) problems.push(...schemaProblems(read.issues, `/schedules/${id}/payload`));
  const named = { ...schedule, handler: task.name };
  const own = ownOptions(task);
  return own ? withOwn(own, named) : named;
}
