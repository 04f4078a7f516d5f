/** Phrases such as `every weekday at 5pm and 17:40`, word by word; what is not understood whole is refused. */

import { Refusal } from './draft.js';
import { cronsOf, type Said, type Unit } from './phrase-crons.js';
import { numberWord, ordinalOf, readTime, timeOf } from './phrase-times.js';

const UNITS: ReadonlyMap<string, Unit> = new Map(
  Object.entries({
    s: 'second',
    sec: 'second',
    second: 'second',
    m: 'minute',
    min: 'minute',
    minute: 'minute',
    h: 'hour',
    hr: 'hour',
    hour: 'hour',
    d: 'day',
    day: 'day',
    w: 'week',
    week: 'week',
    month: 'month',
    y: 'year',
    year: 'year',
  }),
);

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const WEEKDAY = /^(?:sun|mon|tue|tues|wed|thu|thur|thurs|fri|sat)(?:day|sday|nesday|rsday|urday)?s?$/;
const WORKDAYS = /^(?:week|work|business|biz)-?days?$/;
const TO = ['to', 'until', 'through', '-'];

/** More than one where times differ in their minutes. Throws a Refusal that names the phrase. */
export function phraseToCrons(phrase: string): string[] {
  const words = new Words(phrase);
  const said: Said = { count: 1, dates: [], weekdays: [], times: [] };
  while (!words.ended) {
    if (words.takeIf('every', 'each')) readEvery(words, said);
    else if (words.takeIf('everyday')) said.unit = 'day';
    else if (words.takeIf('at', 'after')) readAt(words, said);
    else if (words.takeIf('on', 'of', 'the', 'in')) readOn(words, said);
    else if (words.takeIf('starting')) readStart(words, said);
    else if (words.takeIf('from', 'between')) readFrom(words, said);
    else if (timeOf(words.next)) readTimes(words, said);
    else if (!words.takeIf('and')) words.refuse();
  }
  return cronsOf(said) ?? words.refuse();
}

export class Words {
  readonly #phrase: string;
  readonly #words: string[];
  #at = 0;

  constructor(phrase: string) {
    this.#phrase = phrase;
    this.#words = phrase
      // The only capital that means something: a month, and not a minute.
      .replace(/(\d)\s*M\b/g, '$1 months')
      .toLowerCase()
      .replace(/(\d)\s+(am|pm)\b/g, '$1$2')
      .replace(/\b(?:12(?::00)?\s+)?(noon|midday|midnight)\b/g, (_, word) =>
        word === 'midnight' ? '00:00' : '12:00',
      )
      .split(/[\s,]+/)
      .filter((word) => word !== '');
  }

  get ended(): boolean {
    return this.#at >= this.#words.length;
  }

  get next(): string {
    return this.#words[this.#at] ?? '';
  }

  get afterNext(): string {
    return this.#words[this.#at + 1] ?? '';
  }

  take(): string {
    this.#at += 1;
    return this.#words[this.#at - 1] ?? '';
  }

  takeIf(...wanted: readonly string[]): boolean {
    const found = !this.ended && wanted.includes(this.next);
    if (found) this.#at += 1;
    return found;
  }

  refuse(): never {
    throw new Refusal(
      `the phrase ${JSON.stringify(this.#phrase)} is not understood: write a cron expression for it`,
    );
  }
}

const unitOf = (word: string): Unit | undefined => UNITS.get(word) ?? UNITS.get(word.replace(/s$/, ''));

function readEvery(words: Words, said: Said): void {
  const [, digits, letters = ''] = /^(\d+)([a-z]+)$/.exec(words.next) ?? [];
  if (digits !== undefined && unitOf(letters)) {
    words.take();
    setUnit(words, said, Number(digits), letters);
    return;
  }
  const count = numberWord(words.next);
  if (count !== undefined && unitOf(words.afterNext)) {
    words.take();
    setUnit(words, said, count, words.take());
  } else if (words.takeIf('other')) setUnit(words, said, 2, words.take());
  // "Every second of the month" is a day.
  else if (words.next.length > 1 && unitOf(words.next) && words.afterNext !== 'of')
    setUnit(words, said, 1, words.take());
  else readOn(words, said);
}

function setUnit(words: Words, said: Said, count: number, word: string): void {
  const unit = unitOf(word);
  if (unit === undefined || said.unit !== undefined || count < 1) words.refuse();
  said.unit = unit;
  said.count = count;
}

function readAt(words: Words, said: Said): void {
  if (!readPart(words, said)) readTimes(words, said);
}

