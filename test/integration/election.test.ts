/** The campaign against real lock masters: hand-over, take-over, hung and missing masters. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, test } from 'vitest';
import { type Campaign, type CampaignOptions, startCampaign } from '../../src/election/campaign.js';
import { mono } from '../../src/runtime/clock.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import { sleep } from '../../src/runtime/timers.js';
import type { Term } from '../../src/store/contract/index.js';
import { openStore } from '../../src/store/redis/index.js';
import { ModelStore } from '../../src/testing/model-store.js';
import { eventually } from '../support/eventually.js';
import { redisCommand, startTestRedis, type TestRedis } from '../support/redis.js';

const KEY = 'test:lock';
const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function masters(count: number): Promise<TestRedis[]> {
  const started = await Promise.all(Array.from({ length: count }, () => startTestRedis()));
  for (const master of started) {
    cleanups.push(() => {
      try {
        master.kill('SIGCONT');
      } catch {
        // Already gone.
      }
      return master.stop();
    });
  }
  return started;
}

/** One candidate whose terms can be awaited one after the other. */
class Candidate {
  readonly campaign: Campaign;
  readonly terms: Term[] = [];
  signal: AbortSignal | undefined;
  #waiting: (() => void)[] = [];

  constructor(
    name: string,
    urls: readonly string[],
    store: CampaignOptions['store'],
    ttlMs: number,
    log = silentLog,
    behind: CampaignOptions['behind'] = () => null,
  ) {
    this.campaign = startCampaign({
      lockUrls: urls,
      lockKey: KEY,
      node: `${name}~1`,
      ttlMs,
      store,
      lockOnData: false,
      behind,
      log,
      onElected: (term, signal) => this.#lead(term, signal),
    });
    cleanups.push(() => this.campaign.stop());
  }

  get leads(): boolean {
    return this.signal !== undefined && !this.signal.aborted;
  }

  async elected(terms = 1): Promise<Term> {
    while (this.terms.length < terms) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.terms[terms - 1] as Term;
  }

  async deposed(): Promise<void> {
    if (this.leads)
      await new Promise((resolve) => this.signal?.addEventListener('abort', resolve, { once: true }));
  }

  #lead(term: Term, signal: AbortSignal): Promise<void> {
    this.terms.push(term);
    this.signal = signal;
    for (const go of this.#waiting.splice(0)) go();
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  }
}

/** Every one of `count` candidates hears when the lock is let go. */
async function listening(url: string, count: number): Promise<void> {
  const ask = () => redisCommand(url, 'PUBSUB', 'NUMSUB', `${KEY}:released`);
  await eventually(ask, (reply) => Number((reply as unknown[])[1]) === count);
}

const urlsOf = (started: readonly TestRedis[]): string[] => started.map(({ url }) => url);

test('exactly one of three candidates leads, and everybody can see whose lock it is', async () => {
  const [redis] = await masters(1);
  const store = new ModelStore();
  const all = ['a', 'b', 'c'].map((name) => new Candidate(name, [redis?.url ?? ''], store, 2_000));
  await Promise.race(all.map((one) => one.elected()));
  await sleep(300);
  const leaders = all.filter((one) => one.leads);
  expect(leaders).toHaveLength(1);
  const value = leaders[0]?.terms[0]?.lockValue;
  expect(await Promise.all(all.map((one) => one.campaign.holder()))).toEqual([value, value, value]);
});

test('to start and to stop is nothing to warn about', async () => {
  const three = await masters(3);
  const warnings: string[] = [];
  const warn = (_: object | string, message?: string): void => void warnings.push(message ?? String(_));
  const log = { ...silentLog, warn, error: warn };
  const candidate = new Candidate('a', urlsOf(three), new ModelStore(), 2_000, log);
  await candidate.elected();
  await candidate.campaign.stop();
  expect(warnings).toEqual([]);
});

test('a leader that stops hands over at once, not after the TTL', async () => {
  const [redis] = await masters(1);
  const store = new ModelStore();
  const url = redis?.url ?? '';
  // The lock itself would last an hour.
  const first = new Candidate('a', [url], store, 3_600_000);
  const { number } = await first.elected();
  const second = new Candidate('b', [url], store, 3_600_000);
  await listening(url, 2);
  await first.campaign.stop();
  const term = await second.elected();
  expect(term.number).toBeGreaterThan(number);
});

test('who lets go of the lock tells those who wait for it', async () => {
  const [redis] = await masters(1);
  const only = new Candidate('a', [redis?.url ?? ''], new ModelStore(), 2_000);
  const { lockValue } = await only.elected();
  const listener = new Redis(redis?.url ?? '');
  cleanups.push(async () => listener.disconnect());
  await listener.subscribe(`${KEY}:released`);
  const told = once(listener, 'message');
  await only.campaign.stop();
  expect(await told).toEqual([`${KEY}:released`, lockValue]);
});

