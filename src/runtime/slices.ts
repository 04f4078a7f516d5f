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

/** Items between two looks at the clock: few enough for a slice. */
const AT_ONCE = 64;

/** Visits very many items, each of which takes next to nothing. */
export async function inSlices<T>(items: Iterable<T>, visit: (item: T) => void): Promise<void> {
  const rest = slices();
  let n = 0;
  for (const item of items) {
    visit(item);
    n += 1;
    if (n % AT_ONCE === 0) await rest();
  }
}
