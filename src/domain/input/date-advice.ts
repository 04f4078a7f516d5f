/** What date was probably meant by a text that is none: `25.12.2026`, `12/25/2026`, `2026/1/5`, `20261225`. */

import { parseInstant } from './instants.js';

/** `at` is where the year, month and day stand in the match. A slash leaves open which of two comes first. */
const SHAPES: readonly { shape: RegExp; at: readonly [number, number, number] }[] = [
  { shape: /^(\d{4})[./-](\d{1,2})[./-](\d{1,2})\.?$/, at: [1, 2, 3] },
  { shape: /^(\d{4})(\d\d)(\d\d)$/, at: [1, 2, 3] },
  { shape: /^(\d{1,2})[.-](\d{1,2})[.-](\d{4})$/, at: [3, 2, 1] },
  { shape: /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/, at: [3, 2, 1] },
  { shape: /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/, at: [3, 1, 2] },
];

/** A time that does not say in which zone. */
const LOCAL_TIME = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(:\d\d(?:\.\d{1,9})?)?$/;

/** Every date that a text may stand for, as `2026-12-25`; none when it is no date in any order. */
export function datesMeant(text: string): string[] {
  const found = SHAPES.flatMap(({ shape, at }) => {
    const match = shape.exec(text);
    if (!match) return [];
    const [year = '', month = '', day = ''] = at.map((place) => match[place]);
    const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
    return parseInstant(`${date}T00:00:00Z`) === undefined ? [] : [date];
  });
  return [...new Set(found)];
}

/** `write "2026-12-25"`, or undefined when nothing of the kind was meant. */
export function dateAdvice(raw: unknown, suffix = ''): string | undefined {
  const text = typeof raw === 'string' || typeof raw === 'number' ? String(raw) : '';
  const dates = datesMeant(text).map((date) => `"${date}${suffix}"`);
  return dates.length === 0 ? undefined : `write ${dates.join(' or ')}`;
}

/** What to write for a text that is nearly an RFC 3339 time: the offset is never chosen for people, only shown. */
export function instantAdvice(raw: unknown): string | undefined {
  const local = typeof raw === 'string' ? LOCAL_TIME.exec(raw) : null;
  if (!local) return dateAdvice(raw, 'T00:00:00Z');
  const [, date = '', time = '', second = ':00'] = local;
  const instant = `${date}T${time}${second}Z`;
  return parseInstant(instant) === undefined ? undefined : `add the offset: "${instant}" for UTC`;
}
