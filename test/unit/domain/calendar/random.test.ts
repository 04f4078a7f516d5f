/** Random expressions in random zones, and sparse ones in plenty, against brute force; the seed repeats a failure. */

import { describe, expect, it } from 'vitest';
import { CarillonError } from '../../../../src/domain/input/errors.js';
import { compileSpec } from '../../../../src/domain/spec/compile.js';
import {
  compiled,
  differences,
  inWords,
  isMatch,
  iso,
  type Question,
} from '../../../support/calendar/against.js';
import { allSettings, defaults, instantsOf } from '../../../support/calendar/brute-force.js';
import { type NaiveCron, readNaively, wallFields } from '../../../support/calendar/naive-cron.js';
import { type Chance, chance, randomCron, seed } from '../../../support/calendar/random-cron.js';
import {
  changesOf,
  day,
  endInstant,
  everyZone,
  firstInstant,
  hour,
} from '../../../support/calendar/zone-facts.js';

const zones = everyZone();
const named = `CALENDAR_SEED=${seed}`;

/** Half of them near a change of the zone, where answers are hard. */
function randomInstant(random: Chance, zone: string, until: number): number {
  const changes = changesOf(zone).filter(({ at }) => at < until - 10 * day);
  const near = random.whole(0, 1) === 1 && changes.length > 0;
  const instant = near
    ? random.pick(changes).at + random.whole(-3 * day, 2 * day)
    : random.whole(firstInstant + day, until);
  const precision = random.pick([1, 1000, 60_000, hour]);
  return Math.max(firstInstant, Math.floor(instant / precision) * precision);
}

function randomQuestion(random: Chance, expression: string): Question {
  return { expression, zone: random.pick(zones), settings: random.pick(allSettings) };
}

/** No day of the 400 years after which the calendar repeats itself. */
function neverComes(cron: NaiveCron): boolean {
  for (let date = Date.UTC(2000, 0, 1); date < Date.UTC(2400, 0, 1); date += day) {
    if (cron.matchesDay(wallFields(date))) return false;
  }
  return true;
}

/** null when the product refuses the expression and is right to: it names no day. */
function compiledIfItComes(question: Question): ReturnType<typeof compiled> | null {
  try {
    return compiled(question);
  } catch (error) {
    if (!(error instanceof CarillonError)) throw error;
    if (neverComes(readNaively(question.expression))) return null;
    throw new Error(`${named}: ${inWords(question)} was refused: ${error.message}`);
  }
}

/** The narrowest window with a few answers; dense expressions are cut short, sparse ones get up to 12 years. */
function windowAfter(question: Question, cron: NaiveCron, after: number): number {
  for (const days of [1, 8, 40, 120, 500, 12 * 366]) {
    const upTo = Math.min(after + days * day, endInstant);
    const instants = instantsOf(cron, question.zone, question.settings, after, upTo);
    const cut = instants[60];
    if (cut !== undefined) return cut;
    if (instants.length >= 3) return upTo;
  }
  return Math.min(after + 12 * 366 * day, endInstant);
}

describe('random questions', () => {
  it.each([0, 1, 2])('are answered as brute force does (part %d)', (part) => {
    const random = chance(seed + 1_000_000 * part);
    const wrong: string[] = [];
    for (let round = 0; round < 700; round += 1) {
      const question = randomQuestion(random, randomCron(random));
      const spec = compiledIfItComes(question);
      if (spec === null) continue;
      const cron = readNaively(question.expression);
      const after = randomInstant(random, question.zone, endInstant - 400 * day);
      const upTo = windowAfter(question, cron, after);
      const froms = Array.from({ length: 5 }, () => random.whole(after, upTo));
      wrong.push(...differences(question, after, upTo, froms, spec));
    }
    expect(wrong.slice(0, 10), named).toEqual([]);
  });

  it('have answers that the independent matcher confirms, wherever they lie', () => {
    const random = chance(seed + 1);
    const wrong: string[] = [];
    for (let round = 0; round < 2_000; round += 1) {
      const question = randomQuestion(random, randomCron(random));
      const spec = compiledIfItComes(question);
      if (spec === null) continue;
      const cron = readNaively(question.expression);
      let instant = spec.next(randomInstant(random, question.zone, endInstant - day));
      for (let steps = 0; steps < 20 && instant !== null && instant < endInstant; steps += 1) {
        if (!isMatch(cron, question, instant)) wrong.push(`${inWords(question)}: ${iso(instant)}`);
        instant = spec.next(instant);
      }
    }
    expect(wrong.slice(0, 10), named).toEqual([]);
  });
});

