/** Looks on from outside: the leader's terms over time, and in Redis' own record every write past the fence. */

import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
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
  const record = { writes: [] as LeaderWrite[], fenced: 0, close };
  let over = false;
  let before: string[] = [];
  let socket = await monitorOf(url, look);
  function look(words: string[]): void {
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
  }
  // Redis is restarted now and then: what it did before the new monitor stands is not seen.
  async function again(): Promise<void> {
    for (let next: Socket | null = null; !over && !next; await pause(EVERY)) {
      next = await monitorOf(url, look).catch(() => null);
      if (next) socket = watched(next);
    }
  }
  function watched(next: Socket): Socket {
    return next.once('close', () => void again());
  }
  watched(socket);
  function close(): void {
    over = true;
    socket.destroy();
  }
  return record;
}

/** The words of each command that a script runs. A plain socket: ioredis loses count when a monitor starts under load. */
function monitorOf(url: string, look: (words: string[]) => void): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname, () => {
      socket.write('MONITOR\r\n');
      resolve(socket);
    });
    socket.on('error', reject);
    const lines = createInterface({ input: socket });
    lines.on('error', reject);
    lines.on('line', (line) => {
      const said = /^\+\d+\.\d+ \[\d+ lua\] (.*)$/.exec(line)?.[1];
      // Enough to see keys and short values: a payload may be cut anywhere.
      if (said) look([...said.slice(0, 400).matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word = '']) => word));
    });
  });
}
