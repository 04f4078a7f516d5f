/** Keys and arguments of a script call as they go over the wire. */

import type { Outgoing } from './outgoing.js';

/** `$<bytes>` and the line's end, by length: short texts are most of what is sent. */
const LENGTHS = Array.from({ length: 256 }, (_, length) => `$${length}\r\n`);

/** What stands before so many bytes. */
export function bulkHead(bytes: number): string {
  return LENGTHS[bytes] ?? `$${bytes}\r\n`;
}

export const NOTHING = '$0\r\n\r\n';

/** One key or argument. */
export function bulk(value: string | number): string {
  const text = typeof value === 'string' ? value : `${value}`;
  return `${bulkHead(Buffer.byteLength(text))}${text}\r\n`;
}

export function bulks(values: readonly (string | number)[]): string {
  let text = '';
  for (let i = 0; i < values.length; i++) text += bulk(values[i] as string | number);
  return text;
}

/** Some of the arguments of a call, encoded. */
export interface Items {
  readonly count: number;
  readonly text: string;
  /** Follow the text: written where they are sent. */
  readonly rows?: (out: Outgoing) => void;
}

export function items(values: readonly (string | number)[]): Items {
  return { count: values.length, text: bulks(values) };
}
