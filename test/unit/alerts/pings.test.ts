/** What the heartbeat of a schedule is told of its runs, and when it is looked for again. */

import { expect, it } from 'vitest';
import { pingAgain, pingsOf, ToldPings } from '../../../src/alerts/pings.js';
import type { Expected } from '../../../src/domain/schedule/expectations.js';
import type { ScheduleRow } from '../../../src/store/contract/index.js';

const NOW = 100_000_000;
const row = (over: object = {}) => {
  const definition = {
    ...{
      id: 's',
      heartbeat: 'https://a.example.com/',
      enabled: true,
      spec: { kind: 'every', every: 60_000, phase: 0 },
    },
    ...over,
  };
  return { schedule: { definition } } as unknown as ScheduleRow;
};
const run = (nominal: number, over: Partial<Expected> = {}): Expected => ({
  ...{ nominal, due: nominal, startedAt: nominal + 1 },
  ...over,
});
const ended = (nominal: number, over: Partial<Expected> = { succeeded: true }) =>
  run(nominal, { finishedAt: nominal + 5, ...over });
const words = (...latest: Expected[]) =>
  pingsOf(row(), latest, NOW).map(({ nominal, word }) => [nominal - NOW, word]);

it.each<[string, Expected[], unknown[]]>([
  ['nothing ran', [], []],
  ['one waits', [{ nominal: NOW - 9, due: NOW - 9 }], []],
  ['one runs', [run(NOW - 9)], [[-9, 'start']]],
  ['one completed', [ended(NOW - 9)], [[-9, 'success']]],
  ['one died', [ended(NOW - 9, { died: true })], [[-9, 'fail']]],
  ['one was cancelled', [ended(NOW - 9, {})], []],
  [
    'one runs behind one that completed',
    [run(NOW - 9), ended(NOW - 99)],
    [
      [-99, 'success'],
      [-9, 'start'],
    ],
  ],
  [
    'one waits behind one that completed',
    [{ nominal: NOW - 9, due: NOW - 9 }, ended(NOW - 99)],
    [[-99, 'success']],
  ],
  ['one completed yesterday', [ended(NOW - 86_400_000)], []],
])('where %s', (_what, latest, expected) => {
  expect(words(...latest)).toEqual(expected);
});

it('nothing without an address', () => {
  expect(pingsOf(row({ heartbeat: undefined }), [run(NOW - 9)], NOW)).toEqual([]);
  expect(pingAgain(row({ heartbeat: undefined }), [run(NOW - 9)], NOW)).toBe(Number.POSITIVE_INFINITY);
});

it('is looked for often at first while a run goes on, more rarely the longer it does, and else at the next instant', () => {
  const again = (latest: Expected[]) => pingAgain(row(), latest, NOW) - NOW;
  expect([again([run(NOW - 9)]), again([run(NOW - 100_000)]), again([run(NOW - 9_000_000)])]).toEqual([
    ...[2_000, 5_000, 30_000],
  ]);
  expect(again([ended(NOW - 9)])).toBe(20_000);
});

it('each is told once by one node', () => {
  const told = new ToldPings();
  const fresh = (...latest: Expected[]) =>
    told.fresh('s', pingsOf(row(), latest, NOW)).map(({ word }) => word);
  expect(fresh(run(NOW - 99))).toEqual(['start']);
  expect(fresh(run(NOW - 99))).toEqual([]);
  expect(fresh(ended(NOW - 99))).toEqual(['success']);
  expect(fresh(run(NOW - 9), ended(NOW - 99))).toEqual(['start']);
  expect(fresh(ended(NOW - 9))).toEqual(['success']);
});
