/** What is wrong with a queue by its figures: each kind, and what is close to it and is none. */

import { describe, expect, it } from 'vitest';
import { OUTWARD_QUEUE } from '../../../src/alerts/outward.js';
import { queueAlerts } from '../../../src/alerts/queue-alerts.js';
import type { QueueFacts, QueuePace } from '../../../src/store/contract/index.js';

const NOW = 1_000_000_000;

function facts({
  pace,
  ...over
}: Omit<Partial<QueueFacts>, 'pace'> & { pace?: Partial<QueuePace> } = {}): QueueFacts {
  return {
    ...{
      queue: 'mail',
      scheduled: 0,
      retrying: 0,
      ready: 0,
      running: 0,
      completed: 0,
      dead: 0,
      cancelled: 0,
    },
    ...{ paused: false, settings: {}, unroutable: {} },
    ...over,
    pace: {
      ...{ now: NOW, died: { lately: 0, day: 0 }, samples: [] },
      totals: { enqueued: 0, started: 0, completed: 0, failed: 0 },
      ...pace,
    },
  };
}
const ids = (given: Parameters<typeof facts>[0]) => queueAlerts(facts(given)).wrong.map(({ id }) => id);
const texts = (given: Parameters<typeof facts>[0]) => queueAlerts(facts(given)).wrong.map(({ text }) => text);

it('a queue in which all is well', () => {
  expect(queueAlerts(facts({ ready: 5, running: 5, dead: 3 }))).toEqual({ wrong: [], unknown: [] });
});

describe('a limit is full', () => {
  const settings = { concurrency: 2 };
  it('where others wait that somebody could run', () => {
    expect(texts({ settings, running: 2, ready: 3 })).toEqual([
      'the queue mail runs 2 tasks, as many as its concurrency allows, and 3 tasks wait; raise the limit with `carillon queues set mail`, or give it time',
    ]);
    expect(ids({ settings, running: 2 })).toEqual([]);
    expect(ids({ settings, running: 1, ready: 3 })).toEqual([]);
    expect(ids({ settings, running: 2, ready: 3, unroutable: { a: 3 } })).toEqual(['noWorker:mail/a']);
    expect(ids({ settings, running: 2, ready: 3, paused: true })).toEqual(['queuePaused:mail']);
  });

  it('where as many wait as may', () => {
    const full = { settings: { maxDepth: 6 }, ready: 1, scheduled: 2, retrying: 3 };
    expect(ids(full)).toEqual(['limitFull:mail:maxDepth']);
    expect(ids({ ...full, ready: 0 })).toEqual([]);
  });
});

it('a rate is closed where others wait', () => {
  const settings = {
    rate: [
      { limit: 1, per: '1h' },
      { limit: 5, per: '1m', key: true as const },
    ],
  };
  const pace = { rateOpensAt: NOW + 5 };
  expect(texts({ settings, ready: 1, pace })).toEqual([
    expect.stringMatching(
      /has used up its rate \(1 in 1h\): 1 task waits, and it opens at 1970-01-12T13:46:40.005Z/,
    ),
  ]);
  expect(ids({ settings, pace })).toEqual([]);
  expect(ids({ settings, ready: 1 })).toEqual([]);
});

describe('a backlog', () => {
  const totals = (started: number) => ({ enqueued: 0, started, completed: 0, failed: 0 });
  /** How many were ready so many seconds ago. */
  const grown = (ready: number, ago: Record<number, number>, over: Partial<QueuePace> = {}) => {
    const samples = Object.entries(ago)
      .map(([seconds, count]) => ({ at: NOW - Number(seconds) * 1_000, ready: count, ...totals(0) }))
      .sort((a, b) => a.at - b.at);
    return { ready, pace: { samples, oldestAt: NOW - 30_000, totals: totals(30), ...over } };
  };

  it('grows where there is more and more of it, and says how long it would take', () => {
    expect(texts(grown(100, { 30: 40, 5: 90 }))).toEqual([
      expect.stringMatching(
        /^the backlog of the queue mail grows: 100 tasks wait, 60 more than 30s ago; 60 a minute are begun, if nothing came any more it would be gone in 1m40s; start more workers/,
      ),
    ]);
    expect(texts(grown(100, { 30: 40 }, { totals: totals(0) }))[0]).toContain('nothing of it is begun');
  });

  it.each<[string, ReturnType<typeof grown>]>([
    ['is taken', grown(100, { 30: 40, 5: 120 })],
    ['is as it was', grown(100, { 30: 99, 5: 100 })],
    ['is large, and grew by little', grown(1_000, { 30: 960, 5: 1_000 })],
    ['is small', grown(19, { 30: 0, 5: 19 })],
    ['came a moment ago', grown(100, { 30: 0, 5: 0 }, { oldestAt: NOW - 9_000 })],
    ['has grown before, and no longer', grown(100, { 90: 0, 50: 100, 5: 100 })],
  ])('that %s does not grow', (_what, given) => {
    expect(queueAlerts(facts(given))).toEqual({ wrong: [], unknown: [] });
  });

  it('of which nothing is written down is not known', () => {
    for (const ago of [{}, { 19: 0 }, { 90: 0 }])
      expect(queueAlerts(facts(grown(100, ago)))).toEqual({ wrong: [], unknown: ['backlog'] });
  });
});

describe('dead tasks', () => {
  const died = (lately: number, day: number) => ({ pace: { died: { lately, day } } });
  it('are a burst where they are many within minutes, and far more than usual', () => {
    expect(texts(died(10, 10))).toEqual([
      expect.stringMatching(
        /^10 tasks of the queue mail died within 5 minutes, usually it is none; `carillon tasks errors --queue mail`/,
      ),
    ]);
    expect(ids(died(9, 9))).toEqual([]);
    // Ten every five minutes.
    expect(ids(died(40, 2_910))).toEqual([]);
    expect(texts(died(60, 2_930))[0]).toContain('usually it is 10');
  });
});

it('what tells of alerts raises none of its own but that it is paused', () => {
  const given = {
    queue: OUTWARD_QUEUE,
    ready: 9,
    unroutable: { a: 9 },
    pace: { died: { lately: 99, day: 99 } },
  };
  expect(ids(given)).toEqual([]);
  expect(ids({ ...given, paused: true })).toEqual([`queuePaused:${OUTWARD_QUEUE}`]);
});

it('of very many handlers without a worker the first are told', () => {
  const unroutable = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`h${i}`, 1]));
  expect(ids({ ready: 30, unroutable })).toHaveLength(20);
});
