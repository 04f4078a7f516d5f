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

export async function decide(connection: Connection, id: string, queue: string): Promise<Decision> {
  const [, number, queues] = await connection.call('place', connection.shared, { id, target: queue });
  return { number: String(number), others: String(queues).split(',').slice(1) };
}

/** The registry's entry as it stands; '' when there is none. */
export async function entryOf(connection: Connection, id: string): Promise<string> {
  return (await connection.ask((redis) => redis.hget(connection.registry.schedules, id))) ?? '';
}

/** It was removed. `entry`: as read before that; who made it anew since has changed it. */
export async function displace(connection: Connection, id: string, entry: string): Promise<void> {
  if (entry !== '') await connection.call('displace', connection.shared, { id, entry, keep: REMEMBERED });
}

/** Queues that hold, or once held, the schedule, the one decided for first. */
export async function queuesOf(connection: Connection, id: string): Promise<string[]> {
  const { schedules, removed } = connection.registry;
  const [present, former] = await connection.ask((redis) =>
    Promise.all([redis.hget(schedules, id), redis.hget(removed, id)]),
  );
  return queuesIn(present ?? former);
}

/** Data of an earlier release has no number, and '' for the present queue of one that was removed. */
export function queuesIn(entry: string | null | undefined): string[] {
  return (entry ?? '')
    .replace(/^\d+ /, '')
    .split(',')
    .filter((queue) => queue !== '');
}
