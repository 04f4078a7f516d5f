/** Time zones: IANA names only, because abbreviations and offsets know nothing of summer time. */

import { nearest } from './suggestions.js';

const SHAPE = /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/;

/** `EST`, `CET`, `PST8PDT`: historic abbreviations that some zone data carries as names. */
const ABBREVIATION = /^[A-Z0-9+-]+$/;
const PLAIN_NAMES = new Set(['UTC', 'GMT']);

/** Why `value` is no time zone, as words that follow the value; undefined when it is one. */
export function timezoneProblem(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'must be an IANA time zone name such as "Europe/Berlin"';
  if (!SHAPE.test(value) || (ABBREVIATION.test(value) && !PLAIN_NAMES.has(value))) return unknown(value);
  const known = canonicalName(value);
  if (known === undefined) return unknown(value);
  const misspelt = known !== value && known.toLowerCase() === value.toLowerCase();
  return misspelt ? `"${value}" must be written "${known}"` : undefined;
}

function canonicalName(value: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

function unknown(value: string): string {
  const zones = Intl.supportedValuesOf('timeZone');
  const city = value.toLowerCase().replaceAll(' ', '_');
  const meant = zones.find((zone) => zone.toLowerCase().endsWith(`/${city}`)) ?? nearest(value, zones);
  const hint =
    meant === undefined ? 'use a name such as "Europe/Berlin" or "UTC"' : `did you mean "${meant}"?`;
  return `"${value}" is no IANA time zone name (${hint})`;
}
