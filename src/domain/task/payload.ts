/** What a task carries: JSON text, or plain data of which the text is written where it is sent. */

/**
 * Plain data, copied when it was asked for. Its JSON is written as it goes to Redis, which reads it meanwhile: the texts of
 * a large call, all made before anything is sent, would cost more to collect than to write (measured, bench/).
 */
export class Unwritten {
  readonly data: unknown;
  /** Characters of its JSON, about. */
  readonly length: number;

  constructor(data: unknown, length: number) {
    this.data = data;
    this.length = length;
  }

  /** Never throws: it is plain data, and neither deep nor long. */
  toString(): string {
    return JSON.stringify(this.data);
  }
}

/** Text: '' for none. */
export type Payload = string | Unwritten;

export function payloadText(payload: Payload): string {
  return typeof payload === 'string' ? payload : payload.toString();
}

/** Characters. A shorter text is written at once: it is kept more cheaply than what it was written from. */
const LONG = 256;
/** Bytes of JSON that a character may take: `\u001f`. */
const WIDEST = 6;
const DEEPEST = 50;

/** A plain copy (see plainCopy) to be written later; null where it is short, or may be too deep or of more than `mostBytes`. */
export function unwritten(copy: unknown, mostBytes: number): Unwritten | null {
  const length = lengthOf(copy, 0);
  return length >= LONG && length * WIDEST <= mostBytes ? new Unwritten(copy, length) : null;
}

/** Of JSON, in characters, before any of them is escaped: never less than a sixth of its bytes. */
function lengthOf(value: unknown, depth: number): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 5;
  if (depth === DEEPEST) return Number.POSITIVE_INFINITY;
  let length = 2;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i += 1) length += lengthOf(value[i], depth + 1) + 1;
    return length;
  }
  for (const key in value)
    length += key.length + 4 + lengthOf((value as Record<string, unknown>)[key], depth + 1);
  return length;
}
