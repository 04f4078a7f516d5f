/** Payloads as text: every digit of what was sent is there to be edited, and what is typed is sent as it is. */

import { parse, stringify } from 'lossless-json';

/** With every number as it is written; undefined where the text is no JSON. */
export function exact(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

/** `value`: as `exact` reads it, so that no number has lost a digit; indented. */
export const editable = (value: unknown): string => stringify(value ?? null, undefined, 2) ?? 'null';

/** The same on one line. */
export const written = (value: unknown): string => stringify(value ?? null) ?? 'null';

/** What was typed, if it is JSON; nothing at all is null. Throws in words. */
export function typed(text: string): string {
  const value = text.trim() || 'null';
  try {
    JSON.parse(value);
  } catch (error) {
    throw new Error(
      `The payload is no JSON value: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return value;
}

/** The JSON of a body whose payload is a text of JSON already: read and written anew, it would lose digits. */
export function bodyWith(fields: Readonly<Record<string, unknown>>, payload: string | undefined): string {
  const rest = JSON.stringify(fields);
  if (payload === undefined) return rest;
  return `${rest.slice(0, -1)}${rest === '{}' ? '' : ','}"payload":${payload}}`;
}