describe('days that never come', () => {
  it.each(['0 0 30 2 *', '0 0 31 4,6,9,11 *', '0 0 31W 2,4 *', '0 0 30W 2 ?', '0 0 30,31 FEB *'])(
    '%s',
    (expression) => {
      expect(neverComes(readNaively(expression))).toBe(true);
      const question = { expression, zone: 'UTC', settings: defaults };
      expect(() => compiled(question)).toThrow(expect.objectContaining({ code: 'invalid_cron' }));
    },
  );
});

describe('several expressions', () => {
  it('yield the union of their instants, each once', () => {
    const random = chance(seed + 2);
    const wrong: string[] = [];
    for (let round = 0; round < 150; round += 1) {
      const { zone, settings } = randomQuestion(random, '');
      const daily = () => `${random.pick(['0', '30', '0,30'])} ${random.whole(0, 4)} * * *`;
      const expressions = [daily(), daily(), random.pick([daily(), '30 * * * *', '0 0 LW * SUN#L'])];
      const after = randomInstant(random, zone, endInstant - 400 * day);
      const upTo = after + 5 * day;
      const all = expressions.flatMap((text) => instantsOf(readNaively(text), zone, settings, after, upTo));
      const expected = [...new Set(all)].sort((a, b) => a - b);
      const spec = compileSpec({ kind: 'cron', expressions, timezone: zone, ...settings }, undefined);
      const answers: number[] = [];
      for (let at = spec.next(after); at !== null && at <= upTo; at = spec.next(at)) answers.push(at);
      if (answers.join() !== expected.join()) {
        wrong.push(`${expressions.join(' | ')} ${zone} ${settings.gap} ${settings.fold} after ${iso(after)}`);
      }
    }
    expect(wrong.slice(0, 10), named).toEqual([]);
  });
});

describe('sparse expressions', () => {
  it.each([
    '0 0 1 * *',
    '30 2 29 2 *',
    '30 2 31 * *',
    '15 1 L * *',
    '0 3 L 2 *',
    '30 2 LW * *',
    '30 2 31W * *',
    '0 0 1W * *',
    '45 23 15W 2,8 *',
    '30 2 30W * ?',
    '30 1 ? * 5L',
    '0 0 ? * SUN#L',
    '30 2 * * 5#5',
    '30 2 * 3,10,11 SUN#1,SUN#2,0L',
    '0 12 29 2 MON#5',
    '30 0 L,1 * 7#3',
    '15,45 30 2 8-14 3 ?',
  ])('%s over forty years, in zones that differ in their clocks', (expression) => {
    const random = chance(seed);
    const zone = ['America/New_York', 'Pacific/Apia', 'Australia/Lord_Howe', 'America/Havana', 'UTC'];
    const wrong = [...zone, ...random.shuffled(zones).slice(0, 5)].flatMap((zone, index) => {
      const question = { expression, zone, settings: allSettings[index % 6] ?? random.pick(allSettings) };
      const after = random.whole(firstInstant, endInstant - 41 * 366 * day);
      const upTo = after + 40 * 366 * day;
      const froms = Array.from({ length: 20 }, () => random.whole(after, upTo));
      return differences(question, after, upTo, froms);
    });
    expect(wrong.slice(0, 10), named).toEqual([]);
  });

  it('29 February skips 2100', () => {
    const spec = compiled({ expression: '0 0 29 2 *', zone: 'UTC', settings: { gap: 'skip', fold: 'both' } });
    expect(iso(spec.next(Date.parse('2096-03-01T00:00:00Z')))).toBe('2104-02-29T00:00:00.000Z');
  });
});
