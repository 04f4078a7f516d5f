/** Times of day in phrases: `5`, `5am`, `17:40`, `5:30 pm`, `five`, several with `and` between. */

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

export function numberWord(word: string): number | undefined {
  if (/^\d{1,5}$/.test(word)) return Number(word);
  const index = NUMBERS.indexOf(word);
  return index < 0 ? undefined : index;
}

/** As many as follow each other. */
export function readTimes(words: Words): PhraseTime[] {
  const times: PhraseTime[] = [];
  do {
    words.takeIf('at');
    times.push(...hoursOf(words));
  } while (words.takeIf('and', 'or') || timeOf(words.next) !== undefined);
  return times;
}

/** One of them. */
export function hoursOf(words: Words): [PhraseTime] {
  const spelled = timeOf(words.next);
  if (spelled === undefined) return words.refuse();
  words.take();
  const half = words.takeIf('am') ? 'am' : words.takeIf('pm') ? 'pm' : undefined;
  const time = half === undefined ? spelled : inHalf(spelled, half);
  return time === undefined ? words.refuse() : [time];
}

function timeOf(word: string): PhraseTime | undefined {
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
