/** Random sequences of proposals, sent again at will: what counts is the last one accepted, and each counts once. */

import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packSet } from '../../src/sets/body.js';
import { carryOut } from '../../src/sets/carry-out.js';
import { propose } from '../../src/sets/propose.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { define } from '../unit/domain/schedule/definitions.js';
import type { MakeStore } from './suite/stage.js';
import { makeModel, makeRedis } from './suite/subjects.js';

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis?.stop());

/** Which of three schedules a proposal declares, in which form, from one of two processes. */
const step = fc.record({
  ids: fc.subarray(['a', 'b', 'c']),
  every: fc.constantFrom('5s', '9s'),
  process: fc.constantFrom('one', 'two'),
  /** An earlier one is sent once more, by a connection that broke. */
  again: fc.option(fc.nat(5), { nil: undefined }),
  carry: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function played(makeStore: MakeStore, steps: readonly Step[]): Promise<unknown[]> {
  const subject = await makeStore();
  const { store } = subject;
  const lock = await subject.lock('mine');
  const term = await store.allocateTerm('n', 'mine', lock);
  if (!term) throw new Error('a term expected');
  const signal = new AbortController().signal;
  const now = await store.time();
  const carry = async (): Promise<string | null> => {
    const record = await store.setRecord('files');
    for (const queue of await store.queues()) await store.takeOffice(queue, term);
    return record && (await carryOut(record, { store, term, signal, now: () => now })).word;
  };
  try {
    const seen: unknown[] = [];
    const decided: { proposing: Parameters<typeof propose>[1]; verdict: string }[] = [];
    let wanted: string[] = [];
    for (const [index, { ids, every, process, again, carry: also }] of steps.entries()) {
      const place = { file: 'a.yaml', line: 1, column: 1 };
      const packed = await packSet(ids.map((id) => ({ definition: define({ every }, id), place })));
      const proposing = { set: 'files', packed, nonce: `n${index}`, node: process, process };
      const { verdict, reason, difference } = await propose(store, proposing, now);
      seen.push([verdict, reason, difference]);
      if (verdict !== 'current') decided.push({ proposing, verdict });
      if (verdict === 'accepted') wanted = ids.map((id) => `${id} ${every}`);
      const earlier = decided[again ?? Number.POSITIVE_INFINITY];
      if (earlier) {
        const before = await store.setRecord('files');
        // One that is in force is known by its digest, any other one by its nonce.
        const { verdict: repeated } = await propose(store, earlier.proposing, now);
        if (before?.live?.digest !== earlier.proposing.packed.digest) expect(repeated).toBe(earlier.verdict);
        expect((await store.setRecord('files'))?.number).toBe(before?.number);
      }
      if (also) seen.push(await carry());
    }
    seen.push(await carry());
    const rows = await store.schedules();
    const stored = rows.map(
      ({
        schedule: {
          definition: { id, spec },
        },
      }) => `${id} ${spec.kind === 'every' ? spec.every / 1000 : ''}s`,
    );
    expect(stored.sort()).toEqual(wanted.sort());
    return seen;
  } finally {
    await subject.close();
  }
}

const sequences = fc.array(step, { minLength: 1, maxLength: 12 });

it('ends in the last one accepted, in the model', async () => {
  const property = fc.asyncProperty(sequences, async (steps) => void (await played(makeModel, steps)));
  await fc.assert(property, { numRuns: 40 });
});

it('ends in the last one accepted, in Redis, which answers what the model answers', async () => {
  const property = fc.asyncProperty(sequences, async (steps) => {
    const inRedis = await played(() => makeRedis(redis.url), steps);
    expect(inRedis).toEqual(await played(makeModel, steps));
  });
  await fc.assert(property, { numRuns: 10 });
});
