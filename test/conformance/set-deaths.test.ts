/**
 * A leader that dies at any step of carrying out a file set, before or after the write: whoever follows it leaves exactly
 * what was proposed, with pauses, owners and what others have as they were.
 */

import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ScheduleDefinition } from '../../src/domain/schedule/schedule.js';
import { pauseSchedule, putSchedule } from '../../src/schedules/edit.js';
import { finishOpenMoves } from '../../src/schedules/move.js';
import { packSet } from '../../src/sets/body.js';
import { carryOut } from '../../src/sets/carry-out.js';
import { propose } from '../../src/sets/propose.js';
import type { Store, Term } from '../../src/store/contract/index.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { define } from '../unit/domain/schedule/definitions.js';
import type { MakeStore } from './suite/stage.js';
import { makeModel, makeRedis } from './suite/subjects.js';

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis?.stop());

/** Verbs that write. */
const WRITES: readonly (keyof Store)[] = [
  ...(['edit', 'edits', 'changeSet', 'open', 'takeOffice', 'carry', 'endMove'] as const),
  ...(['promote', 'withdrawReady'] as const),
];

class Died extends Error {}

/** The store of a leader that dies at its `step`th write; `when`: whether that one is still made. */
function mortal(store: Store, step: number, when: 'before' | 'after'): Store {
  let writes = 0;
  return new Proxy(store, {
    get(target, name) {
      const verb = Reflect.get(target, name) as unknown;
      if (typeof verb !== 'function') return verb;
      if (!WRITES.includes(name as keyof Store)) return verb.bind(target);
      return async (...given: unknown[]) => {
        writes += 1;
        if (writes > step || (writes === step && when === 'before')) throw new Died();
        const answer: unknown = await verb.apply(target, given);
        if (writes >= step) throw new Died();
        return answer;
      };
    },
  });
}

