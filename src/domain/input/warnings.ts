/**
 * Every warning, in one table: what is legal and probably not meant. `carillon schedules validate`, apply and
 * `PUT /v1/schedules/{id}` take their codes from here; the rules of SARIF and docs/validate.md are made of it.
 */

import type { Problem } from './errors.js';
import type { FieldProblem } from './readers.js';

/** `what`: of which it warns. `why`: what comes of it. `mend`: what to write instead. A sentence each. */
interface WarningKind {
  what: string;
  why: string;
  mend: string;
}

const kind = (what: string, why: string, mend: string): WarningKind => ({ what, why, mend });

export const WARNINGS = {
  both_day_fields: kind(
    'Day of month and day of week are both given.',
    'A day that meets either of them matches: `0 9 1-7 * 1` runs on every Monday, and on the first seven days of the month.',
    'For the first Monday write `0 9 * * MON#1`; else `*` in the field that is not meant.',
  ),
  quartz_days: kind(
    'A `?` stands beside weekdays in digits.',
    'That is how Quartz and EventBridge write, and they count from 1 = Sunday, Carillon from 0 = Sunday.',
    'Write names: `MON`.',
  ),
  missing_days: kind(
    'The day is one that some months do not have.',
    'Those months have no run.',
    'Write `L` for the last day of every month.',
  ),
  long_step: kind(
    'A step is as long as its range, or longer.',
    'One value is left: `*/90` in the minutes is minute 0.',
    'Write that value, or `every: 90m` for an even interval.',
  ),
  uneven_step: kind(
    'A step does not divide its field.',
    'It begins again at 0, so the last step is shorter: `*/45` is 0 and 45.',
    'Use `every` for an even interval.',
  ),
  year_field: kind(
    'Six fields look like five and a year.',
    'Six fields begin with the second, so every field means another one than its writer thought.',
    'Leave the year out.',
  ),
  clock_change: kind(
    'On some days the clocks are changed, and a local time runs not at all, twice, or on another day.',
    'A day goes without its run, or has two.',
    'Choose a time that no change touches, or the other rule under `dst`.',
  ),
  herd: kind(
    'Fifty schedules or more start in one second.',
    'Workers and what they call meet all of them at once, and rest before and after.',
    'Spread them: `jitter`, or `H` in place of the minute.',
  ),
  past: kind('A time has passed.', 'No run comes of it any more.', 'Move it, or remove what is over.'),
  no_effect: kind(
    'A key does nothing where it stands.',
    'Whoever reads it believes in something that does not happen.',
    'Leave it out, or write the key that was meant.',
  ),
  off_phase: kind(
    '`startAt` is not on the phase of `every`.',
    '`every` counts from 1970-01-01T00:00:00Z: the first run is later than `startAt`.',
    'Write the `phase` that the warning names.',
  ),
  past_end: kind(
    '`jitter` reaches beyond `endAt`.',
    '`endAt` looks at nominal times, so a run may come due after it.',
    'End earlier, or with less jitter.',
  ),
  no_environment: kind(
    'Schedules list environments, and none is set.',
    'They are left out.',
    'Set `CARILLON_ENVIRONMENT` or `--environment`.',
  ),
  unmatched_environment: kind(
    'An environment is listed by nobody, or almost.',
    'Schedules that list others are left out: one of the names may be mistyped.',
    'Write the same name in both places.',
  ),
  unknown_handler: kind(
    'The module of handlers does not have this one.',
    'Its runs wait until a worker registers it.',
    'Register it, or correct the name.',
  ),
  default_zone: kind(
    'A schedule names no zone, and others of these files do.',
    'It runs by UTC, an hour or more away from what was meant.',
    'Write `timezone`, `UTC` where that is meant, or set it once under `defaults`.',
  ),
  unused_calendar: kind(
    'A calendar is named by no `exclude`.',
    'Nothing is left out because of it.',
    'Name it in `exclude`, or remove it.',
  ),
  nothing_declared: kind(
    'No schedule is declared here.',
    'Nothing was checked; applied, such files remove what they declared before.',
    'Name the directory of the files.',
  ),
  not_renamed: kind(
    '`formerly` names a schedule that is not there.',
    'Nothing is taken over: the schedule is new.',
    'Leave it out, or correct it.',
  ),
} satisfies Record<string, WarningKind>;

/** The code of a warning: stable, for programs and for rules that silence one. */
export type WarningCode = keyof typeof WARNINGS;

/** What is legal and probably not meant. */
export interface Warning extends Problem {
  /** Which warning it is. */
  code: WarningCode;
}

/** The same by the path of what is meant, below a schedule. */
export interface FieldWarning extends Omit<FieldProblem, 'code'> {
  code: WarningCode;
}

/** Something to say of a cron text: legal, and probably not meant. */
export interface CronNote {
  code: WarningCode;
  /** One sentence with what to write instead. */
  note: string;
}
