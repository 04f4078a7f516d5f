/** The simulation's own arithmetic of instants: no product code, so that both would have to be wrong alike. */

import { instantsOf } from '../support/calendar/brute-force.js';
import { readNaively } from '../support/calendar/naive-cron.js';
import { wallAt } from '../support/calendar/zone-facts.js';

export interface Plan {
  cron?: { expression: string; timezone: string };
  every?: { every: number; phase: number };
  /** Hours of the wall clock during which nothing runs. */
  quietHours?: number[];
  startAt?: number;
  endAt?: number;
}

const kept = new Map<string, number[]>();

/** Instants in (after, until]. */
export function instantsIn(plan: Plan, after: number, until: number): number[] {
  const { startAt = after, endAt = until + 1, quietHours } = plan;
  const all = plan.every ? stepsOf(plan.every, after, until) : cronOf(plan, after, until);
  return all.filter((at) => {
    if (at < startAt || at >= endAt) return false;
    const wall = wallAt(plan.cron?.timezone ?? 'UTC', at);
    return !quietHours?.includes(new Date(wall).getUTCHours());
  });
}

function stepsOf({ every, phase }: { every: number; phase: number }, after: number, until: number): number[] {
  const found: number[] = [];
  for (let at = Math.ceil((after + 1 - phase) / every) * every + phase; at <= until; at += every) {
    found.push(at);
  }
  return found;
}

/** Worked out once for the whole time, because edits ask for parts of it. */
function cronOf({ cron }: Plan, after: number, until: number): number[] {
  if (!cron) return [];
  const { expression, timezone } = cron;
  const key = `${expression} ${timezone}`;
  let all = kept.get(key);
  if (!all) {
    const settings = { gap: 'shift', fold: 'first' } as const;
    all = instantsOf(readNaively(expression), timezone, settings, BEGIN, END);
    kept.set(key, all);
  }
  return all.filter((at) => at > after && at <= until);
}

/** What the simulations cover. */
export const BEGIN = Date.UTC(2026, 2, 20);
export const END = Date.UTC(2026, 3, 8);
