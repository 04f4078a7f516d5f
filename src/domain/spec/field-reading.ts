/** One field of a cron text, read: its plain values, still as ranges and steps, and the forms of the day fields. */

import { isDayField } from './cron-fields.js';
import { type Progression, readPlain } from './cron-values.js';
import { type DayForm, readDayForm } from './day-forms.js';
import { isHashed, readHashed } from './hashed.js';
import { type FieldPart, refuse, within } from './refusal.js';

export interface FieldReading {
  part: FieldPart;
  /** false: `*` or `?`, which ask for nothing. */
  restricted: boolean;
  plain: readonly PlainItem[];
  forms: readonly DayForm[];
}

export interface PlainItem extends Progression {
  item: FieldPart;
}

/** Throws `invalid_cron`. `id`: the schedule's, from which `H` is hashed. */
export function readField(part: FieldPart, id: string | undefined): FieldReading {
  if (part.text === '*' || (part.text === '?' && isDayField(part.field))) {
    const all = { low: part.field.min, high: part.field.top, step: 1, item: part };
    return { part, restricted: false, plain: [all], forms: [] };
  }
  const plain: PlainItem[] = [];
  const forms: DayForm[] = [];
  const items = part.text.split(',');
  let offset = 0;
  for (const [position, text] of items.entries()) {
    const item = within(part, offset, text);
    offset += text.length + 1;
    if (text === '') throw refuse(item, 'a list member is missing; leave out the comma');
    const form = readDayForm(item, items.length === 1);
    if (form !== null) forms.push(form);
    else plain.push({ ...(isHashed(item) ? readHashed(item, position, id) : readPlain(item)), item });
  }
  return { part, restricted: true, plain, forms };
}
