/** Waits for something, but not longer than one is prepared to. */

import { sleep } from './timers.js';

/** Whether `work` ended within `ms`; one that is late goes on and is nobody's concern any more, nor are its errors. */
export async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  const ended = new AbortController();
  const inTime = work.then(() => true);
  try {
    return await Promise.race([inTime, sleep(ms, ended.signal).then(() => false)]);
  } finally {
    ended.abort();
  }
}
