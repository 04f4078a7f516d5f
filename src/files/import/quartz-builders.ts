/** Builders of Quartz: `cronSchedule("…")`, `simpleSchedule()`, `dailyAtHourAndMinute(…)`, with zone and misfire. */

import { lastPart } from './code-tokens.js';
import { type Call, type CodeValue, literalOf, shown } from './code-values.js';
import { type DraftFields, type Gathered, Refusal, zoneFrom } from './draft.js';
import { chainOf } from './java.js';
import { everyFrom } from './lengths.js';
import { misfireOf, quartzCron } from './quartz-policies.js';

/** ms. */
const UNITS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    withIntervalInMilliseconds: 1,
    withInterval: 1,
    withIntervalInSeconds: 1_000,
    withIntervalInMinutes: 60_000,
    withIntervalInHours: 3_600_000,
  }),
);
const REPEATED = /^repeat(Secondly|Minutely|Hourly)(Forever|ForTotalCount)$/;
const REPEATED_UNITS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    Secondly: 1_000,
    Minutely: 60_000,
    Hourly: 3_600_000,
  }),
);
const WEEKDAYS = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'];

export function scheduleFields(gathered: Gathered, id: string, schedule: CodeValue): DraftFields {
  const calls = chainOf(schedule);
  const [first] = calls;
  if (!first) throw new Refusal(`its schedule is ${shown(schedule)}: code, which is not run here`);
  const policies = Object.assign(
    {},
    ...calls.map(({ name }) => (/misfire/i.test(name) ? misfireOf(name) : {})),
  ) as DraftFields;
  const kind = lastPart(first.name);
  const interval = kind === 'simpleSchedule' ? simple(calls) : repeated(kind, first);
  if (interval) return { ...interval, ...policies };
  const expression = expressionOf(kind, first);
  if (expression === undefined) throw new Refusal(`${kind} has no counterpart`);
  return { ...quartzCron(gathered, id, expression, zoneOf(calls)), ...policies };
}

function zoneOf(calls: readonly Call[]): string | undefined {
  const [zone] = calls.find(({ name }) => name === 'inTimeZone')?.args ?? [];
  if (!zone) return undefined;
  const [name] = zone.kind === 'call' && /(?:getTimeZone|ZoneId\.of)$/.test(zone.name) ? zone.args : [];
  if (name?.kind === 'call') return zoneFrom(literalOf(name.args[0] ?? name, 'inTimeZone'));
  return zoneFrom(literalOf(name ?? zone, 'inTimeZone'));
}

function simple(calls: readonly Call[]): DraftFields {
  let ms: number | undefined;
  let runs: number | undefined = 1;
  for (const { name, args } of calls) {
    const size = UNITS.get(name);
    if (size !== undefined) ms = numberOf(args[0], name) * size;
    if (name === 'repeatForever') runs = undefined;
    if (name === 'withRepeatCount') runs = numberOf(args[0], name) + 1;
  }
  if (ms === undefined) throw new Refusal('it has no interval: a trigger that fires once is a task');
  return { every: everyFrom(ms), maxRuns: runs };
}

function repeated(kind: string, { args }: Call): DraftFields | undefined {
  const [, unit = '', how] = REPEATED.exec(kind) ?? [];
  const size = REPEATED_UNITS.get(unit);
  if (size === undefined) return undefined;
  const numbers = args.map((arg) => numberOf(arg, kind));
  if (how === 'Forever') return { every: everyFrom((numbers[0] ?? 1) * size) };
  return { every: everyFrom((numbers[1] ?? 1) * size), maxRuns: numbers[0] };
}

function expressionOf(kind: string, { args }: Call): string | undefined {
  const number = (index: number): number => numberOf(args[index], kind);
  switch (kind) {
    case 'cronSchedule':
    case 'cronScheduleNonvalidatedExpression':
      return String(literalOf(args[0] ?? { kind: 'other', text: 'nothing' }, 'cronSchedule'));
    case 'dailyAtHourAndMinute':
      return `0 ${number(1)} ${number(0)} * * ?`;
    case 'weeklyOnDayAndHourAndMinute':
      return `0 ${number(2)} ${number(1)} ? * ${weekday(args[0])}`;
    case 'monthlyOnDayAndHourAndMinute':
      return `0 ${number(2)} ${number(1)} ${number(0)} * ?`;
    case 'atHourAndMinuteOnGivenDaysOfWeek':
      return `0 ${number(1)} ${number(0)} ? * ${args.slice(2).map(weekday).join(',')}`;
    default:
      return undefined;
  }
}

/** `DateBuilder.MONDAY`, or its number. */
function weekday(value: CodeValue | undefined): string {
  if (value?.kind === 'name' && WEEKDAYS.includes(lastPart(value.name)))
    return lastPart(value.name).slice(0, 3);
  return String(numberOf(value, 'a day of the week'));
}

function numberOf(value: CodeValue | undefined, what: string): number {
  const number = value === undefined ? undefined : literalOf(value, what);
  if (typeof number !== 'number') throw new Refusal(`${what} takes a number`);
  return number;
}
