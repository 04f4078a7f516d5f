/** The six fields of a cron expression: their ranges and their names, in one table. */

export interface Field {
  /** In messages, and part of what decides an `H`. */
  name: string;
  min: number;
  max: number;
  /** Where `*` ends: Sunday is 0 and 7, but `*` means each day of the week once. */
  top: number;
  /** What `*` stands for. */
  all: readonly number[];
  /** Where a bare `H` ends: every month has a 28th. */
  hashedTop: number;
  /** The first one stands for `min`. */
  names: readonly string[];
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const numbers = (min: number, top: number): readonly number[] =>
  Object.freeze(Array.from({ length: top - min + 1 }, (_, index) => min + index));

const plain = (name: string, min: number, max: number, names: readonly string[] = []): Field => {
  return { name, min, max, top: max, all: numbers(min, max), hashedTop: max, names };
};

export const SECOND = plain('second', 0, 59);
export const MINUTE = plain('minute', 0, 59);
export const HOUR = plain('hour', 0, 23);
export const DAY_OF_MONTH: Field = { ...plain('day of month', 1, 31), hashedTop: 28 };
export const MONTH = plain('month', 1, 12, MONTHS);
export const DAY_OF_WEEK: Field = {
  ...plain('day of week', 0, 7, WEEKDAYS),
  top: 6,
  all: numbers(0, 6),
  hashedTop: 6,
};

/** In the order they are written; the first may be left out. */
export const FIELDS: readonly Field[] = [SECOND, MINUTE, HOUR, DAY_OF_MONTH, MONTH, DAY_OF_WEEK];

export function isDayField(field: Field): boolean {
  return field === DAY_OF_MONTH || field === DAY_OF_WEEK;
}

/** The value of a name written in any case. */
export function namedValue(field: Field, token: string): number | undefined {
  const index = field.names.indexOf(token.toUpperCase());
  return index < 0 ? undefined : index + field.min;
}

/** `month is 1 to 12 or JAN to DEC` */
export function expected(field: Field): string {
  const names = field.names.length === 0 ? '' : ` or ${field.names[0]} to ${field.names.at(-1)}`;
  return `${field.name} is ${field.min} to ${field.max}${names}`;
}
