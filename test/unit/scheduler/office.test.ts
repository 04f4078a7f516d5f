/** What a leader is behind with: what it has not taken yet, and what it began to plan longest ago. */

import { afterEach, expect, test } from 'vitest';
import { Office } from '../../../src/scheduler/office.js';
import { eventually } from '../../support/eventually.js';
import { declare, definition, office, QUEUE, START, world } from './support.js';

const offices: Office[] = [];
afterEach(async () => {
  for (const each of offices.splice(0)) await each.leave();
});

async function scene() {
  const { store, context } = await world();
  const term = await office(store);
  const one = new Office({
    ...context,
    term,
    signal: new AbortController().signal,
    horizon: 10_000,
    retention: { completed: { count: 0, age: 0 }, dead: { count: 0, age: 0 }, atLeast: 0 },
    atRest: () => false,
    onEntered: async () => {},
    onDeposed: () => {},
  });
  offices.push(one);
  return { store, one };
}

test('until it has entered it is behind with that, and then with nothing', async () => {
  const { one } = await scene();
  expect(one.behind).toEqual({ since: expect.any(Number), queue: '' });
  await one.enter([QUEUE]);
  await eventually(() => one.behind === null);
});

test('a queue that cannot be taken holds it up, and those taken before it do not hide that', async () => {
  const { store, one } = await scene();
  await store.open('other');
  await one.enter([QUEUE]);
  await eventually(() => one.behind === null);
  const { takeOffice } = store;
  store.takeOffice = async () => {
    throw new Error('refused');
  };
  await expect(one.enter([QUEUE, 'other'])).rejects.toThrow('refused');
  const { behind } = one;
  await expect(one.enter([QUEUE, 'other'])).rejects.toThrow('refused');
  expect([behind, one.behind]).toEqual([{ since: expect.any(Number), queue: 'other' }, behind]);
  store.takeOffice = takeOffice;
  await one.enter([QUEUE, 'other']);
  await eventually(() => one.behind === null);
});

test('it is behind with the queue whose planning hangs, whatever the others do', async () => {
  const { store, one } = await scene();
  await store.open('other');
  await declare(store, definition('s'), START);
  const { plannable } = store;
  let answer = (): void => {};
  store.plannable = async (...call) => {
    if (call[0] === QUEUE) await new Promise<void>((resolve) => (answer = resolve));
    return plannable.apply(store, call);
  };
  await one.enter([QUEUE, 'other']);
  const behind = await eventually(() => one.behind);
  expect(behind).toMatchObject({ queue: QUEUE });
  one.wake('other');
  await eventually(() => one.behind?.since === behind?.since && one.behind?.queue === QUEUE);
  store.plannable = plannable;
  answer();
  await eventually(() => one.behind === null);
});
