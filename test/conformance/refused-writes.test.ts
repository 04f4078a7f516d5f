/** Writes of a leader that is one no longer are counted where they are refused. */

import { expect, it } from 'vitest';
import type { Term } from '../../src/store/contract/index.js';
import { onRedis } from './suite/on-redis.js';

const on = onRedis();
const { stage } = on;

async function rule(node: string): Promise<Term> {
  const term = await stage().rule(node);
  return term;
}

it('by queue and in the registry, of the latest term of which something was refused', async () => {
  const { store } = stage();
  await store.open('other');
  const none = [null, null, null];
  expect(await store.refused(['main', 'other'])).toEqual(none);
  const first = await rule('a');
  expect(await store.plan('main', first, [])).toEqual([]);
  const second = await rule('b');
  expect(await store.refused(['main', 'other'])).toEqual(none);
  for (let n = 0; n < 3; n += 1) expect(await store.plan('main', first, [])).toBe('fenced');
  expect(await store.markPlanned(first, false)).toBe('fenced');
  expect(await store.refused(['main', 'other'])).toEqual([
    { term: first.number, count: 3 },
    null,
    { term: first.number, count: 1 },
  ]);
  await rule('c');
  expect(await store.plan('main', second, [])).toBe('fenced');
  expect((await store.refused(['main']))[0]).toEqual({ term: second.number, count: 1 });
});

it('lines of four hundred leaders are kept, and the list does not grow', async () => {
  const { store } = stage();
  for (let n = 0; n < 250; n += 1) {
    const term = await store.allocateTerm(`n${n}`, `v${n}`);
    if (term) await store.leaveOffice(term, { end: 'stopped' });
  }
  const reigns = await store.reigns();
  expect(reigns.length).toBe(200);
  expect(reigns.at(-1)).toMatchObject({ node: 'n249', end: 'stopped' });
});
