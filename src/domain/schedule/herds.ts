/** Herds: seconds of the next week in which many schedules start at once. */

import type { ScheduleDefinition } from './schedule.js';
import { type Alike, grouped, startsIn } from './starts.js';

/** Starts in one second that make a herd. */
export const HERD = 50;
const SPAN = 7 * 86_400_000;
/** Instants looked at, whatever the schedules: of many that run often, their first ones only. */
const MOST_INSTANTS = 100_000;
const FEWEST_EACH = 2;
/** Herds told, the largest; one that is part of another is not another one. */
const MOST_TOLD = 3;
/** Kept of what is found: with jitter nearly every second has a herd of its own. */
const MOST_KEPT = 2_000;

export interface Herd {
  /** The first such second, ms. */
  second: number;
  /** Starts in it. */
  starts: number;
  /** Of the schedules, sorted. */
  ids: string[];
}

interface Found {
  second: number;
  starts: number;
  parts: readonly Alike[];
}

/** Each herd by the first second in which it meets, the largest first. Jitter counts. */
export function herdsOf(definitions: readonly ScheduleDefinition[], now: number): Herd[] {
  if (definitions.length < HERD) return [];
  const groups = grouped(definitions);
  const most = Math.max(FEWEST_EACH, Math.floor(MOST_INSTANTS / Math.max(1, groups.length)));
  const numbers = new Map<Alike, number>();
  const found = new Map<string, Found>();
  let second = Number.NEGATIVE_INFINITY;
  let starts = 0;
  let parts = new Set<Alike>();
  const close = (): void => {
    if (starts < HERD) return;
    const name = [...parts].map((part) => numbers.get(part)).join(' ');
    const known = found.get(name);
    if (known ? known.starts >= starts : found.size >= MOST_KEPT) return;
    found.set(name, { second, starts, parts: [...parts] });
  };
  for (const batch of startsIn(groups, { from: now + 1, to: now + SPAN, most })) {
    const at = Math.floor(batch.at / 1_000) * 1_000;
    if (at !== second) {
      close();
      second = at;
      starts = 0;
      parts = new Set();
    }
    for (const { alike } of batch.starts) {
      if (!numbers.has(alike)) numbers.set(alike, numbers.size);
      parts.add(alike);
      starts += alike.length;
    }
  }
  close();
  return largest([...found.values()]).map((herd) => ({
    second: herd.second,
    starts: herd.starts,
    ids: herd.parts.flatMap((part) => part.map(({ id }) => id)).sort(),
  }));
}

function largest(found: readonly Found[]): Found[] {
  const told: { herd: Found; parts: ReadonlySet<Alike> }[] = [];
  for (const herd of [...found].sort((a, b) => b.starts - a.starts || a.second - b.second)) {
    if (told.length >= MOST_TOLD) break;
    if (told.some(({ parts }) => herd.parts.every((part) => parts.has(part)))) continue;
    told.push({ herd, parts: new Set(herd.parts) });
  }
  return told.map(({ herd }) => herd);
}
