/** Random sequences of verbs: nothing acknowledged is ever lost or doubled, and Redis does what the model does. */

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import type { World } from './suite/children.js';
import { Driver } from './suite/driver.js';
import { Heard } from './suite/heard.js';
import { drained } from './suite/relays.js';
import { type MakeStore, Stage } from './suite/stage.js';
import { type Move, sequences } from './suite/steps.js';
import { makeModel, makeRedis } from './suite/subjects.js';

/** On Redis. */
const SEQUENCES = Number(process.env['SEQUENCES'] ?? 120);

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis?.stop());

/** Plays the steps and tells everything seen on the way. */
async function played(makeStore: MakeStore, moves: readonly Move[]): Promise<unknown[]> {
  const stage = await Stage.open(makeStore);
  try {
    const world: World = [];
    const other = await stage.beside('other');
    const drivers = [new Driver(stage, world), new Driver(other, world)] as const;
    const heard = await Heard.open(stage);
    const seen: unknown[] = [];
    for (const { step, queue, broken } of moves) {
      seen.push([step.do, queue, broken, await drivers[queue].play(step, broken)]);
      expect(await drivers[queue].overlapping()).toEqual([]);
      expect(await drivers[queue].stuck()).toEqual([]);
      await heard.step();
    }
    await drained(stage.store, ['main', 'other']);
    await heard.step();
    seen.push(await heard.told());
    for (const driver of drivers) {
      const { acknowledged, listed, counted } = await driver.conserved();
      expect(listed).toEqual(acknowledged);
      expect(counted).toBe(acknowledged.length);
      seen.push(await driver.facts());
    }
    // Runs are named by their time, which two stores do not share.
    const since = (_: string, before: string, at: string): string => `${before}${Number(at) - stage.start}`;
    return JSON.parse(JSON.stringify(seen).replace(/(@|"nominal":)(\d{13})/g, since)) as unknown[];
  } finally {
    await stage.subject.close();
  }
}

describe('any sequence of verbs', () => {
  it('loses and doubles nothing in the model', async () => {
    const property = fc.asyncProperty(sequences, async (steps) => void (await played(makeModel, steps)));
    await fc.assert(property, { numRuns: 300 });
  });

  it(
    'loses and doubles nothing in Redis, which answers what the model answers',
    async () => {
      const property = fc.asyncProperty(sequences, async (steps) => {
        const inRedis = await played(() => makeRedis(redis.url), steps);
        expect(inRedis).toEqual(await played(makeModel, steps));
      });
      await fc.assert(property, { numRuns: SEQUENCES });
    },
    60_000 + 1_000 * SEQUENCES,
  );
});
