/** What processes at rest send to Redis, counted on the wire: with the leader looking for alerts, and with a standby. */

import { countingProxy } from './proxy.mjs';
import { sleep } from './time.mjs';

/** A node learns that it looks for alerts, or no longer, within 13 s, and then looks at everything once. */
const SETTLES = 15_000;

/** Names the URL under which a process is counted. */
export function counted(scene) {
  const proxies = {};
  return {
    async through(who) {
      const proxy = await countingProxy(scene.redis.port);
      proxies[who] = proxy;
      scene.keep({ stop: proxy.close });
      return proxy.url;
    },
    /** Commands by name of each process in so many seconds. */
    async during(seconds) {
      for (const proxy of Object.values(proxies)) proxy.reset();
      await sleep(seconds * 1000);
      return Object.fromEntries(Object.entries(proxies).map(([who, proxy]) => [who, proxy.counts()]));
    },
  };
}

/** Commands a second of a worker, and of a leader and a standby while the one and while the other looks for alerts. */
export async function idling(scene, wire, seconds) {
  const commands = {};
  for (const looks of ['leader', 'standby']) {
    await scene.redis.looksForAlerts(looks);
    await sleep(SETTLES);
    const { worker, leader, standby } = await wire.during(seconds);
    commands.worker ??= worker;
    commands[looks === 'leader' ? 'leaderLooks' : 'leader'] = leader;
    commands[looks === 'standby' ? 'standbyLooks' : 'standby'] = standby;
  }
  const rates = Object.entries(commands).map(([who, counts]) => [who, rateOf(counts, seconds)]);
  return { seconds, commands, ...Object.fromEntries(rates) };
}

export function rateOf(counts, seconds) {
  return Object.values(counts).reduce((sum, count) => sum + count, 0) / seconds;
}

/** Labels and targets of what `idling` answers. */
export const IDLING = [
  ['worker', 'worker', 2],
  ['leader', 'leader', 3],
  ['leader that looks for alerts', 'leaderLooks', 3],
  ['standby', 'standby', 3],
  ['standby that looks for alerts', 'standbyLooks', 3],
];
