/** Rates of a queue, and when it has drained, from what was written down of it. */

import { expect, test } from 'vitest';
import type { QueueFacts, QueueSample } from '../../../src/store/contract/index.js';
import { drainsIn, ratesOf } from '../../../src/tasks/queue-pace.js';

const NOW = 1_000_000;

/** A queue in which at every second `perSecond` tasks are completed, and `comes` made; `ready` are left now. */
function facts(
  {
    perSecond,
    comes = 0,
    ready,
    ago = [0, 5, 10, 15],
  }: Record<'perSecond' | 'ready', number> & {
    comes?: number;
    ago?: number[];
  },
  over: Partial<QueueFacts> = {},
): QueueFacts {
  const at = (seconds: number) => {
    const done = 100_000 - seconds * perSecond;
    return { enqueued: 200_000 - seconds * comes, started: done + 2, completed: done, failed: 10 };
  };
  const samples: QueueSample[] = ago
    .filter((seconds) => seconds > 0)
    .sort((a, b) => b - a)
    .map((seconds) => ({
      at: NOW - seconds * 1_000,
      ready: ready + seconds * (perSecond - comes),
      ...at(seconds),
    }));
  const none = { scheduled: 0, retrying: 0, running: 2, completed: 0, dead: 0, cancelled: 0 };
  const pace = { now: NOW, died: { lately: 0, day: 0 }, totals: at(0), samples };
  return { queue: 'q', ready, ...none, paused: false, settings: {}, unroutable: {}, pace, ...over };
}

test('rates are those of the last minute', () => {
  const { pace } = facts({ perSecond: 4, comes: 1, ready: 100, ago: [300, 55, 5] });
  expect(ratesOf(pace)).toEqual({ enqueued: 60, started: 240, completed: 240, failed: 0 });
});

test('rates are over a longer stretch where there is no sample of the last minute', () => {
  const { pace } = facts({ perSecond: 0, comes: 2, ready: 100, ago: [300, 120] });
  expect(ratesOf(pace)).toEqual({ enqueued: 120, started: 0, completed: 0, failed: 0 });
});

test('nothing is told by a sample of a moment ago, of later than now, or by none', () => {
  for (const ago of [[], [1], [-5]]) {
    const known = facts({ perSecond: 4, ready: 100, ago });
    expect([ratesOf(known.pace), drainsIn(known)]).toEqual([undefined, undefined]);
  }
});

test('what a schedule takes back is no negative rate', () => {
  expect(ratesOf(facts({ perSecond: 0, comes: -3, ready: 1 }).pace)).toMatchObject({ enqueued: 0 });
});

test('drains at the pace of late', () => {
  expect(drainsIn(facts({ perSecond: 10, ready: 600 }))).toBe(60_000);
  expect(drainsIn(facts({ perSecond: 10, comes: 4, ready: 600 }))).toBe(100_000);
  expect(drainsIn(facts({ perSecond: 0.2, ready: 6, ago: [50, 5] }))).toBe(30_000);
});

test('goes by the shortest stretch that tells the pace: what came in a heap before it is not counted on', () => {
  const known = facts({ perSecond: 100, ready: 500 });
  const [first] = known.pace.samples;
  if (!first) throw new Error('one expected');
  first.ready = 0;
  expect(drainsIn(known)).toBe(5_000);
});

test('does not drain while it is paused, or while as much comes as goes; empty it has', () => {
  expect(drainsIn(facts({ perSecond: 10, ready: 600 }, { paused: true }))).toBeUndefined();
  expect(drainsIn(facts({ perSecond: 10, comes: 10, ready: 600 }))).toBeUndefined();
  expect(drainsIn(facts({ perSecond: 10, comes: 11, ready: 600 }))).toBeUndefined();
  expect(drainsIn(facts({ perSecond: 0, ready: 0, ago: [] }))).toBe(0);
});
