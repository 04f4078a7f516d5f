/** Every change of offset that any IANA zone made or will make, 1970 to 2037: the answers around it. */

import { describe, expect, it } from 'vitest';
import { compiled, differences, type Question } from '../../../support/calendar/against.js';
import { allSettings, defaults, type Settings } from '../../../support/calendar/brute-force.js';
import { wallFields } from '../../../support/calendar/naive-cron.js';
import {
  type Change,
  day,
  distinctChanges,
  hour,
  minute,
  second,
} from '../../../support/calendar/zone-facts.js';

const changes = distinctChanges();

/** Questions come up again and again in one zone; a compiled spec that was used before must answer the same. */
const compiledBefore = new Map<string, ReturnType<typeof compiled>>();

function check(question: Question, after: number, upTo: number, froms: readonly number[]): string[] {
  const { expression, zone, settings } = question;
  const key = `${expression}|${zone}|${settings.gap}|${settings.fold}`;
  const spec = compiledBefore.get(key) ?? compiled(question);
  compiledBefore.set(key, spec);
  return differences(
    question,
    after,
    upTo,
    froms.filter((from) => from >= after && from <= upTo),
    spec,
  );
}

/** `02:30:00` → `30 2 * * *`, with seconds only where they are needed. */
function dailyAt(wall: number): string {
  const { hour, minute, second } = wallFields(wall);
  return `${second === 0 ? '' : `${second} `}${minute} ${hour} * * *`;
}

/** Just before, at and just after the change, and inside what it skips or repeats, on both sides. */
function fromsAround({ at, before, after }: Change): number[] {
  const size = Math.abs(after - before);
  const distances = [0, 1, second, size / 2, size - second, size, size + second, 30 * minute, 2 * hour];
  return distances.flatMap((distance) => [at - distance, at + distance]);
}

/** The wall-clock times where a change is felt: both of its ends, its middle, and their neighbours. */
function edgesOf({ at, before, after }: Change): number[] {
  const [low, high] = [at + Math.min(before, after), at + Math.max(before, after)];
  const middle = low + Math.floor((high - low) / 2 / minute) * minute;
  return [low - minute, low, middle, high - second, high];
}

function turn(index: number): Settings {
  return allSettings[index % allSettings.length] ?? defaults;
}

describe('around each change of each zone', () => {
  it('there are changes to look at', () => {
    expect(changes.length).toBeGreaterThan(5_000);
    expect(new Set(changes.map(({ zone }) => zone)).size).toBeGreaterThan(250);
  });

  it('fixed times inside the change and at its edges, under all six settings', () => {
    const wrong = changes.flatMap((change) => {
      const { at, zone } = change;
      const expressions = new Set(edgesOf(change).map(dailyAt));
      return [...expressions].flatMap((expression) =>
        allSettings.flatMap((settings) =>
          check({ expression, zone, settings }, at - 2 * day, at + 2 * day, fromsAround(change)),
        ),
      );
    });
    expect(wrong.slice(0, 10)).toEqual([]);
  });

  it('several fixed times of a day, some days only, under settings that take turns', () => {
    const wrong = changes.flatMap((change, index) => {
      const { at, before, zone } = change;
      const { weekday, day: date, hour } = wallFields(at + before);
      const expressions = [
        '0,30 1-3 * * *',
        '0 0 * * *',
        `0 0 * * ${weekday}`,
        `*/20 ${hour} ${date} * *`,
        `30 23,0 * * ${(weekday + 1) % 7},${weekday}`,
        `5,55 59 ${hour} * * *`,
        `15 ${hour === 23 ? '1-23' : '0-22'} * * *`,
      ];
      return expressions.flatMap((expression, turns) => {
        const question = { expression, zone, settings: turn(index + turns) };
        return check(question, at - 3 * day, at + 3 * day, fromsAround(change));
      });
    });
    expect(wrong.slice(0, 10)).toEqual([]);
  });

  it('real time, whatever the settings', () => {
    const wrong = changes.flatMap((change, index) => {
      const { at, zone } = change;
      return ['*/10 * * * *', '0 * * * *', '29 0-23 * * *', '30 59 */1 * * *'].flatMap(
        (expression, turns) => {
          const question = { expression, zone, settings: turn(index + turns) };
          const reach = expression.startsWith('*/10') ? 4 * hour : 28 * hour;
          return check(question, at - reach, at + reach, fromsAround(change));
        },
      );
    });
    expect(wrong.slice(0, 10)).toEqual([]);
  });
});
