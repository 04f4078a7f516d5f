/** The ledger against a plain map of instants, under any sequence of turns, exceptions and decisions put off. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expand } from '../../../../src/domain/schedule/expand.js';
import { decidedFrom, wordAt, wordsBetween } from '../../../../src/domain/schedule/fates.js';
import { lastFired } from '../../../../src/domain/schedule/last-fired.js';
import {
  except,
  type Ledger,
  missedOf,
  newLedger,
  postpone,
  supersede,
  trimmed,
  turn,
  type Word,
  withBacklog,
} from '../../../../src/domain/schedule/ledger.js';
import { folded } from '../../../../src/domain/schedule/ledger-bits.js';
import type { ScheduleDefinition } from '../../../../src/domain/schedule/schedule.js';
import { define } from './definitions.js';

const START = Date.UTC(2026, 5, 1);
const MINUTE = 60_000;
const DEFINITIONS = [
  define({ every: '1m' }),
  define({ every: '7m', phase: '30s' }),
  define({ cron: '*/5 * * * *' }),
  define({ cron: '0,13,14 * * * *', jitter: '20s' }),
  define({ every: '2m', exclude: [{ cron: '30-40 * * * *' }] }),
];

const instants = (definition: ScheduleDefinition, from: number, to: number): number[] =>
  expand(definition, from - 1, to, Number.POSITIVE_INFINITY).occurrences.map(({ nominal }) => nominal);

type Step =
  | { do: 'turn'; minutes: number; definition: number; word: Word }
  | { do: 'except'; minutes: number; length: number; word: Word }
  | { do: 'fold' };

const minutes = fc.integer({ min: 0, max: 90 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('turn' as const),
    minutes,
    definition: fc.nat({ max: DEFINITIONS.length - 1 }),
    word: fc.constantFrom<Word>('fired', 'fired', 'paused', 'disabled'),
  }),
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('except' as const),
      minutes: fc.integer({ min: 0, max: 12 }),
      length: fc.integer({ min: 0, max: 9 }),
      word: fc.constantFrom<Word>('missed', 'missed', 'overlap', 'coalesced'),
    }),
  },
  fc.constant<Step>({ do: 'fold' }),
);

