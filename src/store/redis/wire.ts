/** Keys and arguments of a script call as they go over the wire. */

/** `$<bytes>` and the line's end, by length: short texts are most of what is sent. */
const LENGTHS = Array.from({ length: 256 }, (_, length) => `$${length}\r\n`);

export const NOTHING = '$0\r\n\r\n';

/** One key or argument. */
export function bulk(value: string | number): string {
  const text = typeof value === 'string' ? value : `${value}`;
  const bytes = Buffer.byteLength(text);
  return `${LENGTHS[bytes] ?? `$${bytes}\r\n`}${text}\r\n`;
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
}

export function items(values: readonly (string | number)[]): Items {
  return { count: values.length, text: bulks(values) };
}
