/** The order in which a worker's lanes are served: fair between handlers within each priority, 6 : 3 : 1 between them. */

import { describe, expect, test } from 'vitest';
import { partitionKeys } from '../../../src/store/redis/keys.js';
import { type Lane, ServedLanes } from '../../../src/store/redis/partition.js';

const KEYS = partitionKeys('ns', 'q');
const PRIORITIES = ['high', 'normal', 'low'] as const;

function lanesOf(handlers: number, priorities: readonly Lane['priority'][] = PRIORITIES): Lane[] {
  return priorities.flatMap((priority) =>
    Array.from({ length: handlers }, (_, i) => ({ code: `${priority[0]}${i}`, handler: `h${i}`, priority })),
  );
}

/** Serves single claims of lanes with endless backlogs and counts what each lane got. */
function serve(lanes: readonly Lane[], claims: number, ready: (code: string) => boolean = () => true) {
  const served = new ServedLanes(KEYS, lanes, true);
  const counts: Record<string, number> = Object.fromEntries(lanes.map(({ code }) => [code, 0]));
  for (let i = 0; i < claims; i += 1) {
    const code = served.next().split(' ').find(ready);
    const lane = lanes.find((one) => one.code === code);
    served.took(lane ? [lane] : []);
    if (code !== undefined) counts[code] = (counts[code] ?? 0) + 1;
    // A claim that only records endings, and one that finds nothing, change nothing.
    served.last;
    if (i % 2 === 0) {
      served.next();
      served.took([]);
    }
  }
  return counts;
}

describe('with a backlog everywhere', () => {
  test.each([2, 3, 4, 5, 6, 7, 8, 9, 10])(
    '%i handlers share each priority evenly, and priorities 6 : 3 : 1',
    (n) => {
      const rounds = 60 * n;
      const counts = serve(lanesOf(n), 10 * rounds);
      for (const [letter, share] of [
        ['h', 6],
        ['n', 3],
        ['l', 1],
      ] as const) {
        for (let i = 0; i < n; i += 1) expect(counts[`${letter}${i}`]).toBe((rounds * share) / n);
      }
    },
  );
});

describe('with a backlog in one priority alone', () => {
  test.each([2, 3, 5, 10])('%i handlers share it evenly, whosever turn it is', (n) => {
    for (const letter of ['h', 'n', 'l']) {
      const counts = serve(lanesOf(n), 100 * n, (code) => code.startsWith(letter));
      for (let i = 0; i < n; i += 1) expect(counts[`${letter}${i}`]).toBe(100);
    }
  });
});

test('a handler that has nothing ready costs the others nothing', () => {
  const counts = serve(lanesOf(3, ['normal']), 300, (code) => code !== 'n1');
  expect(counts).toEqual({ n0: 150, n1: 0, n2: 150 });
});

test('what one claim takes of several lanes moves the round behind the last of them', () => {
  const lanes = lanesOf(4, ['normal']);
  const served = new ServedLanes(KEYS, lanes, true);
  served.took(lanes.slice(0, 2));
  expect(served.next()).toBe('n2 n3 n0 n1');
});

test('both lanes of a handler have one place in the round and take turns in it', () => {
  const lane = (code: string, handler: string): Lane => ({ code, handler, priority: 'normal' });
  const lanes = [lane('a', 'x'), lane('_a', 'x'), lane('b', 'y')];
  expect(serve(lanes, 400)).toEqual({ a: 100, _a: 100, b: 200 });
});
