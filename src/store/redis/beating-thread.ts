/** The thread that keeps leases while its process is blocked; it ends with the process. */

import { parentPort } from 'node:worker_threads';
import type { Redis } from 'ioredis';
import { processMono } from '../../runtime/clock.js';
import { type Loop, startLoop } from '../../runtime/loop.js';
import { silentLog } from '../../runtime/silent-log.js';
import { betweenLooks, isLate, isStuck } from './beating.js';
import type { BeatingMessage, BeatingRequest } from './beats.js';

interface Kept {
  prefix: string;
  worker: string;
  ends: Float64Array;
  /** A beat is under way, or was refused for the lease that ends in the process's cell. */
  beating: boolean;
  lost: number;
}

/** With leases shorter than this there is no time to load the Redis client when it is needed (ms). */
const LOAD_AT_ONCE = 5_000;

/** The leases of one worker. */
class Keeping {
  readonly leases = new Map<number, Kept>();
  readonly #request: BeatingRequest;
  readonly #loop: Loop;
  #connecting: Promise<Redis> | null = null;

  constructor(request: BeatingRequest) {
    this.#request = request;
    if (request.leaseMs < LOAD_AT_ONCE) this.#redis().catch(() => {});
    this.#loop = startLoop('beats', () => this.#look(), { log: silentLog });
  }

  end(): void {
    this.#loop.stop().catch(() => {});
    this.#connecting?.then((client) => client.disconnect()).catch(() => {});
  }

  #now(): number {
    return processMono() - this.#request.zero;
  }

  /** Loaded when it is needed first: most processes never block, and the client is most of what a thread weighs. */
  #redis(): Promise<Redis> {
    this.#connecting ??= import('./connect.js').then(({ connect }) => {
      const client = connect(this.#request.url, 'commands', silentLog);
      client.connect().catch(() => {});
      return client;
    });
    return this.#connecting;
  }

  #look(): number {
    const { leaseMs, deadlines } = this.#request;
    const at = this.#now();
    const late = [...this.leases.values()].filter(
      ({ ends, beating, lost }) => !beating && ends[0] !== lost && isLate(ends, at, leaseMs),
    );
    if (late.length > 0 && !isStuck(deadlines, at)) for (const kept of late) this.#beat(kept).catch(() => {});
    return betweenLooks(leaseMs);
  }

  async #beat(kept: Kept): Promise<void> {
    const { script, leaseMs } = this.#request;
    const [own = 0] = kept.ends;
    kept.beating = true;
    try {
      const client = await this.#redis();
      if (client.status !== 'ready') return;
      const sent = this.#now();
      const [word] = (await client.eval(script, 1, kept.prefix, kept.worker, leaseMs)) as [string];
      if (word === 'ok') kept.ends[1] = sent + leaseMs;
      else kept.lost = own;
    } catch {
      // Redis is away: it is asked again at the next look, and without an answer the lease ends.
    } finally {
      kept.beating = false;
    }
  }
}

const workers = new Map<number, Keeping>();

parentPort?.on('message', (message: BeatingMessage) => {
  const { of } = message;
  const keeping = workers.get(of);
  if ('begin' in message) workers.set(of, new Keeping(message.begin));
  else if ('end' in message) {
    keeping?.end();
    workers.delete(of);
  } else if ('leave' in message) keeping?.leases.delete(message.leave);
  else keeping?.leases.set(message.keep, { ...message, beating: false, lost: Number.NaN });
});
