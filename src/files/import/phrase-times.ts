/** Numbers in phrases: times of day (`5`, `5am`, `17:40`, `five`), counts, and days of the month (`1st`, `second`, `last`). */

import type { Words } from './phrases.js';

export interface PhraseTime {
  hour: number;
  minute: number;
}

const NUMBERS = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];
const ORDINALS = [
  'first',
  'second',
  'third',
  'fourth',
  'fifth',
  'sixth',
  'seventh',
  'eighth',
  'ninth',
  'tenth',
];

export function numberWord(word: string): number | undefined {
  if (/^\d{1,5}$/.test(word)) return Number(word);
  const index = NUMBERS.indexOf(word);
  return index < 0 ? undefined : index;
}

/** `L` is the last one. */
export function ordinalOf(word: string): string | undefined {
  if (word === 'last') return 'L';
  const digits = /^(\d{1,2})(?:st|nd|rd|th)$/.exec(word)?.[1];
  const index = ORDINALS.indexOf(word);
  return digits ?? (index < 0 ? undefined : String(index + 1));
}

export function readTime(words: Words): PhraseTime {
  const spelled = timeOf(words.next);
  if (spelled === undefined) return words.refuse();
  words.take();
  const half = words.takeIf('am') ? 'am' : words.takeIf('pm') ? 'pm' : undefined;
  return (half === undefined ? spelled : inHalf(spelled, half)) ?? words.refuse();
}

export function timeOf(word: string): PhraseTime | undefined {
  const [, digits = '', minutes = '0', half] = /^(\d{1,2})(?::(\d\d))?(am|pm)?$/.exec(word) ?? [];
  const [, early, late] = /^(\d\d)(\d\d)$/.exec(word) ?? [];
  const hour = digits === '' ? (early === undefined ? NUMBERS.indexOf(word) : Number(early)) : Number(digits);
  const minute = late === undefined ? Number(minutes) : Number(late);
  if (hour < 0 || hour > 24 || minute > 59) return undefined;
  const time = { hour: hour === 24 ? 0 : hour, minute };
  return half === undefined ? time : inHalf(time, half);
}

function inHalf({ hour, minute }: PhraseTime, half: string): PhraseTime | undefined {
  if (hour < 1 || hour > 12) return undefined;
  return { hour: (hour % 12) + (half === 'pm' ? 12 : 0), minute };
}
