/** Short looks at queues: one question for many of them, so that those in which nothing goes on cost next to nothing. */

import type { Glance } from '../contract/index.js';
import type { Connection } from './connection.js';
import type { Partition } from './partition.js';

/** Queues in one script, so that it holds up nobody. */
const AT_ONCE = 200;

export async function glances(connection: Connection, queues: readonly string[]): Promise<Glance[]> {
  const all: Glance[] = [];
  for (let at = 0; at < queues.length; at += AT_ONCE) {
    const partitions = queues.slice(at, at + AT_ONCE).map((queue) => connection.partition(queue));
    all.push(...(await together(connection, partitions)));
  }
  return all;
}

/** A Redis Cluster answers for one slot at a time: there each is a question of its own, all of them sent together. */
async function together(connection: Connection, partitions: readonly Partition[]): Promise<Glance[]> {
  try {
    return await ask(connection, partitions);
  } catch (error) {
    if (!(error instanceof Error) || !OTHER_SLOT.test(error.message)) throw error;
  }
  return (await Promise.all(partitions.map((partition) => ask(connection, [partition])))).flat();
}

const OTHER_SLOT = /do not hash to the same slot|non local key/;

async function ask(connection: Connection, partitions: readonly Partition[]): Promise<Glance[]> {
  const [first] = partitions;
  if (!first) return [];
  const more = connection.rows(
    'glance',
    partitions.map(({ prefix }) => ({ of: prefix })),
  );
  const [, ...fields] = await connection.call('glance', first, { more });
  return partitions.map((_, i) => ({ mark: String(fields[2 * i]), singled: Number(fields[2 * i + 1]) > 0 }));
}
