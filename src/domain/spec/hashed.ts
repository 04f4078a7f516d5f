/** `H`: a value that the schedule's id decides, so that many schedules do not all run at the same moment. */

import { HASHED_FORMS } from './cron-advice.js';
import { type Progression, readRange, splitStep } from './cron-values.js';
import { hash32 } from './hash.js';
import { type FieldPart, quoted, refuse, within } from './refusal.js';

/** Written as an `H`; `h` counts, to be refused with the right words. */
export function isHashed(item: FieldPart): boolean {
  return /^h(?:[(/]|$)/i.test(item.text);
}

/** `position`: of the item in its list, so that `H,H` are two values. */
export function readHashed(item: FieldPart, position: number, id: string | undefined): Progression {
  if (item.text.startsWith('h'))
    throw refuse(item, `H is a capital; write ${quoted(`H${item.text.slice(1)}`)}`);
  if (id === undefined) {
    throw refuse(item, `H is hashed from the schedule's id; give the id (--id), or write a value`);
  }
  const { head, step } = splitStep(item);
  const { low, high } = hashedRange(head);
  const size = high - low + 1;
  const hash = hash32(`${item.field.name}|${position}|${id}`);
  const first = low + (hash % Math.min(step ?? size, size));
  return step === null || step >= size
    ? { low: first, high: first, step: step ?? 1 }
    : { low: first, high, step };
}

function hashedRange(head: FieldPart): { low: number; high: number } {
  const { field, text } = head;
  if (text === 'H') return { low: field.min, high: field.hashedTop };
  if (!text.startsWith('H(') || !text.endsWith(')')) throw refuse(head, HASHED_FORMS);
  return readRange(within(head, 2, text.slice(2, -1)), (low, high) => `"H(${high}-${low})"`);
}
