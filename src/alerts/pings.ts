/** What the heartbeat of a schedule is told: that its latest run began, and how the latest one that has ended did. Pure. */

import { isInvalid } from '../domain/input/errors.js';
import { firstAfter } from '../domain/schedule/expand.js';
import type { Expected } from '../domain/schedule/expectations.js';
import { isLive } from '../schedules/planned-ahead.js';
import type { ScheduleRow } from '../store/contract/index.js';
import type { Ping } from './outward.js';

/** What ended longer ago is nothing that goes on, ms: a node that starts tells nobody of yesterday. */
const RECENT = 3_600_000;
/** A run that goes on is looked at after this part of the time it has taken, within these bounds, ms. */
const PART = 20;
const SOONEST = 2_000;
const LATEST = 30_000;

/** In the order in which they are told. `latest`: the latest instant first. */
export function pingsOf({ schedule }: ScheduleRow, latest: readonly Expected[], now: number): Ping[] {
  const { id, heartbeat } = schedule.definition;
  if (heartbeat === undefined) return [];
  const begun = latest.filter((one) => one.startedAt !== undefined);
  const ended = begun.find((one) => one.finishedAt !== undefined);
  const [last] = begun;
  const pings: Ping[] = [];
  if (ended?.finishedAt !== undefined && now - ended.finishedAt < RECENT && (ended.succeeded || ended.died))
    pings.push({ schedule: id, nominal: ended.nominal, word: ended.succeeded ? 'success' : 'fail' });
  if (last && last.finishedAt === undefined)
    pings.push({ schedule: id, nominal: last.nominal, word: 'start' });
  return pings;
}

/** When there may be something else to tell, ms. */
export function pingAgain({ schedule }: ScheduleRow, latest: readonly Expected[], now: number): number {
  const { definition } = schedule;
  if (definition.heartbeat === undefined || !isLive(schedule)) return Number.POSITIVE_INFINITY;
  const open = latest.find((one) => !one.untold && one.finishedAt === undefined);
  if (open) return now + Math.min(LATEST, Math.max(SOONEST, (now - open.due) / PART));
  try {
    const coming = firstAfter(definition, now);
    return coming === null ? Number.POSITIVE_INFINITY : Math.max(coming, now + SOONEST);
  } catch (error) {
    if (!isInvalid(error)) throw error;
    return Number.POSITIVE_INFINITY;
  }
}

/** Remembers what this node has told; that others tell it too makes no second one. */
export class ToldPings {
  readonly #told = new Map<string, string>();

  fresh(schedule: string, pings: readonly Ping[]): Ping[] {
    const before = this.#told.get(schedule)?.split(' ') ?? [];
    const names = pings.map(({ nominal, word }) => `${nominal}:${word}`);
    if (names.length === 0) this.#told.delete(schedule);
    else this.#told.set(schedule, names.join(' '));
    return pings.filter((_, i) => !before.includes(names[i] ?? ''));
  }
}
