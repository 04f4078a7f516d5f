/** A fixed local time runs exactly once on every local day of every zone, 1970 to 2037; real time never pauses. */

import { describe, expect, it } from 'vitest';
import { compiled, iso } from '../../../support/calendar/against.js';
import { defaults, instantsOf } from '../../../support/calendar/brute-force.js';
import { readNaively, wallFields } from '../../../support/calendar/naive-cron.js';
import {
  changesOf,
  day,
  endInstant,
  everyZone,
  firstInstant,
  hour,
  minute,
  spansOf,
  wallAt,
  zoneGroups,
} from '../../../support/calendar/zone-facts.js';

/** The local dates that a zone never had: its clocks went from one midnight to the next. */
const skippedDates: Record<string, string> = {
  'Pacific/Apia': '2011-12-30',
  'Pacific/Fakaofo': '2011-12-30',
  'Pacific/Enderbury': '1994-12-31',
  'Pacific/Kiritimati': '1994-12-31',
  'Pacific/Kwajalein': '1993-08-21',
};

const firstDate = firstInstant + 2 * day;
const lastDate = endInstant - 2 * day;

/** The time of day that the zone's changes hit most often, so that the test is as hard as it can be. */
function hardestTime(zone: string): number {
  const hits = new Map<number, number>();
  for (const { at, before, after } of changesOf(zone)) {
    const middle = Math.floor((at + (before + after) / 2) / minute) * minute;
    const time = ((middle % day) + day) % day;
    hits.set(time, (hits.get(time) ?? 0) + 1);
  }
  const [hardest] = [...hits].sort(([, one], [, other]) => other - one);
  return hardest?.[0] ?? 150 * minute;
}

const dayOf = (date: number): string => new Date(date).toISOString().slice(0, 10);

/** The n-th answer belongs to the n-th local date that the zone has; says which ones do not. */
function dailyProblems(zone: string, time: number): string[] {
  const clock = wallFields(time);
  const expression = `${clock.minute} ${clock.hour} * * *`;
  const spec = compiled({ expression, zone, settings: defaults });
  const spans = spansOf(zone);
  const skipped = Date.parse(skippedDates[zone] ?? '');
  const wrong: string[] = [];
  let place = 0;
  let instant = firstDate + time - (wallAt(zone, firstDate) - firstDate) - minute;
  for (let date = firstDate; date < lastDate && wrong.length < 3; date += day) {
    if (date === skipped) continue;
    const answer = spec.next(instant);
    if (answer === null || answer <= instant)
      return [`${zone} ${expression} on ${dayOf(date)}: ${iso(answer)}`];
    instant = answer;
    while (instant >= (spans[place]?.until ?? Number.POSITIVE_INFINITY)) place += 1;
    const [before, now] = [spans[place - 1], spans[place]];
    if (now === undefined) throw new Error(`${iso(instant)} is outside the table`);
    if (instant + now.offset === date + time) continue;
    // The only other lawful answer: the clocks left the time out, and it runs later by the length of the gap.
    const size = now.offset - (before?.offset ?? now.offset);
    if (instant + now.offset === date + time + size && instant < now.from + size) continue;
    wrong.push(`${zone} ${expression} on ${dayOf(date)}: ${iso(instant)} shows ${iso(instant + now.offset)}`);
  }
  return wrong;
}

describe('a fixed local time', () => {
  // In parts, so that each ends well within the time limit of a test on a busy machine.
  it.each([0, 1, 2, 3, 4, 5])(
    'runs once on each of the 24,833 local days of each table of offsets (%d mod 6)',
    (part) => {
      const zones = zoneGroups().flatMap(([zone = 'UTC'], index) => (index % 6 === part ? [zone] : []));
      const wrong = zones.flatMap((zone) => dailyProblems(zone, hardestTime(zone)));
      expect(zones.length).toBeGreaterThan(30);
      expect(wrong.slice(0, 10)).toEqual([]);
    },
  );

  it('runs alike in all zones that share a table of offsets', () => {
    const wrong = zoneGroups().flatMap(([first = 'UTC', ...others]) => {
      const clock = wallFields(hardestTime(first));
      const expression = `${clock.minute} ${clock.hour} * * *`;
      const model = compiled({ expression, zone: first, settings: defaults });
      const instants = [firstDate, ...changesOf(first).flatMap(({ at }) => [at - day, at - 1, at, at + day])];
      const answers = instants.map((from) => model.next(from));
      return others.filter((zone) => {
        const spec = compiled({ expression, zone, settings: defaults });
        return instants.some((from, index) => spec.next(from) !== answers[index]);
      });
    });
    expect(wrong).toEqual([]);
  });
});

