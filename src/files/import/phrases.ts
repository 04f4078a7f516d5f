/** Phrases such as `every weekday at 5pm and 17:40` as cron expressions; what is not understood whole is refused. */

import { Refusal } from './draft.js';
import { hoursOf, numberWord, type PhraseTime, readTimes } from './phrase-times.js';

const UNITS: Readonly<Record<string, Unit>> = {
  s: 'second',
  sec: 'second',
  secs: 'second',
  second: 'second',
  seconds: 'second',
  m: 'minute',
  min: 'minute',
  mins: 'minute',
  minute: 'minute',
  minutes: 'minute',
  h: 'hour',
  hour: 'hour',
  hours: 'hour',
  d: 'day',
  day: 'day',
  days: 'day',
  w: 'week',
  week: 'week',
  weeks: 'week',
  month: 'month',
  months: 'month',
  y: 'year',
  year: 'year',
  years: 'year',
};
type Unit = 'second' | 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const WEEKDAY = /^(?:sun|mon|tue|tues|wed|thu|thur|thurs|fri|sat)(?:day|sday|nesday|rsday|urday)?s?$/;

/** What a phrase has said so far; crons are made of it at the end. */
interface Said {
  unit?: Unit;
  count: number;
  seconds?: string;
  minutes?: string;
  hours?: string;
  dates: string[];
  weekdays: string[];
  times: PhraseTime[];
}

/** More than one where times differ in their minutes. Throws a Refusal that names the phrase. */
export function phraseToCrons(phrase: string): string[] {
  const words = new Words(phrase);
  const said: Said = { count: 1, dates: [], weekdays: [], times: [] };
  while (!words.ended) {
    const word = words.take();
    if (word === 'every' || word === 'each') readEvery(words, said);
    else if (word === 'everyday') said.unit = 'day';
    else if (word === 'at' || word === 'after') readAt(words, said);
    else if (word === 'on' || word === 'of' || word === 'the' || word === 'in') readOn(words, said);
    else if (word === 'from' || word === 'between') readHours(words, said);
    else if (word !== 'and') words.refuse();
  }
  return cronsOf(words, said);
}

export class Words {
  readonly #phrase: string;
  readonly #words: string[];
  #at = 0;

  constructor(phrase: string) {
    this.#phrase = phrase;
    this.#words = phrase
      .toLowerCase()
      .replace(/(\d)\s+(am|pm)\b/g, '$1$2')
      .replace(/\b(noon|midnight)\b/g, (word) => (word === 'noon' ? '12:00' : '00:00'))
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
    const found = wanted.includes(this.next);
    if (found) this.#at += 1;
    return found;
  }

  refuse(): never {
    throw new Refusal(
      `the phrase ${JSON.stringify(this.#phrase)} is not understood: write a cron expression for it`,
    );
  }
}

function readEvery(words: Words, said: Said): void {
  const attached = /^(\d+)([a-z]+)$/.exec(words.next);
  if (attached && UNITS[attached[2] ?? ''] !== undefined) {
    words.take();
    setUnit(words, said, Number(attached[1]), attached[2] ?? '');
    return;
  }
  const count = numberWord(words.next);
  if (count !== undefined && UNITS[words.afterNext] !== undefined) {
    words.take();
    setUnit(words, said, count, words.take());
  } else if (words.takeIf('other')) setUnit(words, said, 2, words.take());
  else if (UNITS[words.next] !== undefined && !/^[smhdwy]$/.test(words.next))
    setUnit(words, said, 1, words.take());
  else readOn(words, said);
}

function setUnit(words: Words, said: Said, count: number, unit: string): void {
  const known = UNITS[unit];
  if (known === undefined || said.unit !== undefined || count < 1) words.refuse();
  said.unit = known;
  said.count = count;
}

function readAt(words: Words, said: Said): void {
  if (words.takeIf('second', 'seconds')) said.seconds = numbers(words, 59);
  else if (words.takeIf('minute', 'minutes')) said.minutes = numbers(words, 59);
  else if (words.takeIf('hour', 'hours')) said.hours = numbers(words, 23);
  else said.times.push(...readTimes(words));
}

/** Days: names of the week, `weekday`, ordinals, `last day`, `day 5`. */
function readOn(words: Words, said: Said): void {
  for (let first = true; ; first = false) {
    if (!first && !(words.takeIf('and', 'or') || isDay(words.next))) return;
    words.takeIf('the', 'every', 'each');
    if (!readDay(words, said)) {
      if (first) words.refuse();
      return;
    }
  }
}

function isDay(word: string): boolean {
  return WEEKDAY.test(word) || /^\d{1,2}(?:st|nd|rd|th)$/.test(word);
}

