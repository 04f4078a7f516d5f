/** The campaign against real lock masters: hand-over, take-over, hung and missing masters. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { afterEach, expect, test } from 'vitest';
import { silentLog } from '../../src/runtime/silent-log.js';
import { sleep } from '../../src/runtime/timers.js';
import { ModelStore } from '../../src/testing/model-store.js';
import { Candidate, cleanups, endAll, KEY, listening, masters, urlsOf } from '../support/candidates.js';
import { redisCommand } from '../support/redis.js';

afterEach(endAll);

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
  await first.campaign.resign({ end: 'steppedDown', by: 'a test' });
  await second.elected();
  expect(first.leads).toBe(false);
});

test('a single node that resigns comes back', async () => {
  const [redis] = await masters(1);
  const only = new Candidate('a', [redis?.url ?? ''], new ModelStore(), 600);
  await only.elected();
  await only.campaign.resign({ end: 'steppedDown', by: 'a test' });
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
    leaveOffice: async () => {},
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
