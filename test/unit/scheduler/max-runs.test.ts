/** maxRuns under any sequence of planning, promotion and edits: no run more, and in the end no run less. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ScheduleDefinition } from '../../../src/domain/schedule/schedule.js';
import { Planner } from '../../../src/scheduler/planner.js';
import { pauseSchedule, putSchedule, removeSchedule, resumeSchedule } from '../../../src/schedules/edit.js';
import { definition, office, QUEUE, START, world } from './support.js';

const SOURCE = { kind: 'api', set: 'test' } as const;
const SECONDS = 400;

/** `lag`: how far the clock of whoever edits is behind the store's, ms. */
type Step =
  | { do: 'tick' | 'promote' }
  | { do: 'pause' | 'resume' | 'remove'; lag: number }
  | { do: 'advance'; ms: number }
  | { do: 'put'; lag: number; maxRuns: number; every: number; jitter: number };

const lag = fc.constantFrom(0, 0, 3, 40);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<Step>({ do: 'tick' }, { do: 'promote' }) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 9_000 }).map((ms): Step => ({ do: 'advance', ms })) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('pause' as const, 'resume' as const, 'remove' as const),
      lag,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('put' as const),
      lag,
      maxRuns: fc.integer({ min: 1, max: 12 }),
      every: fc.constantFrom(1_000, 2_000, 3_000),
      jitter: fc.constantFrom(0, 500, 2_500),
    }),
  },
);

function limited({
  maxRuns,
  every,
  jitter,
}: {
  maxRuns: number;
  every: number;
  jitter: number;
}): ScheduleDefinition {
  const spec = { kind: 'every', every, phase: 0 } as const;
  return definition('s', { spec, maxRuns, ...(jitter === 0 ? {} : { jitter }) });
}

async function played(steps: readonly Step[]): Promise<void> {
  const { store, context } = await world();
  const term = await office(store);
  const planner = new Planner({
    ...context,
    term,
    horizon: 5_000,
    onFenced: async () => {},
    mayCatchUp: () => true,
  });
  const seconds = Array.from({ length: SECONDS }, (_, n) => START + n * 1_000);
  const fired = async () => (await store.runs('s', seconds)).size;
  let most = 4;
  /** Runs of earlier lives under this id. */
  let before = 0;
  await putSchedule(store, limited({ maxRuns: most, every: 1_000, jitter: 0 }), SOURCE, store.now);
  for (const one of steps) {
    if (one.do === 'tick') await planner.tick();
    if (one.do === 'promote') await store.promote(QUEUE, 100);
    if (one.do === 'advance') store.advance(one.ms);
    if (one.do === 'pause') await pauseSchedule(store, 's', {}, store.now - one.lag);
    if (one.do === 'resume') await resumeSchedule(store, 's', store.now - one.lag);
    if (one.do === 'remove') await removeSchedule(store, 's', store.now - one.lag);
    if (one.do === 'put') {
      const known = await store.schedule('s');
      const { word } = await putSchedule(store, limited(one), SOURCE, store.now - one.lag);
      if (!known) before = await fired();
      if (word === 'created') most = one.maxRuns;
      else if (word === 'changed') most = Math.max(most, one.maxRuns);
    }
    const row = await store.schedule('s');
    if (!row) continue;
    expect(row.runs).toBe((await fired()) - before);
    expect(row.runs).toBeLessThanOrEqual(most);
  }
  await resumeSchedule(store, 's', store.now);
  for (let n = 0; n < 30; n += 1) {
    while ((await planner.tick()) === 0);
    store.advance(2_000);
  }
  const row = await store.schedule('s');
  if (!row) return;
  expect(row).toMatchObject({ cursor: null, runs: (await fired()) - before });
  expect(row.runs).toBeGreaterThanOrEqual(row.schedule.definition.maxRuns ?? 0);
}

test('whatever happens to it, a schedule fires as often as it says', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 30 }), played), { numRuns: 300 });
});