/** `minute 12`, `secs 10 and 40`. */
function readPart(words: Words, said: Said): boolean {
  const unit = words.next.length > 1 ? unitOf(words.next) : undefined;
  if (
    (unit !== 'second' && unit !== 'minute' && unit !== 'hour') ||
    numberWord(words.afterNext) === undefined
  ) {
    return false;
  }
  words.take();
  said[`${unit}s`] = numbers(words, unit === 'hour' ? 23 : 59);
  return true;
}

/** Days: names of the week, `weekday`, ordinals, `last day`, `day 5`; or minutes and the like. */
function readOn(words: Words, said: Said): void {
  if (readPart(words, said)) return;
  for (let first = true; ; first = false) {
    const joined = first || words.takeIf('and', 'or') || isDay(words.next);
    if (!joined) return;
    words.takeIf('the', 'every', 'each');
    if (!readDay(words, said)) {
      if (first) words.refuse();
      return;
    }
  }
}

const isDay = (word: string): boolean => WEEKDAY.test(word) || /^\d{1,2}(?:st|nd|rd|th)$/.test(word);

function readDay(words: Words, said: Said): boolean {
  const word = words.next;
  if (WORKDAYS.test(word)) {
    words.take();
    said.weekdays.push('1-5');
  } else if (words.takeIf('business', 'biz')) {
    if (!words.takeIf('day', 'days')) words.refuse();
    said.weekdays.push('1-5');
  } else if (words.takeIf('weekend', 'weekends')) said.weekdays.push('0', '6');
  else if (WEEKDAY.test(word)) {
    words.take();
    said.weekdays.push(words.takeIf(...TO) ? rangeTo(words, word, words.take()) : weekday(words, word));
  } else if (/^[a-z]{3,9}-[a-z]{3,9}$/.test(word)) {
    const [from = '', to = ''] = words.take().split('-');
    said.weekdays.push(rangeTo(words, from, to));
  } else if (word === 'month' || word === 'months') {
    words.take();
    said.unit ??= 'month';
  } else if (word === 'hour' || word === 'minute') {
    words.take();
    said.onThe = word;
  } else if (/^days?$/.test(word)) {
    words.take();
    if (numberWord(words.next) === undefined) said.unit ??= 'day';
    else said.dates.push(numbers(words, 31));
  } else return readDate(words, said);
  return true;
}

/** `1st`, `first`, `last`, `last day`; several of them are a range with `to` between. */
function readDate(words: Words, said: Said): boolean {
  const from = ordinalOf(words.next);
  if (from === undefined) return false;
  words.take();
  words.takeIf('day');
  if (!words.takeIf(...TO)) {
    said.dates.push(from);
    return true;
  }
  words.takeIf('the');
  const to = ordinalOf(words.take());
  if (to === undefined || from === 'L') words.refuse();
  // The last day of every month is one of these.
  said.dates.push(`${from}-${to === 'L' ? '31' : to}`);
  return true;
}

const weekday = (words: Words, word: string): string => {
  const number = WEEKDAYS.findIndex((name) => name.startsWith(word.slice(0, 3)));
  return number < 0 ? words.refuse() : String(number);
};
const rangeTo = (words: Words, from: string, to: string): string =>
  `${weekday(words, from)}-${weekday(words, to)}`;

/** `starting at minute 1` */
function readStart(words: Words, said: Said): void {
  words.takeIf('at', 'from', 'on');
  words.takeIf('the');
  const unit = unitOf(words.take());
  const from = numberWord(words.take());
  if (unit === undefined || unit !== said.unit || from === undefined) words.refuse();
  said.start = from;
}

/** `from 8am to 5pm`, `from monday to friday`, `from the 25th to the last`, `from second 10`. */
function readFrom(words: Words, said: Said): void {
  words.takeIf('the');
  if (unitOf(words.next) && words.next.length > 1) readStart(words, said);
  else if (timeOf(words.next)) readTimes(words, said);
  else readOn(words, said);
}

/** One after the other; hours that runs keep within with `to` between. */
function readTimes(words: Words, said: Said): void {
  do {
    words.takeIf('at');
    const time = readTime(words);
    if (
      words.takeIf(...TO) ||
      (said.times.length === 0 && words.next === 'and' && said.unit === 'hour' && words.takeIf('and'))
    ) {
      const end = readTime(words);
      if (time.minute !== 0 || end.minute !== 0 || time.hour >= end.hour || said.within) words.refuse();
      said.within = { from: time.hour, to: end.hour };
      return;
    }
    said.times.push(time);
  } while (words.takeIf('and', 'or') || timeOf(words.next) !== undefined);
}

/** `0, 20 and 40` */
function numbers(words: Words, most: number): string {
  const found: string[] = [];
  do {
    const value = numberWord(words.next);
    if (value === undefined || value > most) break;
    words.take();
    found.push(String(value));
  } while (words.takeIf('and') || numberWord(words.next) !== undefined);
  if (found.length === 0) words.refuse();
  return found.join(',');
}
