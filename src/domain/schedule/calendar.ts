/** The calendar of a schedule: which instants it has, apart from what is done at them. */

import { canonical } from '../input/canonical.js';
import { expand, firstAfter } from './expand.js';
import type { ScheduleDefinition } from './schedule.js';

/**
 * Spec, bounds, exclusions and jitter: two definitions with the same ones have the same instants and due times. The id
 * belongs to it where they are hashed from it.
 */
export type Calendar = Pick<ScheduleDefinition, 'spec' | 'startAt' | 'endAt' | 'exclude' | 'jitter'> &
  Partial<Pick<ScheduleDefinition, 'id'>>;

export function calendarOf(definition: ScheduleDefinition): Calendar {
  const { id, spec, startAt, endAt, exclude, jitter } = definition;
  return {
    ...(isHashed(definition) ? { id } : {}),
    spec,
    ...(startAt === undefined ? {} : { startAt }),
    ...(endAt === undefined ? {} : { endAt }),
    ...(exclude === undefined ? {} : { exclude }),
    ...(jitter === undefined ? {} : { jitter }),
  };
}

const HASHED = /(?:^|[\s,])H/;

function isHashed({ spec, exclude, jitter }: ScheduleDefinition): boolean {
  const crons = exclude?.items.flatMap((item) => ('calendar' in item ? item.items : [item])) ?? [];
  const texts = [
    ...(spec.kind === 'cron' ? spec.expressions : []),
    ...crons.flatMap((item) => ('cron' in item ? [item.cron] : [])),
  ];
  return jitter !== undefined || texts.some((text) => HASHED.test(text));
}

export function sameCalendar(a: Calendar, b: Calendar): boolean {
  return canonical(a) === canonical(b);
}

const bound = new WeakMap<ScheduleDefinition, WeakMap<Calendar, ScheduleDefinition>>();

/** The definition as it is, on another calendar. One object for each pair, because a spec is compiled per object. */
export function onCalendar(definition: ScheduleDefinition, calendar: Calendar): ScheduleDefinition {
  let known = bound.get(definition);
  if (!known) {
    known = new WeakMap();
    bound.set(definition, known);
  }
  let other = known.get(calendar);
  if (!other) {
    const {
      spec: _spec,
      startAt: _start,
      endAt: _end,
      exclude: _exclude,
      jitter: _jitter,
      ...rest
    } = definition;
    other = { ...rest, ...calendar };
    known.set(calendar, other);
  }
  return other;
}

/** How many instants [from, to] has; by arithmetic where that is possible, else undefined beyond `most`. */
export function countBetween(
  definition: ScheduleDefinition,
  from: number,
  to: number,
  most: number,
): number | undefined {
  if (definition.spec.kind === 'every' && !definition.exclude) {
    const start = firstAfter(definition, from - 1);
    const last = Math.min(to, (definition.endAt ?? Number.POSITIVE_INFINITY) - 1);
    return start === null || start > last ? 0 : Math.floor((last - start) / definition.spec.every) + 1;
  }
  const { occurrences, next } = expand(definition, from - 1, to, most);
  return next !== null && next <= to ? undefined : occurrences.length;
}
