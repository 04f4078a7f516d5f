/** Time zones: IANA names only, because abbreviations and offsets know nothing of summer time. */

import { nearest } from '../input/suggestions.js';
import { zoneOf } from './zone.js';

const SHAPE = /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/;

/** `EST`, `CET`, `PST8PDT`, `NZ`: abbreviations that zone data carries or carried as names, in any capitals. */
const ABBREVIATION = /^(?:[A-Z]{1,3}|[A-Z]{3}\d[A-Z]{3}|GMT[+-]?\d+|W-SU|NZ-CHAT|SystemV\/.*)$/i;
const PLAIN_NAMES = new Set(['UTC', 'GMT']);

/**
 * Abbreviations that are names in the zone data all the same, and the place that each stands for. A second place is
 * the same offset without summer time, which the abbreviation means there and people seldom do.
 */
const NAMED_ABBREVIATIONS = new Map<string, readonly [string, string?]>([
  ['CET', ['Europe/Brussels']],
  ['MET', ['Europe/Brussels']],
  ['EET', ['Europe/Athens']],
  ['WET', ['Europe/Lisbon']],
  ['EST', ['America/New_York', 'America/Panama']],
  ['MST', ['America/Denver', 'America/Phoenix']],
  ['HST', ['Pacific/Honolulu']],
  ['EST5EDT', ['America/New_York']],
  ['CST6CDT', ['America/Chicago']],
  ['MST7MDT', ['America/Denver']],
  ['PST8PDT', ['America/Los_Angeles']],
  ['GB', ['Europe/London']],
  ['NZ', ['Pacific/Auckland']],
  ['NZ-CHAT', ['Pacific/Chatham']],
  ['PRC', ['Asia/Shanghai']],
  ['ROC', ['Asia/Taipei']],
  ['ROK', ['Asia/Seoul']],
  ['W-SU', ['Europe/Moscow']],
  ['UCT', ['UTC']],
  ['GMT0', ['UTC']],
  ['GMT+0', ['UTC']],
  ['GMT-0', ['UTC']],
]);

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

/** Whether a text is the name of a zone, or is written like one. */
export function looksLikeZone(text: string): boolean {
  const known = timezoneProblem(text) === undefined || NAMED_ABBREVIATIONS.has(text.toUpperCase());
  return (
    known || /^(?:Africa|America|Antarctica|Asia|Atlantic|Australia|Etc|Europe|Indian|Pacific)\//i.test(text)
  );
}

function unknown(value: string): string {
  const shown = JSON.stringify(value);
  const [place, constant] = NAMED_ABBREVIATIONS.get(value.toUpperCase()) ?? [];
  if (place !== undefined) {
    const other = constant === undefined ? '' : `, or "${constant}" without summer time`;
    return `${shown} is an abbreviation, and only names of places are taken (write "${place}"${other})`;
  }
  const zones = [...Intl.supportedValuesOf('timeZone'), ...PLAIN_NAMES];
  const city = value.toLowerCase().replaceAll(' ', '_');
  const meant = zones.find((zone) => zone.toLowerCase().endsWith(`/${city}`)) ?? nearest(value, zones);
  const hint =
    meant === undefined ? 'use a name such as "Europe/Berlin" or "UTC"' : `did you mean "${meant}"?`;
  return `${shown} is no IANA time zone name (${hint})`;
}
