/** The thread that keeps leases while its process is blocked; it ends with the process. */

import { parentPort, workerData } from 'node:worker_threads';
import type { Redis } from 'ioredis';
import { processMono } from '../../runtime/clock.js';
import { startLoop } from '../../runtime/loop.js';
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

const { url, script, leaseMs, deadlines, zero } = workerData as BeatingRequest;
const leases = new Map<number, Kept>();
const now = (): number => processMono() - zero;
let connecting: Promise<Redis> | null = null;

parentPort?.on('message', (message: BeatingMessage) => {
  if ('leave' in message) leases.delete(message.leave);
  else leases.set(message.keep, { ...message, beating: false, lost: Number.NaN });
});

/** Loaded when it is needed first: most processes never block, and the client is most of what a thread weighs. */
function redis(): Promise<Redis> {
  connecting ??= import('./connect.js').then(({ connect }) => {
    const client = connect(url, 'commands', silentLog);
    client.connect().catch(() => {});
    return client;
  });
  return connecting;
}

async function beat(kept: Kept): Promise<void> {
  const [own = 0] = kept.ends;
  kept.beating = true;
  try {
    const client = await redis();
    if (client.status !== 'ready') return;
    const sent = now();
    const [word] = (await client.eval(script, 1, kept.prefix, kept.worker, leaseMs)) as [string];
    if (word === 'ok') kept.ends[1] = sent + leaseMs;
    else kept.lost = own;
  } catch {
    // Redis is away: it is asked again at the next look, and without an answer the lease ends.
  } finally {
    kept.beating = false;
  }
}

function look(): number {
  const at = now();
  const late = [...leases.values()].filter(
    ({ ends, beating, lost }) => !beating && ends[0] !== lost && isLate(ends, at, leaseMs),
  );
  if (late.length > 0 && !isStuck(deadlines, at)) for (const kept of late) beat(kept).catch(() => {});
  return betweenLooks(leaseMs);
}

if (leaseMs < LOAD_AT_ONCE) redis().catch(() => {});
startLoop('beats', look, { log: silentLog });
