/** When schedules fire next and which instants succeeded last, as nodes expose it: of each, or of many together. */

import { expect, it } from 'vitest';
import type { ScheduleRow } from '../../../src/store/contract/index.js';
import { MOST_VALUES, REST } from '../../../src/telemetry/figures.js';
import { ScheduleFigures } from '../../../src/telemetry/schedule-figures.js';

const rowOf = (id: string): ScheduleRow => ({ schedule: { definition: { id, queue: 'a' } } }) as ScheduleRow;

/** A store of so many schedules, on a clock that is set. */
function figuresOf(count: number) {
  const ids = Array.from({ length: count }, (_, i) => `s${String(i).padStart(4, '0')}`);
  const clock = { known: true, now: () => on.now, until: () => 0, steps: 0, advanced: 0 };
  const on = { now: 10_000, asked: 0, figures: undefined as unknown as ScheduleFigures };
  const store = {
    clock: () => clock,
    time: async () => on.now,
    async schedulesFrom(after: string, limit: number) {
      on.asked += 1;
      const some = ids.filter((id) => id > after).slice(0, limit);
      const last = some.at(-1) ?? null;
      return { rows: some.map(rowOf), next: last === ids.at(-1) ? null : last };
    },
    scheduleFacts: async (_: string, names: readonly string[]) =>
      names.map((id) => ({ row: null, lastSuccess: id === 's0001' ? null : { taskId: `${id}@5000` } })),
  };
  // Each second.
  const nextDues = (_: ScheduleRow, now: number) => [1, 2].map((n) => Math.floor(now / 1_000 + n) * 1_000);
  on.figures = new ScheduleFigures({ store, nextDues });
  return on;
}

it('tells of each, in seconds, and of one that fires often also when all that was worked out has passed', async () => {
  const on = figuresOf(2);
  expect(await on.figures.look()).toEqual({
    count: 2,
    next: [
      [['s0000'], 11],
      [['s0001'], 11],
    ],
    success: [[['s0000'], 5]],
  });
  const { asked } = on;
  on.now = 60_500;
  expect((await on.figures.look())?.next[0]).toEqual([['s0000'], 61]);
  // Whoever scrapes often does not read them all each time.
  expect(on.asked).toBe(asked);
});

it('those behind the first are one, with the earliest of their times', async () => {
  const on = figuresOf(MOST_VALUES + 20);
  const look = await on.figures.look();
  expect(look?.count).toBe(MOST_VALUES + 20);
  expect(look?.next).toHaveLength(MOST_VALUES + 1);
  expect(look?.next.at(-1)).toEqual([[REST], 11]);
  expect(look?.success.at(-1)).toEqual([[REST], 5]);
});