/** What becomes of each of four schedules: as it is, otherwise, elsewhere, called otherwise, gone. */
const fate = fc.constantFrom('stays', 'changes', 'moves', 'renamed', 'renamedAndMoves', 'goes');
const scenario = fc.record({
  fates: fc.tuple(fate, fate, fate, fate),
  fresh: fc.integer({ min: 0, max: 2 }),
  paused: fc.boolean(),
  takesOver: fc.boolean(),
  /** What was before is proposed again when the leader has died. */
  back: fc.boolean(),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

const BEFORE = ['a', 'b', 'c', 'd'].map((id, n) =>
  define({ every: '5m', queue: n % 2 ? 'mail' : 'main' }, id),
);
const theirs = define({ every: '1h', queue: 'mail' }, 'theirs');

function after({ fates, fresh, takesOver }: Scenario): ScheduleDefinition[] {
  const declared = BEFORE.flatMap((one, n): ScheduleDefinition[] => {
    const renamed = { ...one, id: `${one.id}2`, formerly: one.id };
    switch (fates[n]) {
      case 'goes':
        return [];
      case 'changes':
        return [{ ...one, handler: 'other' }];
      case 'moves':
        return [{ ...one, queue: 'post' }];
      case 'renamed':
        return [renamed];
      case 'renamedAndMoves':
        return [{ ...renamed, queue: 'post' }];
      default:
        return [one];
    }
  });
  const made = Array.from({ length: fresh }, (_, n) =>
    define({ every: '1h', queue: `new${n}` }, `fresh${n}`),
  );
  return [...declared, ...made, ...(takesOver ? [{ ...theirs, handler: 'taken' }] : [])];
}

/** Whether the leader lived to carry it out. */
async function played(
  makeStore: MakeStore,
  what: Scenario,
  step: number,
  when: 'before' | 'after',
): Promise<boolean> {
  const subject = await makeStore();
  const { store } = subject;
  try {
    const lock = await subject.lock('mine');
    const now = await store.time();
    const elected = async (): Promise<Term> => {
      const term = await store.allocateTerm('n', 'mine', lock);
      if (!term) throw new Error('a term expected');
      for (const queue of await store.queues()) {
        await store.takeOffice(queue, term);
        await finishOpenMoves(store, queue, term);
      }
      return term;
    };
    let nonces = 0;
    const proposed = async (
      set: string,
      definitions: readonly ScheduleDefinition[],
      takeOver: string[] = [],
    ) => {
      nonces += 1;
      const place = { file: 'a.yaml', line: nonces, column: 1 };
      const packed = await packSet(definitions.map((definition) => ({ definition, place })));
      const proposing = { set, packed, nonce: `n${nonces}`, node: 'n', process: 'n', force: true, takeOver };
      await propose(store, proposing, now);
    };
    const carry = async (term: Term, through: Store = store): Promise<void> => {
      const signal = new AbortController().signal;
      for (const record of await through.setRecords()) {
        await carryOut(record, { store: through, term, signal, now: () => now });
      }
    };
    const first = await elected();
    await proposed('files', BEFORE);
    await proposed('other', [theirs]);
    await putSchedule(store, define({ every: '1h', queue: 'main' }, 'web'), { kind: 'api', set: 'api' }, now);
    await carry(first);
    if (what.paused) for (const id of ['a', 'b', 'theirs']) await pauseSchedule(store, id, {}, now);

    const wanted = after(what);
    await proposed('files', wanted, what.takesOver ? ['theirs'] : []);
    const died = await carry(first, mortal(store, step, when)).then(
      () => false,
      (error: unknown) => {
        if (error instanceof Died) return true;
        throw error;
      },
    );
    // Also what it has left of a removal is taken up by the one after.
    const second = await elected();
    if (died && what.back) await proposed('files', BEFORE);
    const final = died && what.back ? BEFORE : wanted;
    await carry(second);

    const rows = await store.schedules();
    const own = rows.filter(({ schedule }) => schedule.source.set === 'files');
    expect(
      Object.fromEntries(own.map(({ schedule }) => [schedule.definition.id, schedule.definition])),
    ).toEqual(Object.fromEntries(final.map((one) => [one.id, one])));
    if (final === BEFORE) return false;
    const others = rows.filter(({ schedule }) => schedule.source.set !== 'files');
    expect(others.map(({ schedule }) => schedule.definition.id).sort()).toEqual(
      what.takesOver ? ['web'] : ['theirs', 'web'],
    );
    const pausedBefore = (id: string): boolean =>
      what.paused && ['a', 'b', 'a2', 'b2', 'theirs'].includes(id);
    for (const { schedule } of rows) {
      expect([schedule.definition.id, schedule.paused !== undefined]).toEqual([
        schedule.definition.id,
        pausedBefore(schedule.definition.id),
      ]);
    }
    // A leader that dies after the last edit leaves where they stand to their next change.
    if (!died) expect(own.map(({ schedule }) => schedule.source.line)).toEqual(own.map(() => nonces));
    const record = await store.setRecord('files');
    expect(record?.carriedOut).toMatchObject({ number: record?.live?.number, conflicts: [] });
    const lost = await store.setRecord('other');
    expect(lost?.carriedOut?.conflicts).toEqual(what.takesOver ? [{ id: 'theirs', owner: 'set files' }] : []);
    for (const queue of await store.queues()) expect(await store.openMoves(queue)).toEqual([]);
    return !died;
  } finally {
    await subject.close();
  }
}

/** Dies at the first write, the second, and so on, until it lives to the end. */
async function atEachStep(makeStore: MakeStore, what: Scenario): Promise<number> {
  let steps = 0;
  for (const when of ['before', 'after'] as const) {
    for (let step = 1; !(await played(makeStore, what, step, when)); step += 1) steps = Math.max(steps, step);
  }
  return steps;
}

const everything: Scenario = {
  fates: ['renamed', 'renamedAndMoves', 'stays', 'goes'],
  ...{ fresh: 2, paused: true, takesOver: true, back: false },
};

it('everything at once, in Redis', { timeout: 120_000 }, async () => {
  expect(await atEachStep(() => makeRedis(redis.url), everything)).toBeGreaterThan(10);
  await atEachStep(() => makeRedis(redis.url), { ...everything, back: true });
});

it('whatever is proposed, in the model', { timeout: 120_000 }, async () => {
  const property = fc.asyncProperty(scenario, async (what) => void (await atEachStep(makeModel, what)));
  await fc.assert(property, { numRuns: 12 });
});
