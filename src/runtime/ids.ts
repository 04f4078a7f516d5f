/** Makes ids that are unique without asking anybody: of one-off tasks (`<partition code>-<random>`), of requests. */

import { randomText } from './random.js';

/** 9 characters of base 62 are 53 bits: two processes share a prefix once in 10^16 pairs. */
const PREFIX = 9;

/** A source of ids for one partition. */
export function newTaskIds(code: string): () => string {
  return newIds(`${code}-`);
}

/** A source of ids that begin with `head`: a random prefix per source, then a count, so that ids stay short. */
export function newIds(head: string): () => string {
  let prefix = head + randomText(PREFIX);
  let count = 0;
  return () => {
    if (count === 46_656) {
      prefix = head + randomText(PREFIX);
      count = 0;
    }
    return prefix + (count++).toString(36);
  };
}
