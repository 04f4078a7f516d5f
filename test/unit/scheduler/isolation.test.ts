/** One schedule that cannot be planned leaves every other on time, and is told apart from them. */

import { expect, test } from 'vitest';
import type { Spec } from '../../../src/domain/schedule/schedule.js';
import type { Log } from '../../../src/runtime/log.js';
import { Planner } from '../../../src/scheduler/planner.js';
import { createComing } from '../../../src/schedules/coming.js';
import { declare, definition, office, QUEUE, START, world } from './support.js';

const MINUTE = 60_000;
const EVERY: Spec = { kind: 'every', every: MINUTE, phase: 0 };
const SECONDS: Spec = {
  kind: 'cron',
  expressions: ['* * * * * *'],
  timezone: 'UTC',
  gap: 'shift',
  fold: 'first',
};

/** What nobody can plan: another release's, broken ones, ones without sense. */
const POISON = [
  definition('a-strange', { spec: { kind: 'moon' } as unknown as Spec }),
  definition('a-broken', { spec: { kind: 'cron' } as unknown as Spec }),
  definition('b-none', { spec: null as unknown as Spec }),
  definition('m-nonsense', { spec: { ...SECONDS, expressions: ['nonsense'] } as Spec }),
  definition('z-exclude', { spec: EVERY, exclude: { timezone: 'UTC', items: [{ cron: 'bad' }] } }),
];

/** Sound, and a burden: one that leaves out every instant there is, and one whose runs are large and many. */
const ENDLESS = definition('e-endless', {
  spec: SECONDS,
  exclude: { timezone: 'UTC', items: [{ cron: '0-58 * * * * *' }, { cron: '59 * * * * *' }] },
});
const ENORMOUS = definition('e-enormous', { payload: 'x'.repeat(300_000) });

async function poisoned() {
  const { store, context } = await world();
  for (let n = 0; n < 200; n += 1) {
    await declare(store, definition(`s${n}`, { spec: EVERY }), START + MINUTE);
    // A poisonous one stands at every place in the order of cursors.
    const poison = n % 40 === 0 ? POISON[n / 40] : undefined;
    if (poison) await declare(store, poison, START + 1_000);
  }
  for (const burden of [ENDLESS, ENORMOUS]) await declare(store, burden, START + 1_000);
  const told: object[] = [];
  const error = (facts: object): void => {
    told.push(facts);
  };
  const log = { ...context.log, error } as unknown as Log;
  const term = await office(store);
  const options = { ...context, log, term, horizon: 10_000, onFenced: async () => {} };
  const planner = new Planner({ ...options, mayCatchUp: () => true });
  return { store, planner, told };
}

test('poisonous definitions among 200 others: all others run on time, and each fault is told once', async () => {
  const { store, planner, told } = await poisoned();
  let wakeAt = START;
  for (let at = START; at <= START + 2 * MINUTE; at += 250) {
    store.set(at);
    for (let looks = 0; wakeAt <= at; looks += 1) {
      if (looks > 20) throw new Error('the planner does not come to rest');
      wakeAt = at + (await planner.tick());
    }
    await store.promote(QUEUE, 1_000);
    if ((at - START) % MINUTE !== 0) continue;
    expect((await store.queueFacts(QUEUE)).ready).toBe((200 * (at - START)) / MINUTE + (at - START) / 1_000);
  }
  expect(told.map((one) => (one as { schedule: string }).schedule).sort()).toEqual(
    POISON.map(({ id }) => id).sort(),
  );
});

test('each shows its own fault, and the others show none', async () => {
  const { store } = await poisoned();
  const coming = createComing();
  const shown = new Map<string, string | undefined>();
  for (const row of await store.schedules()) {
    shown.set(row.schedule.definition.id, coming(row, store.now).fault);
  }
  for (const { id } of POISON) expect(shown.get(id), id).toMatch(/./);
  expect(shown.get('a-strange')).toContain('moon');
  expect([...shown.values()].filter((fault) => fault === undefined)).toHaveLength(202);
});

test('what was edited is tried again at once', async () => {
  const { store, planner } = await poisoned();
  while ((await planner.tick()) <= 0);
  const row = await store.schedule('a-strange');
  if (!row) throw new Error('not stored');
  const { schedule, cursor } = row;
  const sound = { ...schedule, revision: schedule.revision + 1, definition: definition('a-strange') };
  const edit = { id: 'a-strange', expect: { revision: schedule.revision, cursor }, schedule: sound };
  await store.edit(QUEUE, { ...edit, cursor, withdraw: null });
  planner.edited();
  while ((await planner.tick()) <= 0);
  expect((await store.schedule('a-strange'))?.runs).toBeGreaterThan(5);
});
