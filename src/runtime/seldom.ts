/** Keeps a message that could come hundreds of times a second down to one now and then. */

import { mono } from './clock.js';

/** Answers a gate that is true at most once per `ms`. */
export function seldom(ms: number): () => boolean {
  let last = Number.NEGATIVE_INFINITY;
  return () => {
    const now = mono();
    if (now - last < ms) return false;
    last = now;
    return true;
  };
}
