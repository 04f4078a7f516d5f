/** From one schedule as written, in a file or an API call, to a normalised definition or to everything wrong with it. */

import { CarillonError } from '../input/errors.js';
import { isScheduleId, NAME_GRAMMAR } from '../input/names.js';
import { type FieldProblem, group, type Values } from '../input/readers.js';
import type { FieldWarning } from '../input/warnings.js';
import { compileSpec } from '../spec/compile.js';
import { completeRetry } from '../task/retry-fields.js';
import { adviceOn } from './advice.js';
import { type Calendars, exclusionNotes, resolveExclusions } from './exclusions.js';
import { DEFAULT_FIELDS, MERGED_FIELDS, SCHEDULE_FIELDS } from './fields.js';
import { reachProblem } from './reach.js';
import type { CatchUp, Exclusions, ScheduleDefinition, Spec } from './schedule.js';

export type { FieldProblem, Path } from '../input/readers.js';

/** Defaults of a file, already read. */
export type ScheduleDefaults = Values<typeof DEFAULT_FIELDS>;
export type ScheduleFields = Values<typeof SCHEDULE_FIELDS>;

export interface ReadingOptions {
  defaults?: ScheduleDefaults;
  /** This node's environment; a schedule that lists environments belongs only to those. */
  environment?: string;
  /** What `exclude` may name; absent where no calendars are kept, as in the API. */
  calendars?: Calendars;
  /** To warn of what has passed; absent where the time is not known. */
  now?: number;
}

export type Reading =
  | {
      definition: ScheduleDefinition;
      /** It lists environments and this is none of them: valid, but not for here. */
      elsewhere: boolean;
      /** Those it lists. */
      environments?: readonly string[];
      /** With the schedule itself or by `defaults`. */
      zoneGiven: boolean;
      /** What is legal but probably not meant. */
      warnings: FieldWarning[];
    }
  | { problems: FieldProblem[] };

export const DEFAULT_CATCH_UP: Readonly<CatchUp> = Object.freeze({
  policy: 'latest',
  window: 86_400_000,
  max: 100,
});

const readFields = group(SCHEDULE_FIELDS);
const readDefaultFields = group(DEFAULT_FIELDS);

/** The `defaults` of a file: what is valid of them, what is not, and what is seldom meant. Paths begin below `defaults`. */
export function readDefaults(
  raw: unknown,
  calendars?: Calendars,
): { defaults: ScheduleDefaults; problems: FieldProblem[]; warnings: FieldWarning[] } {
  const problems: FieldProblem[] = [];
  const defaults = raw === undefined ? {} : (readDefaultFields(raw, [], problems) ?? {});
  if (!defaults.exclude) return { defaults, problems, warnings: [] };
  const before = problems.length;
  resolveExclusions(defaults.exclude, 'UTC', calendars, problems);
  const warnings = below('exclude', exclusionNotes(defaults.exclude));
  if (problems.length === before) return { defaults, problems, warnings };
  // Said once, here, and not again for every schedule.
  const { exclude: _, ...others } = defaults;
  return { defaults: others, problems, warnings };
}

function below(key: string, notes: readonly FieldWarning[]): FieldWarning[] {
  return notes.map((note) => ({ ...note, path: [key, ...note.path] }));
}

/** Collects every problem; paths begin below the schedule. */
export function readDefinition(id: string, raw: unknown, options: ReadingOptions = {}): Reading {
  const problems: FieldProblem[] = [];
  if (!isScheduleId(id))
    problems.push({ path: [], detail: `id must be ${NAME_GRAMMAR.schedule}`, at: 'key' });
  const own = readFields(raw, [], problems);
  if (!own) return { problems };
  const given = (key: keyof ScheduleFields): boolean => (raw as Record<string, unknown>)[key] !== undefined;
  if (!given('handler')) problems.push({ path: [], detail: 'handler is required', at: 'key' });
  const fields = merge(options.defaults ?? {}, own);
  const notes: FieldWarning[] = [];
  const spec = readSpec(id, fields, given, problems, notes);
  const retry = completeRetry(fields.retry ?? {}, ['retry'], problems);
  checkDates(fields, problems);
  if (own.formerly === id) {
    problems.push({
      path: ['formerly'],
      detail: 'is its own id: name the one it had before, or leave it out',
    });
  }
  const exclude = readExclude(fields, options.calendars, problems);
  if (problems.length > 0 || !spec || !retry || fields.handler === undefined) return { problems };
  const definition = assemble(id, fields, { handler: fields.handler, spec, retry, ...present({ exclude }) });
  const unreachable = reachProblem(definition);
  if (unreachable) return { problems: [unreachable] };
  const { environments } = fields;
  const elsewhere = environments !== undefined && !environments.some((name) => name === options.environment);
  // Those of `defaults` are said there.
  if (given('exclude')) notes.push(...below('exclude', exclusionNotes(fields.exclude ?? [], id)));
  const advice = adviceOn(definition, own, options.now ?? null);
  const warnings = [...notes, ...advice];
  const zoneGiven = fields.timezone !== undefined;
  return { definition, elsewhere, zoneGiven, warnings, ...present({ environments }) };
}

