/** The decision of each turn, row by row: no clock, no store, no promise. */

import { describe, expect, test } from 'vitest';
import { BETWEEN_LOOKS, type QueueView, turn, type WorkerView } from '../../../src/worker/turn.js';

const NEVER = Number.POSITIVE_INFINITY;
const NOW = 1_000_000;

type Named = QueueView & { name: string };

/** A queue at which nothing was looked yet. */
function queue(name: string, over: Partial<QueueView> = {}): Named {
  return {
    name,
    completions: 0,
    settlements: 0,
    settling: false,
    claiming: 0,
    asking: 0,
    closed: false,
    empty: false,
    dueAt: NEVER,
    lookAt: NEVER,
    owesToken: false,
    ...over,
  };
}

const empty = (name: string, over: Partial<QueueView> = {}) =>
  queue(name, { empty: true, lookAt: NOW + 2_000, ...over });

/** The plan in short: `a3` claims three tasks from a, `b0` only records what has ended there. */
function plan(queues: readonly Named[], over: Partial<WorkerView<Named>> = {}) {
  const { send, settle, giveBack, wait, interrupt, until, next, lookedAt } = turn({
    ...{
      now: NOW,
      queues,
      claiming: true,
      concurrency: 10,
      running: 0,
      next: 0,
      lookedAt: NOW,
      waiting: 'none' as const,
    },
    ...over,
  });
  const names = (list: readonly Named[]) => list.map(({ name }) => name).join(' ');
  return {
    send: send.map(({ queue: { name }, want }) => `${name}${want}`).join(' '),
    settle: names(settle),
    giveBack: names(giveBack),
    wait: wait && names(wait),
    interrupt,
    in: until - NOW,
    next: queues[next]?.name,
    looked: lookedAt === NOW,
  };
}

describe('claims', () => {
  test.each<[string, Named[], Partial<WorkerView<Named>>, string, string]>([
    ['all free slots from the queue whose turn it is', [queue('a'), queue('b')], {}, 'a10', 'b'],
    ['the next turn is the next queue’s', [queue('a'), queue('b')], { next: 1 }, 'b10', 'a'],
    ['one slot free: one task', [queue('a'), queue('b')], { running: 9, next: 1 }, 'b1', 'a'],
    ['no slot free: none, and the turn stays', [queue('a'), queue('b')], { running: 10, next: 1 }, '', 'b'],
    ['an empty queue is passed over', [empty('a'), queue('b')], {}, 'b10', 'a'],
    [
      'what ended in one queue travels alone while another has its turn',
      [queue('a', { completions: 1 }), queue('b')],
      { running: 9, next: 1 },
      'b1 a0',
      'a',
    ],
    [
      'what ended travels with the claim of its queue',
      [queue('a', { completions: 4 })],
      { running: 6 },
      'a4',
      'a',
    ],
    [
      'slots that a claim under way asked for are not free',
      [queue('a', { claiming: 1, asking: 7 }), queue('b')],
      { next: 1 },
      'b3',
      'a',
    ],
    ['a second claim must be worth it', [queue('a', { claiming: 1, asking: 6 })], {}, '', 'a'],
    ['half the slots are worth a second claim', [queue('a', { claiming: 1, asking: 5 })], {}, 'a5', 'a'],
    ['there is no third', [queue('a', { claiming: 2, asking: 1, completions: 900 })], {}, '', 'a'],
    ['many slots: two claims of half of them', [queue('a')], { concurrency: 100 }, 'a50 a50', 'a'],
    ['many slots, two queues: half for each', [queue('a'), queue('b')], { concurrency: 100 }, 'a50 b50', 'a'],
    ['an odd number of slots', [queue('a')], { concurrency: 101 }, 'a51 a50', 'a'],
    ['never more than 1000 at once', [queue('a')], { concurrency: 10_000 }, 'a1000 a1000', 'a'],
    [
      'more endings than fit into one call',
      [queue('a', { completions: 1_500 })],
      { running: 10 },
      'a0 a0',
      'a',
    ],
    [
      'a closed queue only tells',
      [queue('a', { closed: true, completions: 2 }), queue('b')],
      {},
      'a0 b10',
      'a',
    ],
    [
      'a closed queue’s claims fill no slot',
      [queue('a', { closed: true, claiming: 1, asking: 10 }), queue('b')],
      {},
      'b10',
      'a',
    ],
    [
      'draining: only what ended',
      [queue('a', { completions: 1 }), queue('b')],
      { claiming: false },
      'a0',
      'a',
    ],
  ])('%s', (_, queues, over, send, next) => {
    expect(plan(queues, over)).toMatchObject({ send, next });
  });

  test('queues take turns by serving, whatever their number and however many turns lie between', () => {
    for (const n of [1, 2, 3, 7, 10]) {
      const queues = Array.from({ length: n }, (_, i) => queue(`q${i}`));
      const served = new Map<string, number>();
      let next = 0;
      for (let i = 0; i < 20 * n; i += 1) {
        const view = {
          queues,
          claiming: true,
          concurrency: 1,
          running: 0,
          next,
          lookedAt: NOW,
          waiting: 'none' as const,
        };
        const planned = turn({ now: NOW, ...view });
        for (const { queue: one } of planned.send) served.set(one.name, (served.get(one.name) ?? 0) + 1);
        // The handler ends later, in a turn of its own in which nothing is free yet.
        next = turn({ now: NOW, ...view, running: 1, next: planned.next }).next;
      }
      expect([...served.values()]).toEqual(queues.map(() => 20));
    }
  });
});