test('a leader that is killed is followed when its lock ends', async () => {
  const [redis] = await masters(1);
  const url = redis?.url ?? '';
  const fixture = fileURLToPath(new URL('./fixtures/candidate.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'jiti/register', fixture, url, '1000'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  cleanups.push(async () => child.kill('SIGKILL'));
  await once(createInterface(child.stdout), 'line');
  const standby = new Candidate('b', [url], new ModelStore(), 1_000);
  await sleep(1_500);
  expect(standby.terms).toEqual([]);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await standby.elected();
});

test('who resigns leaves the vacancy to the others', async () => {
  const [redis] = await masters(1);
  const store = new ModelStore();
  const first = new Candidate('a', [redis?.url ?? ''], store, 2_000);
  await first.elected();
  const second = new Candidate('b', [redis?.url ?? ''], store, 2_000);
  await listening(redis?.url ?? '', 2);
  await first.campaign.resign();
  await second.elected();
  expect(first.leads).toBe(false);
});

test('a single node that resigns comes back', async () => {
  const [redis] = await masters(1);
  const only = new Candidate('a', [redis?.url ?? ''], new ModelStore(), 600);
  await only.elected();
  await only.campaign.resign();
  expect(await only.campaign.holder()).toBeNull();
  await only.elected(2);
});

test('a hung master deposes its leader in time and hangs nobody; afterwards somebody leads again', async () => {
  const [redis] = await masters(1);
  const store = new ModelStore();
  const first = new Candidate('a', [redis?.url ?? ''], store, 1_000);
  await first.elected();
  const second = new Candidate('b', [redis?.url ?? ''], store, 1_000);
  await listening(redis?.url ?? '', 2);
  redis?.kill('SIGSTOP');
  await first.deposed();
  await expect(first.campaign.holder()).rejects.toThrow('lock masters do not answer');
  redis?.kill('SIGCONT');
  await Promise.race([first.elected(2), second.elected()]);
});

test('with its only master hung a campaign can still be stopped', async () => {
  const [redis] = await masters(1);
  const only = new Candidate('a', [redis?.url ?? ''], new ModelStore(), 1_000);
  await only.elected();
  redis?.kill('SIGSTOP');
  await only.campaign.stop();
  expect(only.leads).toBe(false);
});

test('three masters: one is down, another comes back empty, and the leader stays', async () => {
  const three = await masters(3);
  const urls = urlsOf(three);
  await three[0]?.stop();
  const store = new ModelStore();
  const first = new Candidate('a', urls, store, 1_000);
  const { lockValue } = await first.elected();
  const second = new Candidate('b', urls, store, 1_000);
  await three[1]?.restart();
  await sleep(1_500);
  expect(first.leads).toBe(true);
  expect(second.terms).toEqual([]);
  expect(await redisCommand(urls[1] ?? '', 'GET', KEY)).toBe(lockValue);
});

test('three masters: one hung and the leader gone, the standby still takes over', async () => {
  const three = await masters(3);
  const store = new ModelStore();
  const first = new Candidate('a', urlsOf(three), store, 1_000);
  await first.elected();
  const second = new Candidate('b', urlsOf(three), store, 1_000);
  await listening(three[0]?.url ?? '', 2);
  three[2]?.kill('SIGSTOP');
  await first.campaign.stop();
  await second.elected();
});

test('without a majority of masters nobody leads', async () => {
  const three = await masters(3);
  const first = new Candidate('a', urlsOf(three), new ModelStore(), 800);
  await first.elected();
  three[1]?.kill('SIGKILL');
  three[2]?.kill('SIGKILL');
  await first.deposed();
  await sleep(1_000);
  expect(first.leads).toBe(false);
});

test('a leader whose lock was given to another steps down without waiting for the end', async () => {
  const [redis] = await masters(1);
  const first = new Candidate('a', [redis?.url ?? ''], new ModelStore(), 30_000);
  await first.elected();
  await redisCommand(redis?.url ?? '', 'SET', KEY, 'another', 'PX', '60000');
  await first.deposed();
  expect(await redisCommand(redis?.url ?? '', 'GET', KEY)).toBe('another');
}, 30_000);

test('a lock that outlasts its length because a clock stepped back is cut', async () => {
  const [redis] = await masters(1);
  await redisCommand(redis?.url ?? '', 'SET', KEY, 'a dead leader', 'PX', '600000');
  await new Candidate('a', [redis?.url ?? ''], new ModelStore(), 1_000).elected();
});

test('a lock without a term is let go: the term is refused when the lock is not what the data shows', async () => {
  const [redis] = await masters(1);
  const store = new ModelStore();
  let asked = 0;
  const refusing = {
    office: async () => null,
    allocateTerm: async () => {
      asked += 1;
      return null;
    },
    markPlanned: async () => 'ok' as const,
    depose: async () => false,
  };
  const first = new Candidate('a', [redis?.url ?? ''], refusing, 20_000);
  await sleep(500);
  expect(asked).toBeGreaterThan(0);
  expect(asked).toBeLessThan(50);
  const second = new Candidate('b', [redis?.url ?? ''], store, 20_000);
  await second.elected();
  expect(first.terms).toEqual([]);
});

describe('a leader that renews its lock while its planning stands still', { timeout: 40_000 }, () => {
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

test('an even number of masters, or the same one twice, is a configuration error', () => {
  const start = (...lockUrls: string[]) => new Candidate('a', lockUrls, new ModelStore(), 1_000);
  expect(() => start('redis://127.0.0.1:1', 'redis://127.0.0.1:2')).toThrow(/odd number/);
  expect(() => start()).toThrow(/odd number/);
  const same = 'redis://127.0.0.1:1';
  expect(() => start(same, same, same)).toThrow(/odd number of different/);
});

test('idle: the leader sends at most 1.6 commands a second for a TTL of two seconds, a standby 1.5', async () => {
  const [redis] = await masters(1);
  const url = redis?.url ?? '';
  const store = new ModelStore();
  const first = new Candidate('a', [url], store, 2_000);
  await first.elected();
  new Candidate('b', [url], store, 2_000);
  await listening(url, 2);
  const calls = async () => {
    const stats = String(await redisCommand(url, 'INFO', 'commandstats'));
    const count = (name: string) => Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
    return { lead: count('evalsha') + count('eval'), stand: count('pttl') };
  };
  const before = await calls();
  await sleep(6_000);
  const after = await calls();
  expect(after.lead - before.lead).toBeGreaterThan(0);
  expect((after.lead - before.lead) / 6).toBeLessThanOrEqual(1.7);
  expect((after.stand - before.stand) / 6).toBeLessThanOrEqual(1.5);
});
