/** `next` is a function of (expression, zone, gap, fold, from) and of nothing else, and it never runs backwards. */

import { describe, expect, it } from 'vitest';
import { compiled, inWords, iso, type Question } from '../../../support/calendar/against.js';
import { allSettings } from '../../../support/calendar/brute-force.js';
import { type Chance, chance, seed } from '../../../support/calendar/random-cron.js';
import {
  changesOf,
  day,
  endInstant,
  everyZone,
  firstInstant,
  hour,
} from '../../../support/calendar/zone-facts.js';

const named = `CALENDAR_SEED=${seed}`;

const expressions = [
  '30 2 * * *',
  '30 1 * * *',
  '0 0 * * *',
  '*/10 * * * *',
  '0 * * * *',
  '15 0,3 * * SUN',
  '0,30 1-3 * * *',
  '20,40 59 23,0 * * *',
  '0 0 1 * *',
  '30 2 LW 3,10 SUN#L',
];

const zones = [
  'America/New_York',
  'Australia/Lord_Howe',
  'Antarctica/Troll',
  'America/Havana',
  'Africa/Casablanca',
];

/** Instants around some changes of the zone, and some anywhere, in no order. */
function instantsFor(random: Chance, zone: string): number[] {
  const near = random
    .shuffled(changesOf(zone))
    .slice(0, 8)
    .flatMap(({ at, before, after }) => {
      const size = Math.abs(after - before);
      const distances = [-day, -size, -size / 2, -1, 0, 1, size / 2, size, 2 * hour];
      return distances.map((distance) => at + distance);
    });
  const anywhere = Array.from({ length: 30 }, () => random.whole(firstInstant, endInstant));
  return random.shuffled([...near, ...anywhere]);
}

function questionsFor(random: Chance): Question[] {
  const chosen = [...zones, ...random.shuffled(everyZone()).slice(0, 15)];
  return chosen.flatMap((zone) =>
    expressions.map((expression) => ({ expression, zone, settings: random.pick(allSettings) })),
  );
}

describe('next', () => {
  it('answers the same whatever was asked before, of this spec or another', () => {
    const random = chance(seed);
    const wrong: string[] = [];
    const questions = questionsFor(random).map((question) => ({
      question,
      spec: compiled(question),
      instants: instantsFor(random, question.zone),
    }));
    for (const { question, spec, instants } of questions) {
      const other = random.pick(questions);
      const answers = instants.map((from) => {
        other.spec.next(random.pick(other.instants));
        return spec.next(from);
      });
      const again = random.shuffled(instants.map((from, index) => ({ from, before: answers[index] })));
      const [fresh, ordered] = [compiled(question), compiled(question)];
      for (const { from, before } of again) {
        if (spec.next(from) !== before) wrong.push(`${inWords(question)} after ${iso(from)}: asked again`);
        if (fresh.next(from) !== before)
          wrong.push(`${inWords(question)} after ${iso(from)}: asked in another order`);
      }
      const first = again.slice(0, 5);
      for (const { from, before } of first) {
        if (compiled(question).next(from) !== before)
          wrong.push(`${inWords(question)} after ${iso(from)}: asked first`);
      }
      for (const { from, before } of again.sort((a, b) => a.from - b.from)) {
        if (ordered.next(from) !== before)
          wrong.push(`${inWords(question)} after ${iso(from)}: asked in order`);
      }
    }
    expect(wrong.slice(0, 10), named).toEqual([]);
  });

  it('rises with what is asked, and each answer is the next one of the millisecond before it', () => {
    const random = chance(seed + 1);
    const wrong: string[] = [];
    for (const question of questionsFor(random)) {
      const spec = compiled(question);
      let highest = Number.NEGATIVE_INFINITY;
      for (const from of instantsFor(random, question.zone).sort((a, b) => a - b)) {
        const answer = spec.next(from);
        if (answer === null || answer <= from || answer < highest) {
          wrong.push(`${inWords(question)} after ${iso(from)}: ${iso(answer)} follows ${iso(highest)}`);
          break;
        }
        if (spec.next(answer - 1) !== answer)
          wrong.push(`${inWords(question)}: not just before ${iso(answer)}`);
        // Nothing lies between what was asked and the answer, so every instant between them has the same one.
        if (spec.next(random.whole(from, answer - 1)) !== answer) {
          wrong.push(`${inWords(question)}: not between ${iso(from)} and ${iso(answer)}`);
        }
        highest = answer;
      }
    }
    expect(wrong.slice(0, 10), named).toEqual([]);
  });
});
