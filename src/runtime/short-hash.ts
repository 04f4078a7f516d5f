/** Short names made of long ones, the same in every process and after every loss of data. */

import { createHash, hash } from 'node:crypto';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** 20 characters of [0-9A-Za-z]; callers take as many from its beginning as they need. */
export function shortHash(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 20);
  return [...bytes].map((byte) => BASE62[byte % 62]).join('');
}

/** Two texts with one digest are the same text. */
export function longHash(text: string): string {
  return hash('sha256', text, 'hex');
}

/** Begins the ids of a queue's one-off tasks; two queues may share one, so who looks for an id asks both. */
export function partitionCode(queue: string): string {
  return shortHash(queue).slice(0, 2);
}
