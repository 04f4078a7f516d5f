/** Time zones: IANA names only, because abbreviations and offsets know nothing of summer time. */

import { nearest } from '../input/suggestions.js';
import { zoneOf } from './zone.js';

const SHAPE = /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/;

/** `EST`, `CET`, `PST8PDT`, `NZ`: abbreviations that zone data carries or carried as names, in any capitals. */
const ABBREVIATION = /^(?:[A-Z]{1,3}|[A-Z]{3}\d[A-Z]{3}|GMT[+-]?\d+|W-SU|NZ-CHAT|SystemV\/.*)$/i;
const PLAIN_NAMES = new Set(['UTC', 'GMT']);

/** Longer than any name there is. */
const LONGEST = 64;

/** Why `value` is no time zone, as words that follow the value; undefined when it is one. */
export function timezoneProblem(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'must be an IANA time zone name such as "Europe/Berlin"';
  if (value.length > LONGEST) return `is no IANA time zone name (longer than ${LONGEST} characters)`;
  if (!SHAPE.test(value) || (ABBREVIATION.test(value) && !PLAIN_NAMES.has(value))) return unknown(value);
  try {
    const { isMisspelt, canonicalName } = zoneOf(value);
    return isMisspelt ? `"${value}" must be written "${canonicalName}"` : undefined;
  } catch {
    return unknown(value);
  }
}

function unknown(value: string): string {
  const zones = [...Intl.supportedValuesOf('timeZone'), ...PLAIN_NAMES];
  const city = value.toLowerCase().replaceAll(' ', '_');
  const meant = zones.find((zone) => zone.toLowerCase().endsWith(`/${city}`)) ?? nearest(value, zones);
  const hint =
    meant === undefined ? 'use a name such as "Europe/Berlin" or "UTC"' : `did you mean "${meant}"?`;
  return `${JSON.stringify(value)} is no IANA time zone name (${hint})`;
}
