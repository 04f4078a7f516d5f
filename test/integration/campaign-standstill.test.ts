/** A leader that renews its lock and plans nothing, by the campaign alone: who deposes it, and who must not. */

import { afterAll, describe, expect, test } from 'vitest';
import { mono } from '../../src/runtime/clock.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import type { Term } from '../../src/store/contract/index.js';
import { openStore } from '../../src/store/redis/index.js';
import { Candidate, cleanups, endAll, KEY, listening, masters, urlsOf } from '../support/candidates.js';
import { eventually } from '../support/eventually.js';
import { redisCommand } from '../support/redis.js';

afterAll(endAll);

// Each waits for the patience of standbys, nine seconds and more: together that is once.
describe.concurrent('a leader that renews its lock while its planning stands still', {
  timeout: 40_000,
}, () => {
  /** As long as can be without longer patience (ten of them, at least nine seconds): no busy machine loses one by itself. */
  const TTL = 900;
  /** `a` leads and is stuck from the beginning; b and c plan. */
  async function scene(count: number, log = silentLog) {
    const started = await masters(count);
    const urls = urlsOf(started);
    const store = await openStore({ url: urls[0] ?? '', namespace: 'test' });
    cleanups.push(() => store.close());
    const since = mono();
    const stuck = () => ({ since, queue: 'q' });
    const a = new Candidate('a', urls, store, TTL, log, stuck);
    const first = await a.elected();
    const b = new Candidate('b', urls, store, TTL, log);
    const c = new Candidate('c', urls, store, TTL, log);
    await listening(urls[0] ?? '', 3);
    return { urls, store, a, b, c, first };
  }

  test.each([1, 3])('is deposed by one of the standbys, with %d lock masters', async (count) => {
    const told: string[] = [];
    const warn = (_: object | string, message = ''): void => void told.push(message);
    const { urls, store, a, b, c, first } = await scene(count, { ...silentLog, warn });
    await Promise.race([b.elected(), c.elected()]);
    await a.deposed();
    const [next, other] = b.terms.length > 0 ? [b, c] : [c, b];
    const term = next.terms[0] as Term;
    expect(term.number).toBeGreaterThan(first.number);
    await eventually(
      () => Promise.all(urls.map((url) => redisCommand(url, 'GET', KEY))),
      (held) => held.every((value) => value === term.lockValue),
    );
    // The new one leads on: it has looked twice and is still the one, and nobody else ever was.
    for (const _ of [1, 2]) {
      const before = await store.office();
      await eventually(
        () => store.office(),
        (office) => office?.planned !== before?.planned,
      );
    }
    expect([next.leads, other.terms, a.terms.length]).toEqual([true, [], 1]);
    expect(await store.office()).toMatchObject({ token: term.token, deposed: 1 });
    expect(told.filter((line) => line.includes('deposed'))).toHaveLength(1);
    expect(told).toContainEqual(expect.stringContaining('planning stands still; when it lasts'));
  });

  test('keeps the lock when only a minority of the masters can be asked to swap it', async () => {
    const { urls, store, a, b, c, first } = await scene(3);
    await Promise.all([b.campaign.stop(), c.campaign.stop()]);
    const reaches = [urls[0] ?? '', 'redis://127.0.0.1:1', 'redis://127.0.0.1:2'];
    const candidate = new Candidate('d', reaches, store, TTL);
    await eventually(
      () => store.office(),
      (office) => office?.deposed === 1,
      { within: 20_000 },
    );
    await eventually(
      () => Promise.all(urls.map((url) => redisCommand(url, 'GET', KEY))),
      (held) => held.every((value) => value === first.lockValue),
    );
    expect([a.leads, candidate.terms]).toEqual([true, []]);
  });
});