function readDay(words: Words, said: Said): boolean {
  const word = words.next;
  const ordinal = /^(\d{1,2})(?:st|nd|rd|th)$/.exec(word)?.[1];
  if (
    /^(?:week|work|business|biz)-?days?$/.test(word) ||
    (/^(?:business|biz)$/.test(word) && /^days?$/.test(words.afterNext))
  ) {
    if (/^(?:business|biz)$/.test(words.take())) words.take();
    said.weekdays.push('1-5');
  } else if (/^weekends?$/.test(word)) {
    words.take();
    said.weekdays.push('0', '6');
  } else if (WEEKDAY.test(word)) {
    words.take();
    const from = weekdayNumber(word);
    const to = words.takeIf('to', 'through', '-') ? weekdayNumber(words.take()) : from;
    if (to < from) words.refuse();
    said.weekdays.push(from === to ? `${from}` : `${from}-${to}`);
  } else if (/^[a-z]{3,9}-[a-z]{3,9}$/.test(word) && word.split('-').every((part) => WEEKDAY.test(part))) {
    words.take();
    said.weekdays.push(word.split('-').map(weekdayNumber).join('-'));
  } else if (ordinal !== undefined) {
    words.take();
    said.dates.push(ordinal);
    words.takeIf('day');
  } else if (word === 'last' && words.afterNext === 'day') {
    words.take();
    words.take();
    said.dates.push('L');
  } else if (/^days?$/.test(word) && /^\d{1,2}$/.test(words.afterNext)) {
    words.take();
    said.dates.push(numbers(words, 31));
  } else if (word === 'month' || word === 'months') {
    words.take();
    said.unit ??= 'month';
  } else if (word === 'day' || word === 'days') {
    words.take();
    said.unit ??= 'day';
  } else return false;
  return true;
}

function weekdayNumber(word: string): number {
  return WEEKDAYS.findIndex((name) => name.startsWith(word.slice(0, 3)));
}

/** `from 8am to 5pm`, `between 8 and 17`: for what runs within hours. */
function readHours(words: Words, said: Said): void {
  if (WEEKDAY.test(words.next)) {
    readOn(words, said);
    return;
  }
  const [from] = hoursOf(words);
  if (!words.takeIf('to', 'and', 'until', 'through', '-')) words.refuse();
  const [to] = hoursOf(words);
  if (!from || !to || from.minute !== 0 || to.minute !== 0 || from.hour >= to.hour) words.refuse();
  said.hours = `${from.hour}-${to.hour}`;
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

function cronsOf(words: Words, said: Said): string[] {
  const { unit = 'day', count, times } = said;
  const dates = said.dates.length > 0 ? said.dates.join(',') : undefined;
  const weekdays = said.weekdays.length > 0 ? said.weekdays.join(',') : undefined;
  const days = `${dates ?? '*'} * ${weekdays ?? '*'}`;
  const sized = unit === 'second' ? inMinutes(count) : { unit, count };
  if (sized.unit === 'second' || sized.unit === 'minute' || sized.unit === 'hour') {
    if (times.length > 0) words.refuse();
    return [shortCron(words, said, sized, days)];
  }
  if (said.unit === undefined && times.length === 0 && !dates && !weekdays) words.refuse();
  if (times.length > 0 && (said.minutes ?? said.hours) !== undefined) words.refuse();
  const around = longDays(words, sized, dates, weekdays);
  if (times.length === 0) {
    return [withSeconds(said, `${said.minutes ?? '0'} ${said.hours ?? '0'} ${around}`)];
  }
  const minutes = [...new Set(times.map(({ minute }) => minute))];
  return minutes.map((minute) => {
    const hours = times.filter((time) => time.minute === minute).map(({ hour }) => hour);
    return withSeconds(said, `${minute} ${[...new Set(hours)].sort((a, b) => a - b).join(',')} ${around}`);
  });
}

/** Seconds that are whole minutes or hours are those. */
function inMinutes(count: number): { unit: Unit; count: number } {
  if (count % 3_600 === 0) return { unit: 'hour', count: count / 3_600 };
  return count % 60 === 0 ? { unit: 'minute', count: count / 60 } : { unit: 'second', count };
}

function shortCron(
  words: Words,
  said: Said,
  { unit, count }: { unit: Unit; count: number },
  days: string,
): string {
  const hours =
    unit === 'minute' && count >= 60 && count % 60 === 0 ? count / 60 : unit === 'hour' ? count : 0;
  if ((hours === 0 && count > 59) || hours > 23) words.refuse();
  const step = (of: number): string => (of === 1 ? '*' : `*/${of}`);
  if (hours > 0) return withSeconds(said, `${said.minutes ?? '0'} ${said.hours ?? step(hours)} ${days}`);
  if (said.minutes !== undefined) words.refuse();
  if (unit === 'minute') return withSeconds(said, `${step(count)} ${said.hours ?? '*'} ${days}`);
  return `${step(count)} * ${said.hours ?? '*'} ${days}`;
}

function longDays(
  words: Words,
  { unit, count }: { unit: Unit; count: number },
  dates: string | undefined,
  weekdays: string | undefined,
): string {
  if (unit === 'day') {
    if (count > 1 && (dates ?? weekdays) !== undefined) words.refuse();
    return `${dates ?? (count === 1 ? '*' : `*/${count}`)} * ${weekdays ?? '*'}`;
  }
  if (unit === 'week' && count === 1) return `* * ${weekdays ?? '0'}`;
  if (unit === 'month' && count <= 12) {
    return `${dates ?? (weekdays ? '*' : '1')} ${count === 1 ? '*' : `*/${count}`} ${weekdays ?? '*'}`;
  }
  if (unit === 'year' && count === 1) return `${dates ?? '1'} 1 ${weekdays ?? '*'}`;
  return words.refuse();
}

function withSeconds({ seconds }: Said, cron: string): string {
  return seconds === undefined ? cron : `${seconds} ${cron}`;
}