/** A schedule's own keys over the defaults, one level deep where the contract says so. */
function merge(defaults: ScheduleDefaults, own: ScheduleFields): ScheduleFields {
  const merged: ScheduleFields = { ...defaults, ...own };
  for (const key of MERGED_FIELDS) {
    const both = { ...defaults[key], ...own[key] };
    if (defaults[key] !== undefined && own[key] !== undefined) Object.assign(merged, { [key]: both });
  }
  return merged;
}

function readSpec(
  id: string,
  fields: ScheduleFields,
  given: (key: keyof ScheduleFields) => boolean,
  problems: FieldProblem[],
  notes: FieldWarning[],
): Spec | undefined {
  const kinds = (['cron', 'every', 'at'] as const).filter(given);
  if (kinds.length !== 1) {
    const detail =
      kinds.length === 0
        ? 'one of cron, every or at is required'
        : `${kinds.join(' and ')} exclude each other`;
    problems.push({ path: kinds.slice(1, 2), detail, at: 'key' });
    return undefined;
  }
  if (given('phase') && kinds[0] !== 'every') {
    problems.push({ path: ['phase'], detail: 'goes with every only', at: 'key' });
    return undefined;
  }
  if (fields.every !== undefined) {
    const phase = fields.phase ?? 0;
    if (phase < fields.every) return { kind: 'every', every: fields.every, phase };
    problems.push({ path: ['phase'], detail: 'must be shorter than every' });
  } else if (fields.at !== undefined) {
    return { kind: 'at', at: fields.at };
  } else if (fields.cron !== undefined) {
    return readCron(id, fields.cron, fields, problems, notes);
  }
  return undefined;
}

/** Each expression on its own, so that every wrong one is named. */
function readCron(
  id: string,
  expressions: string[],
  fields: ScheduleFields,
  problems: FieldProblem[],
  notes: FieldWarning[],
): Spec | undefined {
  const { gap = 'shift', fold = 'first' } = fields.dst ?? {};
  const spec = { kind: 'cron', timezone: fields.timezone ?? 'UTC', gap, fold } as const;
  const before = problems.length;
  expressions.forEach((expression, index) => {
    const path = expressions.length === 1 ? ['cron'] : ['cron', index];
    try {
      const { notes: found } = compileSpec({ ...spec, expressions: [expression] }, id);
      notes.push(...found().map(({ code, note }) => ({ path, detail: note, code })));
    } catch (error) {
      if (!(error instanceof CarillonError)) throw error;
      problems.push({ path, detail: error.message });
    }
  });
  return problems.length === before ? { ...spec, expressions: [...new Set(expressions)] } : undefined;
}

function checkDates({ startAt, endAt }: ScheduleFields, problems: FieldProblem[]): void {
  if (startAt !== undefined && endAt !== undefined && endAt <= startAt) {
    problems.push({ path: ['endAt'], detail: 'must be after startAt' });
  }
}

function readExclude(
  { exclude, timezone = 'UTC' }: ScheduleFields,
  calendars: Calendars | undefined,
  problems: FieldProblem[],
): Exclusions | undefined {
  if (!exclude || exclude.length === 0) return undefined;
  return resolveExclusions(exclude, timezone, calendars, problems);
}

function assemble(
  id: string,
  fields: ScheduleFields,
  read: Pick<ScheduleDefinition, 'handler' | 'spec' | 'retry' | 'exclude'>,
): ScheduleDefinition {
  const { formerly, description, owner, payload, startAt, endAt } = fields;
  const { timeout, expiresIn, retention } = fields;
  const { jitter, maxRuns, expect, heartbeat, pauseAfter, concurrencyKey } = fields;
  return {
    id,
    ...present({ formerly, description, owner }),
    handler: read.handler,
    ...(payload ? { payload: payload.json } : {}),
    spec: read.spec,
    ...present({ startAt, endAt, exclude: read.exclude, jitter: jitter === 0 ? undefined : jitter, maxRuns }),
    queue: fields.queue ?? 'default',
    priority: fields.priority ?? 'normal',
    retry: read.retry,
    ...present({ timeout, expiresIn, retention }),
    catchUp: { ...DEFAULT_CATCH_UP, ...fields.catchUp },
    overlap: fields.overlap ?? 'skip',
    ...present({
      expect: expect && Object.keys(expect).length > 0 ? expect : undefined,
      heartbeat,
      pauseAfter,
    }),
    ...present({ concurrencyKey }),
    enabled: fields.enabled ?? true,
    labels: fields.labels ?? {},
  };
}

/** Without the keys that are undefined. */
export function present<T extends object>(record: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept = Object.entries(record).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
