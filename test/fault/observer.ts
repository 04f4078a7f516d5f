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
 * MONITOR shows each script's call and then its commands, in their order. A leader's script first reads the token of the
 * term in its partition; one that then counts a refusal was refused, any other was let through with the token of its
 * call, which begins with the number of its term.
 */
async function watchFence(url: string) {
  const record = { writes: [] as LeaderWrite[], fenced: 0, close };
  let over = false;
  /** The call whose commands follow, and whether the last of them compared its term. */
  let called: string[] = [];
  let compared: LeaderWrite | null = null;
  let socket = await monitorOf(url, look);
  function look(words: string[], byScript: boolean): void {
    const [verb = '', key = '', field = '', value = ''] = words;
    const partition = /^\{[^}]*\}:/.exec(key)?.[0] ?? '';
    const ofTerm = key === `${partition}term`;
    if (compared && byScript && verb === 'HGET' && ofTerm && field === 'refusedOf') record.fenced += 1;
    else if (compared) record.writes.push(compared);
    compared = null;
    if (!byScript) {
      called = words;
      return;
    }
    if (verb === 'HSET' && ofTerm && field === 'number')
      record.writes.push({ partition, term: Number(value) });
    // An API call's edit carries no term and compares none.
    if (verb === 'HGET' && ofTerm && field === 'token') compared = { partition, term: termOf(called) };
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

/** A token is `<number>:<node>:<lock value>`. */
function termOf(words: readonly string[]): number {
  const token = words.find((word) => /^\d{13,}:[^:]*~[^:]*:/.test(word));
  // One without any would be a violation, and 0 is told as one.
  return token === undefined ? 0 : Number.parseInt(token, 10);
}

/** The words of each script's call, and of each command that it runs. A plain socket: ioredis loses count when a monitor starts under load. */
function monitorOf(url: string, look: (words: string[], byScript: boolean) => void): Promise<Socket> {
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
      const [, by, said] = /^\+\d+\.\d+ \[\d+ (\S+)\] (.*)$/.exec(line) ?? [];
      if (said === undefined || (by !== 'lua' && !/^"(?:eval|EVAL)/.test(said))) return;
      // Enough to see keys and short values: a payload may be cut anywhere.
      const words = said.slice(0, 400).matchAll(/"((?:[^"\\]|\\.)*)"/g);
      look(
        [...words].map(([, word = '']) => word),
        by === 'lua',
      );
    });
  });
}
