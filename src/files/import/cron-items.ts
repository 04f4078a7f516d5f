/** The members of foreign cron fields: `0/15`, weekdays that begin with 1, ranges that run over the end, long names. */

import { DAY_OF_MONTH, DAY_OF_WEEK, type Field, namedValue } from '../../domain/spec/cron-fields.js';

/** The number of Sunday. */
export type WeekNumbers = 0 | 1;

interface Counting {
  sunday: WeekNumbers;
  /** The week is 1 to 7 and begins on Monday; `*` with a step counts from there. */
  fromMonday?: boolean;
}

/** A name, or the first three letters of one that is written in full. */
const WORD = /^[A-Za-z]{3,9}$/;

/** `notes`: takes what was rewritten. */
export function convertField(text: string, field: Field, counting: Counting, notes: string[]): string {
  if (text === '*') return text;
  const items = text.split(',').map((item) => convertItem(item, field, counting, notes));
  if (items.includes('*')) return '*';
  return items.join(',');
}

function convertItem(item: string, field: Field, counting: Counting, notes: string[]): string {
  if (item === '?') return '*';
  const form = field === DAY_OF_WEEK ? weekdayForm(item, counting) : dateForm(item, field);
  if (form !== undefined) return form;
  const [head = '', step, ...more] = item.split('/');
  if (more.length > 0) return item;
  if (head === '*' || head === '') return step === undefined ? item : everyOf(step, field, counting);
  const [from = '', to, ...others] = head.split('-');
  if (others.length > 0) return item;
  if (to === undefined)
    return step === undefined ? valueText(from, field, counting) : open(from, step, field, counting, notes);
  return rangeOf([from, to], step, field, counting);
}

/** A step of 1 is none. */
function everyOf(step: string, field: Field, { fromMonday }: Counting): string {
  if (step === '1') return '*';
  return field === DAY_OF_WEEK && fromMonday ? `1-7/${step}` : `*/${step}`;
}

/** `0/15`: from there to the end of the field. */
function open(from: string, step: string, field: Field, counting: Counting, notes: string[]): string {
  const last = field === DAY_OF_WEEK ? 6 + (counting.fromMonday ? 1 : counting.sunday) : field.top;
  const written = rangeOf([from, String(last)], step, field, counting);
  notes.push(`${from}/${step} written out`);
  return written;
}

function rangeOf(
  [from, to]: readonly [string, string],
  step: string | undefined,
  field: Field,
  counting: Counting,
): string {
  const start = numberOf(from, field, counting);
  const high = numberOf(to, field, counting);
  const behind = step === undefined || step === '1' ? '' : `/${step}`;
  const plain = `${valueText(from, field, counting)}-${valueText(to, field, counting)}${behind}`;
  if (start === undefined || high === undefined) return plain;
  // Sunday begins a range as 0.
  const low = field === DAY_OF_WEEK && start === 7 && high < 7 ? 0 : start;
  if (low !== start) return `${low}-${valueText(to, field, counting)}${behind}`;
  if (field === DAY_OF_WEEK && counting.sunday === 1 && low === 0 && high === 6) {
    return behind === '' ? '*' : `*${behind}`;
  }
  if (low === high) return valueText(from, field, counting);
  const named = /\D/.test(from) || (field === DAY_OF_WEEK && counting.sunday === 1);
  return low < high ? plain : overTheEnd(low, high, Number(step ?? 1), field, named);
}

/** `22-4`: on from the first value when the last one has passed. */
function overTheEnd(low: number, high: number, step: number, field: Field, named: boolean): string {
  const { min, top } = field;
  const size = top - min + 1;
  const word = (value: number): string => (named ? (field.names[value - min] ?? '') : String(value));
  if (step === 1) {
    const first = low === top ? word(low) : `${word(low)}-${word(top)}`;
    return `${first},${high === min ? word(min) : `${word(min)}-${word(high)}`}`;
  }
  const values: number[] = [];
  for (let at = low; at <= high + size; at += step) values.push(min + ((at - min) % size));
  return values.map(word).join(',');
}

/** As our own grammar counts: 0 to 6 for days of the week (7 where it is written so). */
function numberOf(token: string, field: Field, { sunday }: Counting): number | undefined {
  if (/^\d{1,2}$/.test(token)) return Number(token) - (field === DAY_OF_WEEK ? sunday : 0);
  return WORD.test(token) ? namedValue(field, token.slice(0, 3)) : undefined;
}

/** A number or a name as it is written here. */
function valueText(token: string, field: Field, counting: Counting): string {
  if (field === DAY_OF_WEEK && counting.sunday === 1 && /^\d$/.test(token)) {
    return field.names[Number(token) - 1] ?? `${token} (1 to 7)`;
  }
  const named = WORD.test(token) && namedValue(field, token.slice(0, 3)) !== undefined;
  return named && token.length > 3 ? token.slice(0, 3).toUpperCase() : token;
}

/** `6L`, `6#3`, `L`: undefined when it is none of them. */
function weekdayForm(item: string, counting: Counting): string | undefined {
  const nth = /^(\w+)#(L|last|-?\d+)$/i.exec(item);
  if (nth) {
    const [, day = '', which = ''] = nth;
    const last = which === '-1' || /^l/i.test(which);
    return last
      ? `${valueText(day, DAY_OF_WEEK, counting).toUpperCase()}#L`
      : `${valueText(day, DAY_OF_WEEK, counting)}#${which}`;
  }
  if (/^L$/i.test(item) && counting.sunday === 1) return 'SAT';
  const last = /^(\d|[A-Za-z]{3})L$/i.exec(item)?.[1];
  return last === undefined ? undefined : `${valueText(last, DAY_OF_WEEK, counting)}L`;
}

/** `L`, `15W`, `LW` in whatever letters. */
function dateForm(item: string, field: Field): string | undefined {
  return field === DAY_OF_MONTH && /^(?:L|LW|\d{1,2}W)$/i.test(item) ? item.toUpperCase() : undefined;
}
