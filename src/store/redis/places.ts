/**
 * In which queue a schedule is: the registry decides, before any partition is written. A later decision voids earlier
 * ones, because whoever carries it out first has every other queue of the schedule refuse what was decided before.
 */

import type { Link } from './link.js';

/** Beyond the end of its tasks nobody asks for a removed schedule, ms: dead ones are kept for 30 days. */
const REMEMBERED = 31 * 86_400_000;

export interface Decision {
  number: string;
  /** Queues that held it before, or were to. */
  others: string[];
}

export async function decide(link: Link, id: string, queue: string): Promise<Decision> {
  const [, number, queues] = await link.call('place', link.shared, { id, target: queue });
  return { number: String(number), others: String(queues).split(',').slice(1) };
}

/** The registry's entry as it stands; '' when there is none. */
export async function entryOf(link: Link, id: string): Promise<string> {
  return (await link.ask((redis) => redis.hget(link.registry.schedules, id))) ?? '';
}

/** It was removed. `entry`: as read before that; who made it anew since has changed it. */
export async function displace(link: Link, id: string, entry: string): Promise<void> {
  if (entry !== '') await link.call('displace', link.shared, { id, entry, keep: REMEMBERED });
}

/** Queues that hold, or once held, the schedule, the one decided for first. */
export async function queuesOf(link: Link, id: string): Promise<string[]> {
  const { schedules, removed } = link.registry;
  const [present, former] = await link.ask((redis) =>
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