describe('a ledger', () => {
  it('says of every instant what was written of it, through turns, exceptions and folding', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        let definition = DEFINITIONS[0] as ScheduleDefinition;
        let ledger = newLedger(START, 'fired');
        let word: Word = 'fired';
        const known = new Map<number, Word>();
        let at = START;
        const pass = (until: number): void => {
          for (const nominal of instants(definition, at, until)) known.set(nominal, word);
          at = until + 1;
        };
        for (const one of steps) {
          if (one.do === 'fold') ledger = trimmed(folded(ledger, definition), at);
          if (one.do === 'turn') {
            pass(at + one.minutes * MINUTE);
            const after = DEFINITIONS[one.definition] as ScheduleDefinition;
            ledger = turn(ledger, { at: at - 1, word: one.word, before: definition, after, tz: 'x' });
            definition = after;
            word = one.word;
          }
          if (one.do === 'except') {
            pass(at + one.minutes * MINUTE);
            const from = at;
            pass(at + one.length * MINUTE);
            ledger = except(ledger, definition, { from, to: at - 1, word: one.word });
            for (const nominal of instants(definition, from, at - 1)) known.set(nominal, one.word);
          }
        }
        ledger = JSON.parse(JSON.stringify(ledger)) as Ledger;
        const all = [...known].sort(([a], [b]) => a - b);
        const read = wordsBetween(ledger, definition, { from: START, to: at - 1, limit: 100_000 });
        expect(read.instants.map((one) => [one.nominal, one.word])).toEqual(all);
        for (const [nominal, fate] of all.slice(-5)) expect(wordAt(ledger, definition, nominal)).toBe(fate);
        const fired = all.findLast(([, fate]) => fate === 'fired')?.[0] ?? null;
        expect(lastFired(ledger, definition, at - 1, [])).toBe(fired);
      }),
      { numRuns: 150 },
    );
  });

  it('is read page by page as in one piece', () => {
    const [every, , cron] = DEFINITIONS as [ScheduleDefinition, ScheduleDefinition, ScheduleDefinition];
    let ledger = newLedger(START, 'fired');
    const boundary = START + 30 * MINUTE;
    ledger = turn(ledger, { at: boundary, word: 'fired', before: every, after: cron, tz: 'x' });
    ledger = supersede(ledger, every, boundary + MINUTE, boundary + 10 * MINUTE);
    const to = START + 2 * 60 * MINUTE;
    const whole = wordsBetween(ledger, cron, { from: START, to, limit: 1_000 }).instants;
    expect(whole.filter(({ word }) => word === 'superseded')).toHaveLength(8);
    for (const limit of [1, 3, 7]) {
      const pages = [];
      for (let from: number | null = START; from !== null && from <= to; ) {
        const page = wordsBetween(ledger, cron, { from, to, limit });
        expect(page.instants.length).toBeLessThanOrEqual(limit);
        pages.push(...page.instants);
        from = page.next;
      }
      expect(pages).toEqual(whole);
    }
  });

  it('names what comes before it unknown, and what was put off undecided', () => {
    const [every] = DEFINITIONS as [ScheduleDefinition];
    const ledger = postpone(newLedger(START, 'fired'), every, {
      from: START + MINUTE,
      to: START + 2 * MINUTE,
    });
    const { instants: read } = wordsBetween(ledger, every, {
      ...{ from: START - MINUTE, to: START + 3 * MINUTE, limit: 99 },
    });
    expect(read.map(({ word, undecided }) => (undecided ? 'undecided' : word))).toEqual([
      ...['unknown', 'fired', 'undecided', 'undecided', 'fired'],
    ]);
  });

  it('keeps sixteen stretches waiting, and calls the oldest missed after that', () => {
    const [every] = DEFINITIONS as [ScheduleDefinition];
    let ledger = newLedger(START, 'fired');
    for (let n = 0; n < 17; n += 1) {
      ledger = postpone(ledger, every, { from: START + n * 5 * MINUTE, to: START + n * 5 * MINUTE + MINUTE });
    }
    expect(ledger.backlog).toHaveLength(16);
    expect(wordAt(ledger, every, START)).toBe('missed');
  });

  it('keeps them in order and makes one of neighbours, whatever comes first', () => {
    const [every] = DEFINITIONS as [ScheduleDefinition];
    const at = (n: number) => ({ from: START + n * MINUTE, to: START + n * MINUTE, calendar: null });
    const open = newLedger(START, 'fired');
    const { backlog } = withBacklog(open, every, [at(5), at(1), { ...at(9), chosen: true }, at(2), at(4)]);
    expect(backlog.map(({ from, to }) => [(from - START) / MINUTE, (to - START) / MINUTE])).toEqual([
      ...[
        [1, 2],
        [4, 5],
        [9, 9],
      ],
    ]);
  });

  it('counts what was missed, also of rows that are gone', () => {
    const [every] = DEFINITIONS as [ScheduleDefinition];
    const day = 86_400_000;
    let ledger = newLedger(START, 'fired');
    ledger = except(ledger, every, { from: START, to: START + 4 * MINUTE, word: 'missed' });
    ledger = except(ledger, every, { from: START + 80 * day, to: START + 80 * day, word: 'missed' });
    ledger = except(ledger, every, { from: START + 81 * day, to: START + 81 * day, word: 'paused' });
    expect(missedOf(ledger)).toBe(6);
    const later = trimmed(ledger, START + 100 * day);
    expect([later.exceptions.length, missedOf(later)]).toEqual([2, 6]);
  });

  it('a turn that changes neither word nor calendar is none', () => {
    const [every] = DEFINITIONS as [ScheduleDefinition];
    const ledger = newLedger(START, 'fired');
    const after = { ...every, handler: 'other' };
    expect(turn(ledger, { at: START + MINUTE, word: 'fired', before: every, after, tz: 'x' })).toBe(ledger);
  });

  it('a range that had not begun makes place for the one before it', () => {
    const [every] = DEFINITIONS as [ScheduleDefinition];
    const at = START + 10 * MINUTE;
    const limited = turn(newLedger(START, 'fired'), {
      ...{ at, word: 'limit', before: every, after: every, tz: 'x' },
    });
    const again = turn(limited, { at: at - 5 * MINUTE, word: 'fired', before: every, after: every, tz: 'x' });
    expect(again.ranges).toHaveLength(1);
  });

  it('passes over what has its word beyond the cursor', () => {
    const [every] = DEFINITIONS as [ScheduleDefinition];
    const ahead = { from: START + 3 * MINUTE, to: START + 4 * MINUTE, word: 'fired' as const };
    const ledger = except(newLedger(START, 'fired'), every, ahead);
    const decided = decidedFrom(ledger, every, START + MINUTE);
    const passed = [1, 2, 3, 4, 5].filter((n) => decided?.(START + n * MINUTE));
    expect(passed).toEqual([3, 4]);
    expect(decidedFrom(ledger, every, START + 5 * MINUTE)).toBeNull();
  });

  it('what a hundred edits leave behind is bounded, and what goes makes what lies before it unknown', () => {
    let ledger = newLedger(START, 'fired');
    for (let n = 0; n < 1_000; n += 1) {
      const [before, after] = [DEFINITIONS[n % 5], DEFINITIONS[(n + 1) % 5]] as [
        ScheduleDefinition,
        ScheduleDefinition,
      ];
      ledger = turn(ledger, { at: START + n * 10 * MINUTE, word: 'fired', before, after, tz: 'x' });
      ledger = trimmed(ledger, START);
    }
    expect(ledger.ranges.length).toBeLessThanOrEqual(201);
    expect(ledger.calendars).toHaveLength(5);
    expect(ledger.knownFrom).toBeGreaterThan(START);
  });
});
