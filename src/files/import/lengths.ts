/** Foreign lengths of time as our durations: seconds, Go's `1h30m`, Java's `PT5M`. */

import { formatDuration, parseDuration } from '../../domain/input/durations.js';
import { SHORTEST_EVERY } from '../../domain/spec/compile.js';
import { Refusal } from './draft.js';

const UNITS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    ns: 1e-6,
    us: 1e-3,
    µs: 1e-3,
    ms: 1,
    s: 1_000,
    m: 60_000,
    h: 3_600_000,
  }),
);

/** `ms` of an interval; throws a Refusal below a second. */
export function everyFrom(ms: number): string {
  if (!Number.isFinite(ms) || ms < SHORTEST_EVERY) {
    throw new Refusal(`every ${ms} ms has no counterpart: the shortest interval is a second`);
  }
  return formatDuration(ms);
}

/** How much later than aligned to 1970 an interval runs that counts from a start; undefined where that is nothing. */
export function phaseFrom(every: unknown, startAt: string | undefined): string | undefined {
  const length = parseDuration(every);
  if (length === undefined || startAt === undefined) return undefined;
  const phase = ((Date.parse(startAt) % length) + length) % length;
  return phase > 0 ? formatDuration(phase) : undefined;
}

/** Of a timeout or a bound, seconds; undefined where it bounds nothing. */
export function secondsFrom(seconds: unknown): string | undefined {
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds > 0
    ? formatDuration(seconds * 1_000)
    : undefined;
}

/** `1h30m`, `1.5h`, `90s`, in ms; undefined when it is none. */
export function goLength(text: string): number | undefined {
  const parts = [...text.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== text) return undefined;
  return parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (UNITS.get(unit) ?? 0), 0);
}

/** `2w`, `1d12h`, `5 minutes`, as Ruby writes it, in ms; undefined when it is none. */
export function rubyLength(text: string): number | undefined {
  const parts = [
    ...text.matchAll(
      /(\d+(?:\.\d+)?)\s*(w|d|h|m|s)(?:eeks?|ays?|ours?|in(?:ute)?s?|ec(?:ond)?s?)?(?=$|\s|\d)\s*/g,
    ),
  ];
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== text) return undefined;
  const size = (unit: string): number => ({ w: 604_800_000, d: 86_400_000 })[unit] ?? UNITS.get(unit) ?? 0;
  return parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * size(unit), 0);
}

/** `PT1H30M`, `P1DT12H`, in ms; undefined when it is none. */
export function isoLength(text: string): number | undefined {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/i.exec(text);
  if (!match || !/\d/.test(text)) return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000;
}