describe('the dates that a zone never had', () => {
  it('are all named here', () => {
    const found = everyZone().flatMap((zone) =>
      changesOf(zone)
        .filter(({ before, after }) => after - before >= 20 * hour)
        .map(({ at, before }) => [zone, new Date(at + before).toISOString().slice(0, 10)]),
    );
    expect(Object.fromEntries(found)).toEqual(skippedDates);
  });

  it('run by no rule but the next day: 09:00 of the date and of the day after are one instant', () => {
    for (const [zone, date] of Object.entries(skippedDates)) {
      const question = { expression: '0 9 * * *', zone, settings: defaults };
      const around = Date.parse(date);
      const expected = instantsOf(
        readNaively('0 9 * * *'),
        zone,
        defaults,
        around - 2 * day,
        around + 2 * day,
      );
      const dates = expected.map((instant) => new Date(wallAt(zone, instant)).toISOString().slice(0, 10));
      expect(dates).not.toContain(date);
      expect(new Set(dates).size).toBe(expected.length);
      const spec = compiled(question);
      expect(expected.map((instant) => spec.next(instant - 1))).toEqual(expected);
    }
  });
});

describe('* * * * *', () => {
  it('is every minute of UTC wherever offsets are whole minutes, through every change', () => {
    const wrong: string[] = [];
    for (const [zone = 'UTC'] of zoneGroups()) {
      const spec = compiled({ expression: '* * * * *', zone, settings: { gap: 'skip', fold: 'second' } });
      for (const { at, before, after } of changesOf(zone)) {
        if (before % minute !== 0 || after % minute !== 0) continue;
        const distances = [-3 * hour, -hour, -30 * minute, -minute, -1, 0, 1, minute, 30 * minute, 2 * hour];
        for (const from of distances.map((distance) => at + distance)) {
          const expected = Math.floor(from / minute) * minute + minute;
          const answer = spec.next(from);
          if (answer !== expected) wrong.push(`${zone} after ${iso(from)}: ${iso(answer)}`);
        }
      }
    }
    expect(wrong.slice(0, 10)).toEqual([]);
  });

  it('keeps to the wall clock where the offset has seconds: Monrovia until 1972', () => {
    const spec = compiled({ expression: '* * * * *', zone: 'Africa/Monrovia', settings: defaults });
    expect(iso(spec.next(Date.parse('1971-05-01T12:00:00Z')))).toBe('1971-05-01T12:00:30.000Z');
    // At 23:59:59 + 1 s the clocks were put forward to 00:44:30, so there was no 00:00 that day.
    expect(iso(spec.next(Date.parse('1972-01-07T00:42:30Z')))).toBe('1972-01-07T00:43:30.000Z');
    expect(iso(spec.next(Date.parse('1972-01-07T00:43:30Z')))).toBe('1972-01-07T00:45:00.000Z');
  });
});

describe('beyond the tables', () => {
  it.each([
    ['America/New_York', ['03:30']],
    ['Europe/Berlin', ['03:30']],
    // Clocks go from 02:00 to 02:30, which is therefore there every day.
    ['Australia/Lord_Howe', []],
  ])('%s keeps its rules in the 2090s, by the word of Intl', (zone, shownInGap) => {
    const format = new Intl.DateTimeFormat('sv-SE', {
      timeZone: zone,
      dateStyle: 'short',
      timeStyle: 'short',
    });
    const spec = compiled({ expression: '30 2 * * *', zone, settings: defaults });
    const odd = new Set<string>();
    // Past 02:30 on the 1st in all three.
    let instant = Date.UTC(2090, 0, 1, 12);
    for (let date = Date.UTC(2090, 0, 2); date < Date.UTC(2100, 0, 1); date += day) {
      instant = spec.next(instant) ?? Number.NaN;
      const [shownDate, shownTime = ''] = format.format(instant).split(' ');
      expect(shownDate).toBe(new Date(date).toISOString().slice(0, 10));
      if (shownTime !== '02:30') odd.add(shownTime);
    }
    expect([...odd]).toEqual(shownInGap);
  });
});
