/** The fields of an answer that nobody told otherwise, a line for each: `show` leaves nothing out. */

import type { Cell } from './look.js';

export type Fact = readonly [string, Cell | undefined];

/** Those not in `told`, in the answer's own order; what is empty is left out. */
export function restOf(answer: object, told: readonly string[]): Fact[] {
  return Object.entries(answer)
    .filter(([name]) => !told.includes(name))
    .map(([name, value]) => [labelOf(name), cellOf(name, value)]);
}

/** An instant as such, a text as it is, texts side by side, anything else as JSON. */
function cellOf(name: string, value: unknown): Cell | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return /At$/.test(name) ? { time: value } : value;
  if (typeof value === 'object' && Object.keys(value).length === 0) return undefined;
  const texts = Array.isArray(value) && value.every((one) => typeof one === 'string');
  return texts ? value.join(', ') : JSON.stringify(value);
}

/** `finishedAt` → `finished`, `catchUp` → `catch up`. */
function labelOf(name: string): string {
  return name.replace(/At$/, '').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
