/**
 * The stored form of a schedule: short keys, and nothing that is as usual, so that it takes a third of its JSON. What is
 * usual is written down here and never changes: records outlive the defaults of a release.
 */

import { canonical } from '../../domain/input/canonical.js';
import type {
  ScheduleDefinition,
  ScheduleSource,
  Spec,
  StoredSchedule,
} from '../../domain/schedule/schedule.js';

/** What a record leaves out of a definition when it is this. */
const USUAL: Readonly<Record<string, unknown>> = {
  queue: 'default',
  priority: 'normal',
  retry: { maxAttempts: 3, backoff: 'exponential', delay: 10_000, maxDelay: 600_000, jitter: true },
  catchUp: { policy: 'latest', window: 86_400_000, max: 100 },
  enabled: true,
  labels: {},
  later: {},
};
const USUAL_TEXTS = Object.entries(USUAL).map(([key, value]) => [key, canonical(value)] as const);

/** `w`: when. `d`: the rest of the definition. `r`, `c`, `u`: revision, created, updated. `s`: source. */
interface Packed {
  w: Spec | [string[], string];
  d: Record<string, unknown>;
  r: number;
  c: number;
  u?: number;
  s: [string, string?, number?, number?] | 'api';
  p?: StoredSchedule['paused'];
}

/** Every further key of the schedule, by a name that no short one has. */
type More = Record<string, unknown>;

export function scheduleRecord(schedule: StoredSchedule): string {
  const { definition, revision, source, createdAt, updatedAt, paused, ...more } = schedule;
  const packed: Packed = {
    w: whenOf(definition.spec),
    d: restOf(definition),
    r: revision,
    c: createdAt,
    ...(updatedAt === createdAt ? {} : { u: updatedAt }),
    s: sourceOf(source),
    ...(paused ? { p: paused } : {}),
  };
  return JSON.stringify({ ...packed, ...more });
}

export function readScheduleRecord(id: string, text: string): StoredSchedule {
  const read = JSON.parse(text) as (Packed & More) | StoredSchedule;
  // As earlier releases wrote it.
  if ('definition' in read) return read as StoredSchedule;
  const { w, d, r, c, u = c, s, p, ...more } = read;
  const usual = structuredClone(USUAL) as Partial<ScheduleDefinition>;
  return {
    definition: { ...usual, ...d, id, spec: specOf(w) } as ScheduleDefinition,
    revision: r,
    source: sourceFrom(s),
    createdAt: c,
    updatedAt: u,
    ...(p ? { paused: p } : {}),
    ...more,
  };
}

function whenOf(spec: Spec): Packed['w'] {
  if (spec.kind !== 'cron' || spec.gap !== 'shift' || spec.fold !== 'first') return spec;
  return [spec.expressions, spec.timezone];
}

function specOf(when: Packed['w']): Spec {
  if (!Array.isArray(when)) return when;
  const [expressions, timezone] = when;
  return { kind: 'cron', expressions, timezone, gap: 'shift', fold: 'first' };
}

function restOf({ id: _, spec: __, ...rest }: ScheduleDefinition): Record<string, unknown> {
  const given: Record<string, unknown> = { ...rest };
  for (const [key, text] of USUAL_TEXTS) {
    if (given[key] !== undefined && canonical(given[key]) === text) delete given[key];
  }
  return given;
}

function sourceOf(source: ScheduleSource): Packed['s'] {
  if (source.kind === 'api' && source.set === 'api' && source.file === undefined) return 'api';
  const { kind, set, file, line, column } = source;
  if (kind === 'api') return [`api ${set}`];
  if (file === undefined) return [set];
  if (line === undefined) return [set, file];
  return column === undefined ? [set, file, line] : [set, file, line, column];
}

function sourceFrom(packed: Packed['s']): ScheduleSource {
  if (packed === 'api') return { kind: 'api', set: 'api' };
  const [set, file, line, column] = packed;
  if (set.startsWith('api ')) return { kind: 'api', set: set.slice(4) };
  return {
    kind: 'file',
    set,
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  };
}
