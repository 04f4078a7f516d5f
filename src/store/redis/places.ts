/**
 * In which queue a schedule is: the registry decides, before any partition is written. A later decision voids earlier
 * ones, because whoever carries it out first has every other queue of the schedule refuse what was decided before.
 */

import type { Connection } from './connection.js';

/** Beyond the end of its tasks nobody asks for a removed schedule, ms: dead ones are kept for 30 days. */
const REMEMBERED = 31 * 86_400_000;

export interface Decision {
  number: string;
  /** Queues that held it before, or were to. */
  others: string[];
}

/** One for each id, in their order. */
export async function decide(
  connection: Connection,
  ids: readonly string[],
  queue: string,
): Promise<Decision[]> {
  const more = connection.rows(
    'place',
    ids.map((id) => ({ id, target: queue })),
  );
  const reply = await connection.call('place', connection.shared, { more });
  return ids.map((_, i) => ({
    number: String(reply[1 + 2 * i]),
    others: String(reply[2 + 2 * i])
      .split(',')
      .slice(1),
  }));
}

/** The registry's entries as they stand, in the order of the ids; '' where there is none. */
export async function entriesOf(connection: Connection, ids: readonly string[]): Promise<string[]> {
  const { placed } = connection.registry;
  const found = await connection.pipeline((pipeline) => {
    for (const id of ids) pipeline.zrange(placed, `[${id} `, `(${id}!`, 'BYLEX', 'LIMIT', 0, 1);
  });
  return (found as string[][]).map(([member = '']) => placeIn(member).entry);
}

/** Ids and entries behind an id, in the order of the ids. */
export async function entriesBehind(
  connection: Connection,
  after: string,
  limit: number,
): Promise<{ id: string; entry: string }[]> {
  const from = after === '' ? '-' : `(${after}!`;
  const members = await connection.ask((redis) =>
    redis.zrange(connection.registry.placed, from, '+', 'BYLEX', 'LIMIT', 0, limit),
  );
  return members.map(placeIn);
}

/** A member is `<id> <entry>`. */
function placeIn(member: string): { id: string; entry: string } {
  const blank = member.indexOf(' ');
  return { id: member.slice(0, Math.max(0, blank)), entry: member.slice(blank + 1) };
}

/** It was removed. `entry`: as read before that; who made it anew since has changed it. */
export async function displace(connection: Connection, id: string, entry: string): Promise<void> {
  if (entry !== '') await connection.call('displace', connection.shared, { id, entry, keep: REMEMBERED });
}

/** Queues that hold, or once held, the schedule, the one decided for first. */
export async function queuesOf(connection: Connection, id: string): Promise<string[]> {
  const [present = ''] = await entriesOf(connection, [id]);
  if (present !== '') return queuesIn(present);
  return queuesIn(await connection.ask((redis) => redis.hget(connection.registry.removed, id)));
}

export function queuesIn(entry: string | null | undefined): string[] {
  return (entry ?? '')
    .replace(/^\d+ /, '')
    .split(',')
    .filter((queue) => queue !== '');
}
