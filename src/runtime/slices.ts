/** Long work in slices: between them the event loop turns, so that nobody else waits for the end of it. */

import { mono } from './clock.js';
import { sleep } from './timers.js';

/** Work goes on for this long at a time, ms: less than what anybody notices. */
const SLICE = 10;

/** To be awaited between the steps of one piece of work; it rests when a slice has been used up. */
export function slices(longest = SLICE): () => Promise<void> | undefined {
  let begun = mono();
  return () => {
    if (mono() - begun < longest) return undefined;
    return sleep(0).then(() => {
      begun = mono();
    });
  };
}
