/** What nodes were told of each queue, as one question however many there are: idle queues cost no more than one. */

import type { Connection } from './connection.js';

/** Keys in one command, so that it holds up nobody. */
const AT_ONCE = 500;

export async function told(connection: Connection, queues: readonly string[]): Promise<string[]> {
  const keys = queues.map((queue) => connection.partition(queue).keys.told);
  const counts: string[] = [];
  for (let at = 0; at < keys.length; at += AT_ONCE) {
    const some = keys.slice(at, at + AT_ONCE);
    counts.push(...(await connection.ask((redis) => redis.mget(some))).map((count) => count ?? ''));
  }
  return counts;
}
