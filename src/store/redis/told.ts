/** What nodes were told of each queue, as one question however many there are: idle queues cost no more than one. */

import type { Connection } from './connection.js';

/** Keys in one command, so that it holds up nobody. */
const AT_ONCE = 500;

export async function told(connection: Connection, queues: readonly string[]): Promise<string[]> {
  const keys = queues.map((queue) => connection.partition(queue).keys.told);
  const counts: (string | null)[] = [];
  for (let at = 0; at < keys.length; at += AT_ONCE) {
    counts.push(...(await countsOf(connection, keys.slice(at, at + AT_ONCE))));
  }
  return counts.map((count) => count ?? '');
}

/** A Redis Cluster answers for one slot at a time: there each is a question of its own, all of them sent together. */
async function countsOf(connection: Connection, keys: readonly string[]): Promise<(string | null)[]> {
  try {
    return await connection.ask((redis) => redis.mget(...keys));
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes('CROSSSLOT')) throw error;
  }
  return (await connection.pipeline((pipeline) => {
    for (const key of keys) pipeline.get(key);
  })) as (string | null)[];
}
