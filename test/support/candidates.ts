/** Candidates for leadership within a test's own process, and the lock masters they campaign on. */

import { type Campaign, type CampaignOptions, startCampaign } from '../../src/election/campaign.js';
import { silentLog } from '../../src/runtime/silent-log.js';
import type { Term } from '../../src/store/contract/index.js';
import { eventually } from './eventually.js';
import { redisCommand, startTestRedis, type TestRedis } from './redis.js';

export const KEY = 'test:lock';

/** What a test file has started; ended by `endAll`, in reverse. */
export const cleanups: (() => Promise<unknown>)[] = [];

export async function endAll(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

export async function masters(count: number): Promise<TestRedis[]> {
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
export class Candidate {
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
export async function listening(url: string, count: number): Promise<void> {
  const ask = () => redisCommand(url, 'PUBSUB', 'NUMSUB', `${KEY}:released`);
  await eventually(ask, (reply) => Number((reply as unknown[])[1]) === count);
}

export const urlsOf = (started: readonly TestRedis[]): string[] => started.map(({ url }) => url);
