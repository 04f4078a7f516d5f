/** Long work lets the event loop turn between its slices. */

import { expect, it } from 'vitest';
import { slices } from '../../../src/runtime/slices.js';
import { after } from '../../../src/runtime/timers.js';

it('others have their turn before long work has ended', async () => {
  const rest = slices(0);
  const order: string[] = [];
  after(0, () => order.push('others'));
  for (let step = 0; step < 3; step += 1) {
    await rest();
    order.push('step');
  }
  expect(order.indexOf('others')).toBeLessThan(order.lastIndexOf('step'));
});

it('work that is short is not interrupted', () => {
  const rest = slices(60_000);
  expect(rest()).toBeUndefined();
});
