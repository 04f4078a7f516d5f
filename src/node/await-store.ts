/** Waits until Redis can be reached and is fit for use: one clear line, then tries again until told to stop. */

import { type CarillonError, isUnavailable } from '../domain/input/errors.js';
import type { Log } from '../runtime/log.js';
import { seldom } from '../runtime/seldom.js';
import { sleep } from '../runtime/timers.js';
import type { Store } from '../store/contract/index.js';
import { Interrupted } from './run-services.js';

const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 5_000;
const SAY_AGAIN = 30_000;

/** Throws what waiting does not cure (an evicting, too old or too new Redis), and `Interrupted`. */
export async function waitForStore(
  store: Pick<Store, 'check'>,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const maySay = seldom(SAY_AGAIN);
  let waited = false;
  for (let pause = FIRST_PAUSE; !signal.aborted; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    const problem = await unreachable(store);
    if (problem === null) {
      if (waited) log.info({ event: 'redis.reachable' }, 'Redis answers');
      return;
    }
    waited = true;
    if (maySay())
      log.warn(
        { event: 'redis.unreachable', error: problem },
        'Redis cannot be reached; trying again until it can',
      );
    await sleep(pause, signal);
  }
  throw new Interrupted('told to stop while waiting for Redis');
}

/** Starts what cannot go on when Redis goes away in the midst of its start: then it begins anew. */
export async function startOnStore(
  store: Pick<Store, 'check'>,
  log: Log,
  signal: AbortSignal,
  start: () => Promise<void>,
): Promise<void> {
  for (;;) {
    await waitForStore(store, log, signal);
    try {
      await start();
      return;
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      log.warn({ event: 'redis.unreachable', error }, 'Redis went away during the start; beginning again');
      await sleep(FIRST_PAUSE, signal);
    }
  }
}

/** null: reached and fit. */
async function unreachable(store: Pick<Store, 'check'>): Promise<CarillonError | null> {
  try {
    await store.check();
    return null;
  } catch (error) {
    if (isUnavailable(error)) return error;
    throw error;
  }
}
