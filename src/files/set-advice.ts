/** What is legal in a set of schedule files and probably not meant, as far as several schedules make it so. */

import { formatInstant } from '../domain/input/instants.js';
import { nearest, suggestion } from '../domain/input/suggestions.js';
import type { Warning, WarningCode } from '../domain/input/warnings.js';
import { HERD, herdsOf } from '../domain/schedule/herds.js';
import type { ScheduleDefinition } from '../domain/schedule/schedule.js';
import { compileSpec } from '../domain/spec/compile.js';
import { BUILT_IN } from '../domain/task/built-in.js';
import { grouped } from '../runtime/grouped.js';
import { type Place, pointer } from './places.js';
import type { DeclaredEntry } from './read-file.js';

/** Handlers of a module, by name. */
export interface KnownHandlers {
  module: string;
  names: readonly string[];
}

export interface SetFacts {
  entries: readonly DeclaredEntry[];
  /** Where each calendar is declared, by name. */
  calendars: ReadonlyMap<string, Place>;
  now: number | undefined;
  handlers: KnownHandlers | undefined;
  /** What was read, to be named where nothing is declared; absent where something is wrong with it. */
  where: string | undefined;
}

type Here = DeclaredEntry & { definition: ScheduleDefinition };

const MOST_IDS = 5;

/** For people who check files; a node that starts does not look that far. */
export function setAdvice({ entries, calendars, now, handlers, where }: SetFacts): Warning[] {
  const here = entries.filter((entry): entry is Here => entry.definition !== undefined && !entry.elsewhere);
  return [
    ...(entries.length === 0 && where !== undefined ? nothingDeclared(where) : []),
    ...unusedCalendars(entries, calendars),
    ...defaultZones(here),
    ...(handlers ? unknownHandlers(here, handlers) : []),
    ...(now === undefined ? [] : herds(here, now)),
  ];
}

const warning = (place: Place, code: WarningCode, detail: string): Warning => ({
  pointer: pointer(place),
  detail,
  code,
});

