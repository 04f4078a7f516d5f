/** What one cron expression says, as plain sets: all that the search needs to know of the text. */

import type { CronNote } from '../input/warnings.js';

export interface Pattern {
  /** Each list is sorted, without repeats and never empty. */
  seconds: readonly number[];
  minutes: readonly number[];
  hours: readonly number[];
  /** 1 to 12. */
  months: readonly number[];
  days: DayRules;
}

/** null: the field is `*` or `?` and asks for nothing. With both given, a day that meets either of them matches. */
export interface DayRules {
  ofMonth: DayOfMonthRule | null;
  ofWeek: DayOfWeekRule | null;
}

export interface DayOfMonthRule {
  /** 1 to 31; a month that has no such day has no match. */
  dates: readonly number[];
  /** `L`: the last day of the month. */
  last: boolean;
  /** `15W`: the Monday to Friday nearest to that date, within its month. `LW`: the last one of the month. */
  nearestWeekday: number | 'last' | null;
}

/** Days of the week: 0 is Sunday, 6 is Saturday. */
export interface DayOfWeekRule {
  weekdays: readonly number[];
  /** `5L` and `5#L`: the last such day of the month. */
  last: readonly number[];
  /** `5#2`: the second such day of the month. */
  nth: readonly { weekday: number; n: number }[];
}

/** A pattern, and what is legal in its text but probably not meant. */
export interface ReadCron {
  pattern: Pattern;
  notes(): CronNote[];
}
