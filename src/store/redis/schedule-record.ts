/**
 * The stored form of a schedule: places for keys, and nothing that is as usual, so that it takes a third of its JSON.
 * What is usual is written down here and never changes: records outlive the defaults of a release.
 */

import { canonical } from '../../domain/input/canonical.js';
import { faultOf } from '../../domain/input/fault.js';
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
  overlap: 'skip',
  enabled: true,
  labels: {},
};
const USUAL_TEXTS = Object.entries(USUAL).map(([key, value]) => [key, canonical(value)] as const);

/** Keys of a definition that nearly all have, and what they are called in a record. */
const SHORT = new Map([
  ['handler', 'h'],
  ['payload', 'p'],
]);
const LONG = new Map([...SHORT].map(([key, short]) => [short, key]));

/** When, the rest of the definition, the source; and what most schedules have nothing of. */
type Packed = [when: Spec | string[], definition: Record<string, unknown>, source: PackedSource, more?: More];
type PackedSource = [string, (string | 0)?, number?, number?, (string | 0)?, string?] | 'api';

/** `c`, `u`: created, updated. Every further key of the schedule by its name. */
interface More {
  c?: number;
  u?: number;
  [key: string]: unknown;
}

/** As scripts compare it. */
export function revisionText(revision: number): string {
  return revision.toString(36);
}

/** Of what `revisionText` wrote, or of what begins with it. */
export function revisionOf(text: string): number {
  return Number.parseInt(text, 36);
}

/** Created at the time that its first revision is named after, and not updated since: not written down. */
export function scheduleRecord(schedule: StoredSchedule): string {
  const { definition, revision, source, createdAt, updatedAt, ...others } = schedule;
  const packed: Packed = [whenOf(definition.spec), restOf(definition), sourceOf(source)];
  const more: More = {
    ...(createdAt === revision ? {} : { c: createdAt }),
    ...(updatedAt === createdAt ? {} : { u: updatedAt }),
    ...others,
  };
  if (Object.keys(more).length > 0) packed.push(more);
  return `${revisionText(revision)}:${JSON.stringify(packed)}`;
}

export function readScheduleRecord(id: string, text: string): StoredSchedule {
  const colon = text.indexOf(':');
  const revision = Number.parseInt(text.slice(0, colon), 36);
  const [when, definition, source, more = {}] = JSON.parse(text.slice(colon + 1)) as Packed;
  const { c = revision, u = c, ...others } = more;
  const usual = structuredClone(USUAL) as Partial<ScheduleDefinition>;
  const rest = Object.fromEntries(
    Object.entries(definition).map(([key, value]) => [LONG.get(key) ?? key, value]),
  );
  return {
    definition: { ...usual, ...rest, id, spec: specOf(when) } as ScheduleDefinition,
    revision,
    source: sourceFrom(source),
    createdAt: c,
    updatedAt: u,
    ...others,
  };
}

/** In place of a record that is none: whoever asks its spec is told what is wrong. */
export function unreadable(id: string, text: string, error: unknown): StoredSchedule {
  const revision = revisionOf(text) || 0;
  const usual = structuredClone(USUAL) as Partial<ScheduleDefinition>;
  const spec = { kind: 'unreadable', fault: `what is stored of it cannot be read: ${faultOf(error)}` };
  return {
    definition: { ...usual, id, handler: 'unreadable', spec: spec as unknown as Spec } as ScheduleDefinition,
    ...{ revision, source: { kind: 'api', set: 'api' }, createdAt: revision, updatedAt: revision },
  };
}

/** The expressions of a cron with the usual rules, and behind them its zone. */
function whenOf(spec: Spec): Spec | string[] {
  if (spec.kind !== 'cron' || spec.gap !== 'shift' || spec.fold !== 'first') return spec;
  return [...spec.expressions, spec.timezone];
}

function specOf(when: Spec | string[]): Spec {
  if (!Array.isArray(when)) {
    if (typeof when?.kind !== 'string') throw new Error('it says nothing of when');
    return when;
  }
  const timezone = when.at(-1) ?? 'UTC';
  return { kind: 'cron', expressions: when.slice(0, -1), timezone, gap: 'shift', fold: 'first' };
}

function restOf({ id: _, spec: __, ...rest }: ScheduleDefinition): Record<string, unknown> {
  const given = new Map(Object.entries(rest));
  for (const [key, text] of USUAL_TEXTS) {
    const value = given.get(key);
    if (value !== undefined && canonical(value) === text) given.delete(key);
  }
  return Object.fromEntries([...given].map(([key, value]) => [SHORT.get(key) ?? key, value]));
}

function sourceOf(source: ScheduleSource): PackedSource {
  if (source.kind === 'api' && source.set === 'api' && source.file === undefined) return 'api';
  const { kind, set, file, line, column, environment, commit } = source;
  if (kind === 'api') return [`api ${set}`];
  const packed = [set, file, line, column, environment, commit];
  while (packed.at(-1) === undefined) packed.pop();
  return packed.map((part) => part ?? 0) as PackedSource;
}

function sourceFrom(packed: PackedSource): ScheduleSource {
  if (packed === 'api') return { kind: 'api', set: 'api' };
  const [set, file, line, column, environment, commit] = packed;
  if (set.startsWith('api ')) return { kind: 'api', set: set.slice(4) };
  // 0 stands for what was not said, where something behind it was.
  return {
    kind: 'file',
    set,
    ...(file ? { file } : {}),
    ...(line ? { line } : {}),
    ...(column ? { column } : {}),
    ...(environment ? { environment } : {}),
    ...(commit ? { commit } : {}),
  };
}
