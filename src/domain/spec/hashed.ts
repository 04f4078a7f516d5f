/** `H`: a value that the schedule's id decides, so that many schedules do not all run at the same moment. */

import { HASHED_FORMS } from './cron-advice.js';
import { type Progression, readRange, splitStep } from './cron-values.js';
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

/**
 * FNV-1a, 32 bits (Fowler, Noll, Vo; draft-eastlake-fnv), over UTF-16 units, then the finaliser of MurmurHash3
 * (Appleby), because FNV alone hardly mixes the last characters into the high bits. Never to be changed: it decides
 * when schedules run.
 */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
