/** The forms that only the day fields have: `L`, `15W`, `LW`; `5L`, `FRIL`, `5#2`, `5#L`. */

import { DAY_OF_MONTH, DAY_OF_WEEK, namedValue } from './cron-fields.js';
import { readValue } from './cron-values.js';
import { type FieldPart, quoted, refuse, within } from './refusal.js';

const FROM_THE_END = 'days cannot be counted back from the end of the month';

export type DayForm =
  | { form: 'last' }
  | { form: 'nearest'; date: number | 'last' }
  | { form: 'lastWeekday'; weekday: number }
  | { form: 'nthWeekday'; weekday: number; n: number };

/** null: the item has none of these forms. `alone`: it is the whole field. */
export function readDayForm(item: FieldPart, alone: boolean): DayForm | null {
  if (item.field === DAY_OF_MONTH) return readDateForm(item, alone);
  return item.field === DAY_OF_WEEK ? readWeekdayForm(item) : null;
}

function readDateForm(item: FieldPart, alone: boolean): DayForm | null {
  const { text } = item;
  if (text === 'L') return { form: 'last' };
  const date = /^(?:\d+|L)W$/.test(text) ? text.slice(0, -1) : null;
  if (date === null) {
    const reason = wrongDateForm(text);
    if (reason === undefined) return null;
    throw refuse(item, reason);
  }
  const nearest = date === 'L' ? 'last' : readValue(within(item, 0, date));
  if (alone) return { form: 'nearest', date: nearest };
  throw refuse(item, 'W may not stand in a list; make it an expression of its own in the list of crons');
}

/** Why a text that looks like one of the forms is none. */
function wrongDateForm(text: string): string | undefined {
  const upper = text.toUpperCase();
  if (/^L-\d+W?$/.test(upper)) {
    return `${FROM_THE_END}; write "L" for the last day, or dates such as "25-28"`;
  }
  if (upper === 'WL') return 'write "LW" for the last Monday to Friday of the month';
  if (upper === 'W') return 'write "15W" for the Monday to Friday nearest to the 15th';
  if (/^(?:L|\d+W|LW)$/.test(upper)) return `L and W are capitals; write ${quoted(upper)}`;
  if (/^[\d-]+W$/.test(upper)) return 'W takes one date, as in "15W", or "LW"';
  if (text.includes('#') || /^(?:[A-Z]{3}|\d+)L$/.test(upper)) {
    return '"5L" and "5#2" are forms of the day of week; write them there, and "*" here';
  }
  return upper.startsWith('L') && /^L[^A-Z]/.test(upper) ? '"L" stands alone or as a list member' : undefined;
}

function readWeekdayForm(item: FieldPart): DayForm | null {
  const { text } = item;
  const hash = text.indexOf('#');
  if (hash >= 0)
    return readNth(within(item, 0, text.slice(0, hash)), within(item, hash + 1, text.slice(hash + 1)));
  const day = text.slice(0, -1);
  if (text.endsWith('L') && (/^\d+$/.test(day) || namedValue(item.field, day) !== undefined)) {
    return { form: 'lastWeekday', weekday: readValue(within(item, 0, day)) % 7 };
  }
  const reason = wrongWeekdayForm(item);
  if (reason === undefined) return null;
  throw refuse(item, reason);
}

function readNth(day: FieldPart, nth: FieldPart): DayForm {
  if (/[-/*?]/.test(day.text)) throw refuse(day, 'only one day may stand before "#", as in "5#2"');
  const weekday = readValue(day) % 7;
  if (nth.text === 'L') return { form: 'lastWeekday', weekday };
  if (nth.text === 'l') throw refuse(nth, `L is a capital; write "${day.text}#L"`);
  const n = /^\d{1,2}$/.test(nth.text) ? Number(nth.text) : 0;
  if (n >= 1 && n <= 5) return { form: 'nthWeekday', weekday, n };
  throw refuse(nth, `after "#" comes 1 to 5, or L for the last one of the month; write "${day.text}#1"`);
}

function wrongWeekdayForm({ text, field }: FieldPart): string | undefined {
  const upper = text.toUpperCase();
  if (upper === 'L') {
    return 'write "6" for every Saturday or "6L" for the last Saturday of the month; "L" alone is a day of month';
  }
  const day = upper.endsWith('L') ? upper.slice(0, -1) : undefined;
  const oneDay = day !== undefined && (/^\d+$/.test(day) || namedValue(field, day) !== undefined);
  if (oneDay) return `L is a capital; write ${quoted(upper)}`;
  if (day !== undefined && /^[\dA-Z]+-[\dA-Z]+$/.test(day)) {
    return 'L takes one day, as in "5L"; write several with commas, as in "4L,5L"';
  }
  if (/^(?:\d*|L)W$/.test(upper)) return 'W is a form of the day of month; for Monday to Friday write "1-5"';
  return upper.startsWith('L-') ? FROM_THE_END : undefined;
}
