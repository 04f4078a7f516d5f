/** Loaded into a process before its program: tells four times a second how long its event loop was held up. */

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

/** What is measured without anything being held up, ms. */
const RESOLUTION = 5;

if (isMainThread) {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  delay.enable();
  const tell = () => {
    process.stderr.write(`LAG ${Math.round(delay.max / 1e6 - RESOLUTION)}\n`);
    delay.reset();
  };
  setInterval(tell, 250).unref();
}
