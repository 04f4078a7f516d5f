/** Untyped values of foreign files: looked at, never trusted. */

import { isRecord } from '../../domain/input/readers.js';

export type Fields = Readonly<Record<string, unknown>>;

export const isFields: (value: unknown) => value is Fields = isRecord;

/** The fields of what is a mapping, of anything else none. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text that says something. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
