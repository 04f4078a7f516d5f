/** How a cron text is refused: where, which part of it, in which field, and what to write instead; never at length. */

import { CarillonError } from '../input/errors.js';
import type { Field } from './cron-fields.js';

/** The longest excerpts of a message, escapes included. */
const WHOLE_SHOWN = 80;
const PART_SHOWN = 40;

/** A piece of a cron text that knows where it stands. */
export interface Part {
  /** The text as given. */
  source: string;
  /** Where the part begins in it, from 0. */
  start: number;
  text: string;
}

/** A part within one field. */
export interface FieldPart extends Part {
  field: Field;
}

/** The piece of `part` from `offset` on that reads `text`. */
export function within(part: FieldPart, offset: number, text: string): FieldPart {
  return { ...part, start: part.start + offset, text };
}

/** The error to throw; `reason` says what is wrong and what to write instead. */
export function refuse(part: Part | FieldPart, reason: string): CarillonError {
  const shown = part.text === '' ? '' : `, ${quoted(part.text, PART_SHOWN)}`;
  const field = 'field' in part ? ` in ${part.field.name}` : '';
  const place = `character ${part.start + 1}${shown}${field}`;
  return invalidCron(`cron expression ${quoted(part.source, WHOLE_SHOWN)}: ${place}: ${reason}`);
}

export function invalidCron(message: string): CarillonError {
  return new CarillonError('invalid_cron', message);
}

/** In quotes, printable ASCII only, and cut with `…` when longer than `limit`. */
export function quoted(text: string, limit = PART_SHOWN): string {
  let shown = '';
  for (const character of text) {
    const piece = escaped(character);
    if (shown.length + piece.length >= limit) return `"${shown}…"`;
    shown += piece;
  }
  return `"${shown}"`;
}

/** `é` as `\u{e9}`: what looks like nothing, or like something else, must be seen. */
export function escaped(character: string): string {
  if (character === '\\' || character === '"') return `\\${character}`;
  if (character === '\t') return '\\t';
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  return character >= ' ' && character <= '~' ? character : `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
