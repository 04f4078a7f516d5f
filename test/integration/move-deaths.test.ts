/** A schedule moves to another queue, and whoever moves it dies at any step. */

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pauseSchedule, putSchedule } from '../../src/schedules/edit.js';
import { finishOpenMoves } from '../../src/schedules/move.js';
import type { Store, Term } from '../../src/store/contract/index.js';
import { openStore } from '../../src/store/redis/index.js';
import { plain } from '../conformance/suite/schedule-parts.js';
import { wordsOf } from '../support/fates.js';
import { startTestRedis, type TestRedis, uniqueNamespace } from '../support/redis.js';

let redis: TestRedis;
let namespace: string;
let store: Store;

beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.stop());
beforeEach(async () => {
  namespace = uniqueNamespace();
  store = await openStore({ url: redis.url, namespace });
});
afterEach(async () => {
  await store.close();
});

describe('a move between queues that dies at any step', () => {
  const SOURCE = { kind: 'api', set: 'api' } as const;
  const WRITES = ['open', 'takeOffice', 'edit', 'endMove'] as const;

  /** Its n-th write, counted from 0, never comes back: it was carried out, or not. */
  function dying(real: Store, n: number, carriedOut: boolean): Store {
    let writes = 0;
    return new Proxy(real, {
      get(target, name) {
        const verb: unknown = Reflect.get(target, name);
        if (typeof verb !== 'function') return verb;
        return async (...args: unknown[]) => {
          const counts = WRITES.some((one) => one === name);
          const dies = counts && writes >= n;
          if (counts) writes += 1;
          if (dies && !(carriedOut && writes === n + 1)) throw new Error('dead');
          const answer: unknown = await Reflect.apply(verb, target, args);
          if (dies) throw new Error('dead');
          return answer;
        };
      },
    });
  }

  async function office(): Promise<Term> {
    const term = await store.allocateTerm('node', 'lock');
    if (!term) throw new Error('no term');
    for (const queue of ['main', 'other']) {
      await store.open(queue);
      await store.takeOffice(queue, term);
    }
    return term;
  }

  it.each([0, 1, 2, 3, 4].flatMap((n) => [true, false].map((carriedOut) => ({ n, carriedOut }))))(
    'a rename into another queue that dies at write $n, carried out: $carriedOut',
    async ({ n, carriedOut }) => {
      await office();
      const now = await store.time();
      const { definition } = plain('old', 'main', { spec: { kind: 'every', every: 60_000, phase: 0 } });
      await putSchedule(store, definition, SOURCE, now);
      await pauseSchedule(store, 'old', { reason: 'works' }, now);
      const renamed = { ...definition, id: 'new', queue: 'other', formerly: 'old' };
      await putSchedule(dying(store, n, carriedOut), renamed, SOURCE, now).catch(() => null);
      const heir = await office();
      for (const queue of ['other', 'main']) await finishOpenMoves(store, queue, heir);
      expect(await store.openMoves('main')).toEqual([]);
      expect(await store.schedules()).toHaveLength(1);
      expect(['created', 'unchanged']).toContain((await putSchedule(store, renamed, SOURCE, now + 1)).word);
      expect(await store.schedule('old')).toBeNull();
      expect(await store.schedule('new')).toMatchObject({
        ...{ queue: 'other', runs: 0 },
        schedule: { paused: { at: now, reason: 'works' }, former: [{ id: 'old' }] },
      });
      expect(await store.schedules()).toHaveLength(1);
    },
  );

  const steps = [0, 1, 2, 3].flatMap((n) => [true, false].map((carriedOut) => ({ n, carriedOut })));
  it.each(steps)('write $n, carried out: $carriedOut', async ({ n, carriedOut }) => {
    const term = await office();
    const now = await store.time();
    const spec = { kind: 'every', every: 60_000, phase: 0 } as const;
    const { definition } = plain('daily', 'main', { spec });
    await putSchedule(store, definition, SOURCE, now);
    const cursor = (await store.schedule('daily'))?.cursor ?? 0;
    const revision = (await store.schedule('daily'))?.schedule.revision ?? 0;
    const nominals = [0, 1, 2, 3, 4].map((minute) => cursor + minute * 60_000);
    const occurrences = nominals.map((nominal) => ({
      nominal,
      draft: {
        ...{ id: `daily@${nominal}`, handler: 'work', priority: 'normal' as const, payload: '' },
        ...{ due: nominal, createdAt: now },
      },
    }));
    const plan = { schedule: 'daily', revision, cursor, next: cursor + 300_000, occurrences };
    expect(await store.plan('main', term, [plan])).toEqual(['planned']);

    const next = { ...definition, queue: 'other' };
    await putSchedule(dying(store, n, carriedOut), next, SOURCE, now).catch(() => null);
    // The next leader, wherever it begins.
    const heir = await office();
    for (const queue of ['other', 'main']) await finishOpenMoves(store, queue, heir);
    expect([...(await store.openMoves('main')), ...(await store.openMoves('other'))]).toEqual([]);

    const rows = await store.schedules();
    expect(rows).toHaveLength(1);
    const row = await store.schedule('daily');
    const { items } = await store.list('main', 'scheduled', 99);
    if (row?.queue === 'main') {
      // Nothing was acknowledged, and nothing has changed.
      expect(row).toMatchObject({ runs: 5, schedule: { revision } });
      expect(items).toHaveLength(5);
    } else {
      expect(row).toMatchObject({ queue: 'other', runs: 0, schedule: { revision: revision + 1 } });
      expect(items).toEqual([]);
    }
    // Asked again it is there, once, and can be edited on.
    expect(['changed', 'unchanged']).toContain((await putSchedule(store, next, SOURCE, now + 1)).word);
    expect(await store.schedule('daily')).toMatchObject({ queue: 'other', runs: 0 });
    expect((await pauseSchedule(store, 'daily', {}, now + 2)).word).toBe('changed');
    expect(await store.schedules()).toHaveLength(1);
    expect(await wordsOf(store, 'daily', [nominals[4] ?? 0])).toEqual(['paused']);
  });
});