describe('other endings', () => {
  test('travel at once, one call at a time in each queue', () => {
    const queues = [
      queue('a', { settlements: 2 }),
      queue('b', { settlements: 1, settling: true }),
      queue('c'),
    ];
    expect(plan(queues, { running: 10 })).toMatchObject({ settle: 'a', send: '' });
    expect(plan(queues, { claiming: false })).toMatchObject({ settle: 'a' });
  });
});

describe('waits', () => {
  test.each<[string, Named[], Partial<WorkerView<Named>>, string | null]>([
    ['for every queue when all are empty', [empty('a'), empty('b')], {}, 'a b'],
    [
      'for every queue, the one just woken included, while its claim is under way and slots are left',
      [queue('a', { claiming: 1, asking: 6 }), empty('b')],
      {},
      'a b',
    ],
    [
      'not while claims under way may fill every slot',
      [queue('a', { claiming: 1, asking: 10 }), empty('b')],
      {},
      null,
    ],
    ['not while every slot is in use and all are empty', [empty('a'), empty('b')], { running: 10 }, null],
    [
      'with every slot in use for those that are empty beside others that have work',
      [queue('a'), empty('b'), queue('c'), empty('d')],
      { running: 10 },
      'b d',
    ],
    ['not while nothing is known to be empty', [queue('a')], { concurrency: 10, running: 4 }, null],
    ['not twice', [empty('a')], { waiting: 'all' }, null],
    ['not for a queue that is closed', [empty('a'), queue('b', { closed: true })], {}, 'a'],
    ['not while draining', [empty('a')], { claiming: false }, null],
  ])('%s', (_, queues, over, wait) => {
    expect(plan(queues, over).wait).toBe(wait);
  });
});

test('a wait for some is ended as soon as slots are free: it would miss the others', () => {
  const queues = [empty('a'), empty('b')];
  expect(plan(queues, { waiting: 'some' })).toMatchObject({ interrupt: true, wait: null });
  expect(plan(queues, { waiting: 'all' })).toMatchObject({ interrupt: false, wait: null });
  expect(plan([queue('a'), empty('b')], { waiting: 'some', running: 10 })).toMatchObject({
    interrupt: false,
  });
});

describe('wake tokens', () => {
  const woken = queue('a', { owesToken: true });
  test.each<[string, Named[], Partial<WorkerView<Named>>, string, string]>([
    ['are answered by a claim', [woken, empty('b')], {}, 'a10', ''],
    [
      'go back when another queue took the last slot',
      [woken, queue('b')],
      { running: 9, next: 1 },
      'b1',
      'a',
    ],
    [
      'go back when claims under way may fill every slot',
      [woken, queue('b', { claiming: 1, asking: 10 })],
      {},
      '',
      'a',
    ],
    ['go back when every slot is in use', [woken], { running: 10 }, '', 'a'],
    ['go back when the worker drains', [woken], { claiming: false }, '', 'a'],
    [
      'are kept while a window is free soon and slots are left',
      [queue('a', { owesToken: true, claiming: 2, asking: 2 })],
      {},
      '',
      '',
    ],
  ])('%s', (_, queues, over, send, giveBack) => {
    expect(plan(queues, over)).toMatchObject({ send, giveBack });
  });
});

describe('a queue that is empty', () => {
  test('is looked at when something comes due there, whatever was looked at before', () => {
    expect(plan([empty('a', { dueAt: NOW + 70 }), empty('b')])).toMatchObject({ send: '', in: 70 });
    expect(plan([empty('a', { dueAt: NOW }), empty('b', { dueAt: NOW - 1 })])).toMatchObject({ send: 'a10' });
    expect(plan([empty('a'), empty('b', { dueAt: NOW })])).toMatchObject({ send: 'b10' });
  });

  test('is looked at by itself after its rest, the longest unseen first', () => {
    const queues = [empty('a', { lookAt: NOW - 1 }), empty('b', { lookAt: NOW - 5 }), empty('c')];
    expect(plan(queues, { lookedAt: NOW - BETWEEN_LOOKS })).toMatchObject({ send: 'b10', looked: true });
  });

  test('shares the looks of a worker with all others: an idle worker’s cost does not grow with them', () => {
    const queues = Array.from({ length: 500 }, (_, i) => empty(`q${i}`, { lookAt: NOW - 1 }));
    expect(plan(queues, { lookedAt: NOW - 100 })).toMatchObject({ send: '', in: BETWEEN_LOOKS - 100 });
  });

  test('is not looked at while an answer is on its way, and nothing spins meanwhile', () => {
    const asked = empty('a', { dueAt: NOW - 10, lookAt: NOW - 10, claiming: 1 });
    expect(plan([asked], { lookedAt: 0 })).toMatchObject({ in: NEVER, wait: 'a' });
  });

  test('is not looked at while no slot is free', () => {
    expect(plan([empty('a', { dueAt: NOW })], { running: 10 })).toMatchObject({ send: '', in: NEVER });
  });
});
