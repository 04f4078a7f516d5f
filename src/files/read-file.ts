/** What one parsed file declares: its schedules, each with its place, and everything wrong with them. */

import { isQueueName, NAME_GRAMMAR } from '../domain/input/names.js';
import { type FieldProblem, isRecord, type Path } from '../domain/input/readers.js';
import { suggestion } from '../domain/input/suggestions.js';
import type { FieldWarning, Warning } from '../domain/input/warnings.js';
import { readDefaults, readDefinition } from '../domain/schedule/definition.js';
import type { Calendars } from '../domain/schedule/exclusions.js';
import type { ScheduleDefinition } from '../domain/schedule/schedule.js';
import { calendarProblems, calendarWarnings } from './calendars.js';
import type { FileProblem } from './parse.js';
import { type Locator, type Place, pointer } from './places.js';
import { discreet, type Substituted } from './substitute.js';

/** Every key a file may have at its top. */
export const FILE_KEYS = ['version', 'defaults', 'schedules', 'calendars', 'source'] as const;

/** One entry under `schedules`. */
export interface DeclaredEntry {
  id: string;
  place: Place;
  /** Where a key of it stands; looked up when it is asked for. */
  placeOf(key: string): Place;
  /** Where it says which id it had. */
  formerly?: Place;
  /** Absent when it has problems. */
  definition?: ScheduleDefinition;
  /** Valid, but for other environments than this one. */
  elsewhere: boolean;
  /** Those it belongs to, where it lists any. */
  environments?: readonly string[];
  /** Whether a time zone is written, here or under `defaults`. */
  zoneGiven?: boolean;
}

export interface ReadFile {
  entries: DeclaredEntry[];
  problems: FileProblem[];
  warnings: Warning[];
  source?: string;
}

export interface ReadingFile {
  environment: string | undefined;
  /** Of all files of the directory. */
  calendars: Calendars;
  now: number | undefined;
  substituted?: readonly Substituted[];
}

export function readFileValue(
  value: unknown,
  locate: Locator,
  { environment, calendars, now, substituted = [] }: ReadingFile,
): ReadFile {
  const problems: Finding[] = [];
  const warnings: (Finding & Pick<Warning, 'code'>)[] = [];
  const findingOf = (base: Path, { path, detail, at }: Omit<FieldProblem, 'code'>): Finding => {
    const full = [...base, ...path];
    const told = substituted.length > 0 ? discreet(detail, full, substituted) : detail;
    const words = full.length > 0 ? `${full.join('.')}: ${told}` : told;
    return { place: locate(full, at), detail: words };
  };
  const report = (base: Path, found: readonly FieldProblem[]): void => {
    for (const one of found) problems.push(findingOf(base, one));
  };
  const warn = (base: Path, found: readonly FieldWarning[]): void => {
    for (const one of found) warnings.push({ ...findingOf(base, one), code: one.code });
  };
  if (!isRecord(value)) {
    report([], [{ path: [], detail: 'a schedule file is a mapping with version: 1 and schedules' }]);
    return { entries: [], problems: inOrder(problems), warnings: [] };
  }
  report([], topProblems(value));
  const { defaults, problems: wrongDefaults, warnings: advised } = readDefaults(value['defaults'], calendars);
  report(['defaults'], wrongDefaults);
  warn(['defaults'], advised);
  warn([], calendarWarnings(value['calendars']));
  const entries: DeclaredEntry[] = [];
  for (const [id, raw] of Object.entries(isRecord(value['schedules']) ? value['schedules'] : {})) {
    const path = ['schedules', id];
    const reading = readDefinition(id, raw, {
      defaults,
      calendars,
      ...(environment === undefined ? {} : { environment }),
      ...(now === undefined ? {} : { now }),
    });
    const placeOf = (key: string): Place => locate([...path, key]);
    const entry: DeclaredEntry = { id, place: locate(path, 'key'), placeOf, elsewhere: false };
    if ('problems' in reading) {
      report(path, reading.problems);
    } else {
      entry.definition = reading.definition;
      entry.elsewhere = reading.elsewhere;
      if (reading.definition.formerly !== undefined) entry.formerly = placeOf('formerly');
      if (reading.environments) entry.environments = reading.environments;
      entry.zoneGiven = reading.zoneGiven;
      if (!reading.elsewhere) warn(path, reading.warnings);
    }
    entries.push(entry);
  }
  const { source } = value;
  return {
    entries,
    problems: inOrder(problems),
    warnings: inOrder(warnings),
    ...(isQueueName(source) ? { source } : {}),
  };
}

interface Finding {
  place: Place;
  detail: string;
}

/** As they stand in the file, from top to bottom. */
function inOrder<F extends Finding>(
  findings: readonly F[],
): (Omit<F, 'place' | 'detail'> & { pointer: string; detail: string })[] {
  return [...findings]
    .sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column)
    .map(({ place, detail, ...rest }) => ({ pointer: pointer(place), detail, ...rest }));
}

function topProblems(value: Record<string, unknown>): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const known: readonly string[] = FILE_KEYS;
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    problems.push({ path: [key], detail: `is not a known key${suggestion(key, known)}`, at: 'key' });
  }
  if (value['version'] === undefined) problems.push({ path: [], detail: 'version: 1 is required' });
  else if (value['version'] !== 1) problems.push({ path: ['version'], detail: 'must be 1' });
  if (value['source'] !== undefined && !isQueueName(value['source'])) {
    problems.push({ path: ['source'], detail: `must be ${NAME_GRAMMAR.queue}` });
  }
  for (const key of ['schedules', 'calendars']) {
    if (value[key] !== undefined && !isRecord(value[key])) {
      problems.push({ path: [key], detail: 'must be a mapping of names' });
    }
  }
  problems.push(...calendarProblems(value['calendars']));
  return problems;
}
