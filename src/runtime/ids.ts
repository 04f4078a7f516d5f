/** Makes one-off task ids: `<partition code>-<random>`, unique without asking anybody. */

import { randomText } from './random.js';

/** 9 characters of base 62 are 53 bits: two processes share a prefix once in 10^16 pairs. */
const PREFIX = 9;

/** A source of ids for one partition: a random prefix per source, then a count, so that ids stay short. */
export function newTaskIds(code: string): () => string {
  let prefix = `${code}-${randomText(PREFIX)}`;
  let count = 0;
  return () => {
    if (count === 46_656) {
      prefix = `${code}-${randomText(PREFIX)}`;
      count = 0;
    }
    return prefix + (count++).toString(36);
  };
}
