/** A process that dies between an edit and the last of its ready runs: the leader takes them back in its place. */

import { expect, test } from 'vitest';
import { Planner } from '../../../src/scheduler/planner.js';
import { pauseSchedule, putSchedule, removeSchedule, resumeSchedule } from '../../../src/schedules/edit.js';
import type { ModelStore } from '../../../src/testing/model-store.js';
import { wordsOf } from '../../support/fates.js';
import { definition, office, QUEUE, START, world } from './support.js';

const API = { kind: 'api', set: 'api' } as const;
const every = { spec: { kind: 'every', every: 1_000, phase: 0 }, overlap: 'allow' } as const;

/** Runs of `s` are ready, in the lanes of two definitions. */
async function scene() {
  const { store, context } = await world();
  const term = await office(store);
  const planner = new Planner({
    ...context,
    term,
    horizon: 10_000,
    mayCatchUp: () => true,
    onFenced: async () => {},
  });
  /** As the leader's loop does when it is told of an edit. */
  const edited = async (): Promise<number> => {
    planner.edited();
    for (;;) {
      const delay = await planner.tick();
      if (delay > 0) return delay;
    }
  };
  const ready = async () => (await store.list(QUEUE, 'ready', 1_000)).items.map(({ id }) => id).sort();
  await putSchedule(store, definition('s', every), API, store.now);
  await edited();
  store.advance(2_000);
  await store.promote(QUEUE, 100);
  await putSchedule(store, definition('s', { ...every, handler: 'renamed' }), API, store.now);
  await edited();
  store.advance(2_000);
  await store.promote(QUEUE, 100);
  expect(await ready()).toEqual([1, 2, 3, 4].map((n) => `s@${START + n * 1_000}`));
  return { store, edited, ready };
}

/** Dies once it has begun to take back ready runs, after `slices`. */
async function dies(store: ModelStore, slices: number, edit: () => Promise<unknown>): Promise<void> {
  const { withdrawReady } = store;
  let left = slices;
  store.withdrawReady = async (...call) => {
    if (left === 0) throw new Error('dead');
    left -= 1;
    return withdrawReady(...call);
  };
  await expect(edit()).rejects.toThrow('dead');
  store.withdrawReady = withdrawReady;
}

const EDITS = {
  pause: (store: ModelStore) => pauseSchedule(store, 's', {}, store.now),
  disable: (store: ModelStore) =>
    putSchedule(store, definition('s', { ...every, enabled: false }), API, store.now),
  delete: (store: ModelStore) => removeSchedule(store, 's', store.now),
};

test.each(
  (['pause', 'disable', 'delete'] as const).flatMap((edit) =>
    [0, 1].map((slices) => [edit, slices] as const),
  ),
)('%s, dead after %d slices: nothing ready is left', async (edit, slices) => {
  const { store, edited, ready } = await scene();
  await dies(store, slices, () => EDITS[edit](store));
  expect(await ready()).not.toEqual([]);
  // It is given its time first: most editors live.
  const delay = await edited();
  expect(delay).toBeLessThanOrEqual(2_000);
  expect(await ready()).not.toEqual([]);
  store.advance(delay);
  await edited();
  expect(await ready()).toEqual([]);
  expect(await store.openWithdrawals(QUEUE)).toEqual([]);
  if (edit === 'pause') {
    expect(
      await wordsOf(
        store,
        's',
        [1, 2, 3, 4].map((n) => START + n * 1_000),
      ),
    ).toEqual(Array.from({ length: 4 }, () => 'paused'));
  }
});

test('resumed meanwhile, only what was ready before is taken back', async () => {
  const { store, edited, ready } = await scene();
  await dies(store, 0, () => EDITS.pause(store));
  await resumeSchedule(store, 's', store.now);
  await edited();
  store.advance(3_000);
  await store.promote(QUEUE, 100);
  await edited();
  expect(await ready()).toEqual([5, 6, 7].map((n) => `s@${START + n * 1_000}`));
});

test('whoever lives leaves nothing for the leader to do', async () => {
  for (const edit of Object.values(EDITS)) {
    const { store, ready } = await scene();
    await edit(store);
    expect([await ready(), await store.openWithdrawals(QUEUE)]).toEqual([[], []]);
  }
});
