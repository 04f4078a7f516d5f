/** The revisions of a schedule: the last twenty with who made them and when. */

import { canonical } from '../domain/input/canonical.js';
import type { Revision, ScheduleDefinition, StoredSchedule } from '../domain/schedule/schedule.js';
import { longHash } from '../runtime/short-hash.js';

const KEPT = 20;
/** What is kept of a definition that was, characters: records of schedules are read by the thousand. */
const LONGEST_WAS = 1_000;

/** `after` with what it followed. */
export function revised(before: StoredSchedule, after: StoredSchedule, by: string): StoredSchedule {
  const { paused } = before;
  const left: Revision = {
    ...revisionOf(before),
    ...leftBehind(before.definition, after.definition),
    ...(paused ? { paused } : {}),
  };
  return { ...after, by, history: [left, ...(before.history ?? [])].slice(0, KEPT - 1) };
}

/** The way back from one definition to the one before it. The payload stays behind: it may be large. */
function leftBehind(
  before: ScheduleDefinition,
  after: ScheduleDefinition,
): Pick<Revision, 'was' | 'without'> {
  const was: Record<string, unknown> = {};
  const without: string[] = [];
  const [old, fresh] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  for (const key of new Set([...old.keys(), ...fresh.keys()])) {
    if (key === 'payload' || textOf(old.get(key)) === textOf(fresh.get(key))) continue;
    if (old.has(key)) was[key] = old.get(key);
    else without.push(key);
  }
  if (JSON.stringify(was).length > LONGEST_WAS) return {};
  return { was: was as Partial<ScheduleDefinition>, ...(without.length > 0 ? { without } : {}) };
}

const textOf = (value: unknown): string => (value === undefined ? '' : canonical(value));

/** Newest first. */
export const revisionsOf = (schedule: StoredSchedule): readonly Revision[] => [
  revisionOf(schedule),
  ...(schedule.history ?? []),
];

/** A revision with the definition that it had, as far back as that is known; payloads are those of now. */
export interface KnownRevision extends Pick<Revision, 'revision' | 'digest' | 'at' | 'by' | 'paused'> {
  definition: ScheduleDefinition | null;
}

/** Newest first. */
export function knownRevisions(schedule: StoredSchedule): KnownRevision[] {
  const { paused } = schedule;
  const newest = { ...revisionOf(schedule), definition: schedule.definition, ...(paused ? { paused } : {}) };
  let later: ScheduleDefinition | null = schedule.definition;
  const earlier = (schedule.history ?? []).map(({ was, without = [], ...one }): KnownRevision => {
    later = later && was ? goneBack(later, was, without) : null;
    return { ...one, definition: later };
  });
  return [newest, ...earlier];
}

function goneBack(
  later: ScheduleDefinition,
  was: Partial<ScheduleDefinition>,
  without: readonly string[],
): ScheduleDefinition {
  const entries = Object.entries({ ...later, ...was }).filter(([key]) => !without.includes(key));
  return Object.fromEntries(entries) as unknown as ScheduleDefinition;
}

/** The revision that was in force at a time; the oldest one known before that. */
export function revisionAt(schedule: StoredSchedule, at: number): number {
  if (schedule.updatedAt <= at) return schedule.revision;
  const history = schedule.history ?? [];
  return (history.find((one) => one.at <= at) ?? history.at(-1) ?? schedule).revision;
}

function revisionOf({ definition, revision, updatedAt, by, source }: StoredSchedule): Revision {
  const unnamed = source.kind === 'api' ? 'api' : `set ${source.set}`;
  return { revision, digest: longHash(canonical(definition)), at: updatedAt, by: by ?? unnamed };
}
