/** What stays of an error's message when everything that differs from task to task is taken out. */

/** Looked at, and kept, characters: a cut of what was looked at must not show in what is kept. */
const LOOKED = 4_000;
const KEPT = 500;
const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*';
const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*';

/** In this order: what is quoted may hold anything, and a time written in words has names in it. */
const VARIABLE: readonly RegExp[] = [
  /"[^"\n]*"|`[^`\n]*`|(?<![\p{L}\p{N}])'[^'\n]*'(?![\p{L}\p{N}])|“[^”\n]*”|‘[^’\n]*’/gu,
  new RegExp(
    `\\b(?:${DAY},? )?(?:${MONTH} \\d{1,2}|\\d{1,2} ${MONTH})\\b[\\d:, ]*(?:[A-Z]{2,5}(?:[+-]\\d{4})?)?[ \\d]*`,
    'g',
  ),
  // A word with a digit in it: a number, a size, an id, a UUID, a time, an address.
  /[\p{L}\p{N}_.:+@,%#-]*\p{Nd}[\p{L}\p{N}_.:+@,%#-]*/gu,
];

/** The same for errors that differ only in ids, numbers, times and quoted values. */
export function errorShape(message: string): string {
  let shape = message.slice(0, LOOKED);
  for (const pattern of VARIABLE) shape = shape.replace(pattern, '*');
  // As many as there are: three ids in a row are a list like two.
  shape = shape
    .replace(/\s+/g, ' ')
    .replace(/\*(?:[ ,;|/]*\*)+/g, '*')
    .trim();
  return shape.slice(0, KEPT);
}
