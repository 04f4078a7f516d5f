/** A second, deliberately simple reader of cron expressions, written from the grammar alone: the independent matcher. */

/** What a wall clock and the calendar beside it show. `weekday`: 0 is Sunday. */
export interface WallFields {
  year: number;
  month: number;
  day: number;
  weekday: number;
  hour: number;
  minute: number;
  second: number;
}

type Test = (wall: WallFields) => boolean;

export interface NaiveCron {
  matches: Test;
  matchesDay: Test;
  /** Every matching time of day, in ms after midnight. */
  times: readonly number[];
  /** All 24 hours are listed: the expression follows real time. */
  followsRealTime: boolean;
}

const nicknames: Record<string, string> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
const monthNames = ['', 'JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** A wall clock given as the instant at which a clock in UTC shows the same. */
export function wallFields(wall: number): WallFields {
  const date = new Date(wall);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: date.getUTCDay(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
  };
}

function daysIn(wall: WallFields): number {
  return new Date(Date.UTC(wall.year, wall.month, 0)).getUTCDate();
}

function weekdayOf(wall: WallFields, date: number): number {
  return new Date(Date.UTC(wall.year, wall.month - 1, date)).getUTCDay();
}

function isWorkday(wall: WallFields, date: number): boolean {
  return weekdayOf(wall, date) !== 0 && weekdayOf(wall, date) !== 6;
}

function readValue(text: string, names: readonly string[]): number {
  const named = names.indexOf(text.toUpperCase());
  if (named >= 0) return named;
  if (!/^\d{1,2}$/.test(text)) throw new Error(`not a value: ${text}`);
  return Number(text);
}

/** The values of `*`, `a`, `a-b`, with `/n` behind a star or a range. */
function valuesOf(term: string, min: number, max: number, names: readonly string[] = []): number[] {
  const [range = '', step = '1'] = term.split('/');
  const [first = '', last = first] = range.split('-');
  const from = range === '*' ? min : readValue(first, names);
  let to = range === '*' ? max : readValue(last, names);
  // A range of weekdays that ends in Sunday runs through it: Sunday is then the seventh day (`0-0` is only itself).
  if (names === weekdayNames && from > 0 && to === 0) to = 7;
  const values: number[] = [];
  for (let value = from; value <= to; value += Number(step)) {
    values.push(names === weekdayNames ? value % 7 : value);
  }
  if (values.length === 0) throw new Error(`empty: ${term}`);
  return values;
}

function plainField(text: string, min: number, max: number, names?: readonly string[]): readonly number[] {
  return text.split(',').flatMap((term) => valuesOf(term, min, max, names));
}

/** `15W` is met by the Monday to Friday nearest to the 15th, never in another month; a date that is not there has none. */
function meetsNearestWorkday(wall: WallFields, date: number): boolean {
  if (date > daysIn(wall) || !isWorkday(wall, wall.day)) return false;
  for (const distance of [0, 1, 2]) {
    for (const candidate of [date - distance, date + distance]) {
      if (candidate < 1 || candidate > daysIn(wall) || !isWorkday(wall, candidate)) continue;
      return candidate === wall.day;
    }
  }
  return false;
}

function dayOfMonthTest(term: string): Test {
  if (term === 'L') return (wall) => wall.day === daysIn(wall);
  if (term === 'LW') {
    return (wall) => {
      let date = daysIn(wall);
      while (!isWorkday(wall, date)) date -= 1;
      return wall.day === date;
    };
  }
  if (term.endsWith('W')) return (wall) => meetsNearestWorkday(wall, readValue(term.slice(0, -1), []));
  const dates = valuesOf(term, 1, 31);
  return (wall) => dates.includes(wall.day);
}

function dayOfWeekTest(term: string): Test {
  const [name = '', nth] =
    term.endsWith('L') && !term.includes('#') ? [term.slice(0, -1), 'L'] : term.split('#');
  if (nth === undefined) {
    const weekdays = valuesOf(term, 0, 6, weekdayNames);
    return (wall) => weekdays.includes(wall.weekday);
  }
  const weekday = readValue(name, weekdayNames) % 7;
  if (nth === 'L') return (wall) => wall.weekday === weekday && wall.day + 7 > daysIn(wall);
  const [after, upTo] = [7 * (Number(nth) - 1), 7 * Number(nth)];
  return (wall) => wall.weekday === weekday && wall.day > after && wall.day <= upTo;
}

function anyOf(text: string, test: (term: string) => Test): Test {
  const tests = text.split(',').map(test);
  return (wall) => tests.some((meets) => meets(wall));
}

function dayTest(ofMonth: string, ofWeek: string): Test {
  const restrictsMonthDay = ofMonth !== '*' && ofMonth !== '?';
  const restrictsWeekday = ofWeek !== '*' && ofWeek !== '?';
  const monthDay = anyOf(restrictsMonthDay ? ofMonth : '*', dayOfMonthTest);
  const weekday = anyOf(restrictsWeekday ? ofWeek : '*', dayOfWeekTest);
  if (restrictsMonthDay && restrictsWeekday) return (wall) => monthDay(wall) || weekday(wall);
  return (wall) => monthDay(wall) && weekday(wall);
}

/** Reads a valid expression without `H`; what it makes of an invalid one is of no interest. */
export function readNaively(expression: string): NaiveCron {
  const text = expression.replace(/^[ \t]+|[ \t]+$/g, '');
  const fields = (nicknames[text] ?? text).split(/[ \t]+/);
  if (fields.length === 5) fields.unshift('0');
  const [seconds = '', minutes = '', hours = '', ofMonth = '', months = '', ofWeek = '', ...more] = fields;
  if (ofWeek === '' || more.length > 0) throw new Error(`not five or six fields: ${expression}`);
  const lists = {
    second: plainField(seconds, 0, 59),
    minute: plainField(minutes, 0, 59),
    hour: plainField(hours, 0, 23),
    month: plainField(months, 1, 12, monthNames),
  };
  const meetsDay = dayTest(ofMonth, ofWeek);
  const matchesDay: Test = (wall) => lists.month.includes(wall.month) && meetsDay(wall);
  const matches: Test = (wall) =>
    lists.second.includes(wall.second) &&
    lists.minute.includes(wall.minute) &&
    lists.hour.includes(wall.hour) &&
    matchesDay(wall);
  const times: number[] = [];
  for (let hour = 0; hour < 24; hour += 1) {
    if (!lists.hour.includes(hour)) continue;
    for (let minute = 0; minute < 60; minute += 1) {
      if (!lists.minute.includes(minute)) continue;
      for (let second = 0; second < 60; second += 1) {
        if (lists.second.includes(second)) times.push(((hour * 60 + minute) * 60 + second) * 1000);
      }
    }
  }
  return { matches, matchesDay, times, followsRealTime: new Set(lists.hour).size === 24 };
}
