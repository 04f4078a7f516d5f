/** The one place that knows cron-parser: from an expression and a zone to its next instant, with the library's traps closed. */

import { type CronExpression, CronExpressionParser } from 'cron-parser';
import { IANAZone } from 'luxon';
import { CarillonError } from './errors.js';
import { type CronFields, checkGrammar } from './spec-grammar.js';

const HOUR = 3_600_000;

/** The latest instant a JavaScript date can hold. */
const END_OF_TIME = 8.64e15;

/** Where the search looks once, so that an expression that never happens is refused when it is written. */
const PROBE = Date.UTC(2000, 0, 1);

/** How far ahead to start again when the library gets stuck on a change of offset, in hours. */
const DETOURS = [0, 1, 6, 30, 60];

/** The next instant strictly after the given one, a function of nothing else; null when time runs out. */
export type CronSearch = (after: number) => number | null;

/** Throws `invalid_cron`. `seed` fixes what `H` stands for. */
export function compileCron(expression: string, timezone: string, seed: string): CronSearch {
  const fields = checkGrammar(expression);
  const parsed = parse(expression, fields, timezone, seed);
  const zone = IANAZone.create(timezone);
  const wildcardHour = fields[2].startsWith('*');
  const search: CronSearch = (after) => {
    let from = after;
    for (;;) {
      const found = step(parsed, from);
      if (found === null || wildcardHour) return found;
      // A wall time that comes twice counts once, at its first pass; the library names either.
      const first = found - passLength(zone, found);
      if (first > after) return first;
      if (first === found) return found;
      from = found;
    }
  };
  if (search(PROBE) === null) {
    throw new CarillonError('invalid_cron', `cron expression ${JSON.stringify(expression)} never happens`);
  }
  return search;
}

function parse(expression: string, fields: CronFields, tz: string, hashSeed: string): CronExpression {
  try {
    return CronExpressionParser.parse(fields.join(' '), { tz, hashSeed, currentDate: new Date(PROBE) });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CarillonError('invalid_cron', `cron expression ${JSON.stringify(expression)}: ${reason}`);
  }
}

/** One search of the library; it can throw, or answer a time in the past, where an offset changes by part of an hour. */
function step(parsed: CronExpression, after: number): number | null {
  for (const hours of DETOURS) {
    const from = after + hours * HOUR;
    if (from > END_OF_TIME) return null;
    try {
      parsed.reset(new Date(from));
      const found = parsed.next().getTime();
      if (found > after) return found;
    } catch {
      // Too many steps without a hit: start again beyond the change of offset.
    }
  }
  return null;
}

/** How long ago the same wall time came before, when `instant` is the second pass of clocks set back; else 0. */
function passLength(zone: IANAZone, instant: number): number {
  const offset = zone.offset(instant);
  for (const hours of [1, 3]) {
    const back = (zone.offset(instant - hours * HOUR) - offset) * 60_000;
    if (back > 0 && zone.offset(instant - back) * 60_000 === offset * 60_000 + back) return back;
  }
  return 0;
}
