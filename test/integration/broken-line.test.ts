/** A connection that breaks while many commands are on it: what was asked fails, nothing is taken for "there is none". */

import { afterEach, describe, expect, it } from 'vitest';
import { silentLog } from '../../src/runtime/silent-log.js';
import { Planner } from '../../src/scheduler/planner.js';
import { putSchedule, removeSchedule } from '../../src/schedules/edit.js';
import type { Store } from '../../src/store/contract/index.js';
import { openStore } from '../../src/store/redis/index.js';
import { startTestRedis } from '../support/redis.js';
import { startRedisProxy } from '../support/redis-proxy.js';
import { definition } from '../unit/scheduler/support.js';

const QUEUE = 'default';
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of open.splice(0).reverse()) await end();
});

/** A schedule whose four runs are all planned, and a store whose line breaks at the first `needle`. */
async function planned(needle: string): Promise<{ store: Store; direct: Store; broken: () => boolean }> {
  const redis = await startTestRedis();
  open.push(() => redis.stop());
  let broken = false;
  const proxy = await startRedisProxy(redis.port, (text) => {
    if (broken || !text.includes(needle)) return undefined;
    broken = true;
    return 'break';
  });
  open.push(() => proxy.close());
  const opened = async (url: string): Promise<Store> => {
    const store = await openStore({ url, namespace: 'line' });
    open.push(() => store.close());
    return store;
  };
  const direct = await opened(redis.url);
  const now = await direct.time();
  const spec = { kind: 'every' as const, every: 10_000, phase: 0 };
  await putSchedule(direct, definition('s', { spec, maxRuns: 4 }), { kind: 'api', set: 'test' }, now);
  const term = await direct.allocateTerm('node', 'lock');
  if (!term) throw new Error('no term');
  await direct.takeOffice(QUEUE, term);
  const onFenced = async (): Promise<void> => {};
  const planner = new Planner({
    ...{
      queue: QUEUE,
      store: direct,
      log: silentLog,
      term,
      horizon: 600_000,
      onFenced,
      mayCatchUp: () => true,
    },
  });
  while ((await direct.queueFacts(QUEUE)).scheduled < 4) await planner.tick();
  expect(await direct.queueFacts(QUEUE)).toMatchObject({ scheduled: 4 });
  return { store: await opened(proxy.url), direct, broken: () => broken };
}

describe('a line that breaks under a pipeline', () => {
  it('a removal is acknowledged only when the planned runs are withdrawn', async () => {
    const { store, direct, broken } = await planned(':ledgers');
    const now = await store.time();
    await expect(removeSchedule(store, 's', now)).rejects.toMatchObject({ code: 'unavailable' });
    expect(broken()).toBe(true);
    expect(await removeSchedule(store, 's', now)).toMatchObject({ word: 'removed' });
    expect(await direct.queueFacts(QUEUE)).toMatchObject({ scheduled: 0 });
  });

  it('nobody is told that nothing was planned', async () => {
    const { store, broken } = await planned(':dead');
    const now = await store.time();
    const nominals = Array.from({ length: 4 }, (_, n) => (Math.floor(now / 10_000) + 1 + n) * 10_000);
    const question = nominals.map((nominal) => ({ schedule: 's', nominal }));
    await expect(store.runStates(question)).rejects.toMatchObject({ code: 'unavailable' });
    expect(broken()).toBe(true);
    expect(await store.runStates(question)).toEqual(nominals.map(() => 'scheduled'));
  });
});