/** `a, b, c and 4 more`. */
function some(ids: readonly string[]): string {
  const more = ids.length - MOST_IDS;
  return `${ids.slice(0, MOST_IDS).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function nothingDeclared(where: string): Warning[] {
  const detail =
    'no schedule is declared here; name the directory of the files, whose names end in .yaml, .yml, .json or .ts';
  return [warning({ file: where, line: 1, column: 1 }, 'nothing_declared', detail)];
}

/** Not looked at while something is wrong: what names it may be there. */
function unusedCalendars(
  entries: readonly DeclaredEntry[],
  calendars: ReadonlyMap<string, Place>,
): Warning[] {
  if (calendars.size === 0 || entries.some(({ definition }) => !definition)) return [];
  const used = new Set(
    entries.flatMap(({ definition }) =>
      (definition?.exclude?.items ?? []).flatMap((item) => ('calendar' in item ? [item.calendar] : [])),
    ),
  );
  return [...calendars].flatMap(([name, place]) =>
    used.has(name)
      ? []
      : [
          warning(
            place,
            'unused_calendar',
            `calendars.${name}: no schedule names it in exclude, so nothing is left out by it; name it there, or remove it`,
          ),
        ],
  );
}

/** One warning a file: whoever forgot it once, did so for all. */
function defaultZones(here: readonly Here[]): Warning[] {
  const without = here.filter(({ definition, zoneGiven }) => !zoneGiven && goesByClocks(definition));
  if (without.length === 0) return [];
  const zoned = here.filter(({ definition, zoneGiven }) => zoneGiven && goesByClocks(definition));
  const zones = [...new Set(zoned.flatMap(({ definition }) => zoneOf(definition)))].sort();
  if (zones.length === 0) return [];
  const byFile = grouped(without, ({ place }) => place.file);
  return [...byFile.values()].flatMap((those) => {
    const [first] = those;
    if (!first) return [];
    const ids = some(those.map(({ id }) => id));
    const detail = `schedules.${first.id}.cron: no timezone is given, so it is UTC, and others of these files go by ${some(zones)}; write timezone, for all of a file under defaults${those.length > 1 ? ` (${ids})` : ''}`;
    return [warning(first.placeOf('cron'), 'default_zone', detail)];
  });
}

function zoneOf({ spec }: ScheduleDefinition): string[] {
  return spec.kind === 'cron' ? [spec.timezone] : [];
}

/** `*\/5 * * * *` is the same in every zone, or nearly. */
function goesByClocks({ id, spec, exclude }: ScheduleDefinition): boolean {
  if (spec.kind !== 'cron') return false;
  if (exclude) return true;
  return compileSpec(spec, id).patterns.some(
    ({ hours, months, days }) =>
      hours.length < 24 || months.length < 12 || days.ofMonth !== null || days.ofWeek !== null,
  );
}

function unknownHandlers(here: readonly Here[], { module, names }: KnownHandlers): Warning[] {
  const known = new Set([...names, ...BUILT_IN]);
  const missing = here.filter(({ definition }) => !known.has(definition.handler));
  return [...grouped(missing, ({ definition }) => definition.handler)].flatMap(([handler, those]) => {
    const [first] = those;
    if (!first) return [];
    const whose = those.length > 1 ? ` (${some(those.map(({ id }) => id))})` : '';
    const detail = `schedules.${first.id}.handler: ${module} has no handler "${handler}"${suggestion(handler, [...known])}: its runs wait until a worker has it; register it, or correct the name${whose}`;
    return [warning(first.placeOf('handler'), 'unknown_handler', detail)];
  });
}

function herds(here: readonly Here[], now: number): Warning[] {
  const byId = new Map(here.map((one) => [one.id, one]));
  return herdsOf(
    here.map(({ definition }) => definition),
    now,
  ).flatMap(({ second, starts, ids }) => {
    const first = byId.get(ids[0] ?? '');
    if (!first) return [];
    const { kind } = first.definition.spec;
    const detail = `schedules.${first.id}.${kind}: ${starts} runs start in the second ${formatInstant(second)} (${some(ids)}), ${HERD} or more are a herd: workers meet all at once; spread them with jitter: 5m, or with H in place of the minute`;
    return [warning(first.placeOf(kind), 'herd', detail)];
  });
}

/** An environment that none of them lists is probably mistyped; without one they are all left out. */
export function environmentAdvice(
  entries: readonly DeclaredEntry[],
  environment: string | undefined,
): Warning[] {
  const listing = entries.filter(({ environments }) => environments !== undefined);
  const [first] = listing;
  if (!first) return [];
  const named = some(listing.map(({ id }) => id));
  if (environment === undefined) {
    const detail = `no environment is set (CARILLON_ENVIRONMENT): left out are the ${listing.length} that list some (${named}); set it, or --environment`;
    return [warning(first.place, 'no_environment', detail)];
  }
  const all = [...new Set(listing.flatMap(({ environments }) => environments ?? []))].sort();
  if (all.includes(environment)) return listing.flatMap((entry) => mistyped(entry, environment));
  const detail = `no schedule lists the environment ${environment}, they list ${all.join(', ')}: left out are ${named}; write the same name in both places`;
  return [warning(first.place, 'unmatched_environment', detail)];
}

/** One that is left out, and lists what looks like this environment's name. */
function mistyped(
  { id, placeOf, environments = [], elsewhere }: DeclaredEntry,
  environment: string,
): Warning[] {
  if (!elsewhere) return [];
  const close = environments.find((name) => nearest(name, [environment]) !== undefined);
  if (close === undefined) return [];
  const detail = `schedules.${id}.environments: lists ${close}, and this is ${environment}: it is left out; did you mean "${environment}"?`;
  return [warning(placeOf('environments'), 'unmatched_environment', detail)];
}
