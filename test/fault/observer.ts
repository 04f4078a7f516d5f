/** Looks on from outside: the leader's terms over time, and in Redis' own record every write past the fence. */

import { Redis } from 'ioredis';
import type { Fleet } from './fleet.js';
import type { LeaderWrite } from './history.js';
import { pause } from './now.js';

const EVERY = 150;

export interface Observer {
  readonly terms: number[];
  readonly writes: LeaderWrite[];
  /** Leader writes that Redis was seen to refuse. */
  readonly fenced: number;
  stop(): Promise<void>;
}

export async function observe(fleet: Fleet, redis: string): Promise<Observer> {
  const terms: number[] = [];
  const record = await watchFence(redis);
  let over = false;
  const looking = (async () => {
    while (!over) {
      const leader = await fleet.leader();
      if (leader && terms.at(-1) !== leader.term) terms.push(leader.term);
      await pause(EVERY);
    }
  })();
  return {
    terms,
    writes: record.writes,
    get fenced() {
      return record.fenced;
    },
    async stop() {
      over = true;
      await looking;
      record.close();
    },
  };
}

/**
 * MONITOR shows the commands of each script in their order. A leader's script first reads the token of the term in
 * its partition; one that then reads the number was refused, and one that writes a fate (`p<term>`) was let through.
 */
async function watchFence(url: string) {
  const redis = new Redis(url, { maxRetriesPerRequest: 0 });
  const monitor = await redis.monitor();
  const record = { writes: [] as LeaderWrite[], fenced: 0, close };
  let before: string[] = [];
  monitor.on('monitor', (_time: string, words: string[], source: string) => {
    if (source !== 'lua') return;
    const [verb = '', key = '', field = '', value = ''] = words;
    const partition = /^\{[^}]*\}:/.exec(key)?.[0] ?? '';
    const ofTerm = key === `${partition}term`;
    if (verb === 'HGET' && ofTerm && field === 'number' && before[1] === key && before[2] === 'token')
      record.fenced += 1;
    if (verb === 'HSET' && ofTerm && field === 'number')
      record.writes.push({ partition, term: Number(value) });
    if (verb === 'HSETNX' && key.startsWith(`${partition}ledger:`))
      record.writes.push({ partition, term: Number(value.slice(1)) });
    before = words;
  });
  function close(): void {
    monitor.disconnect();
    redis.disconnect();
  }
  return record;
}
