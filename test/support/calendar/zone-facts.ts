/** What Intl.DateTimeFormat alone says of a time zone: which offset holds when, from 1970 to 2037. */

/** `offset` (ms to add to an instant to get the wall clock) holds for instants in [from, until). */
export interface Span {
  from: number;
  until: number;
  offset: number;
}

/** At the instant `at` the offset goes from `before` to `after`: a gap when it grows, a fold when it shrinks. */
export interface Change {
  at: number;
  before: number;
  after: number;
}

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/** The years the tests look at. */
export const firstInstant = Date.UTC(1970, 0, 1);
export const endInstant = Date.UTC(2038, 0, 1);

/** The tables reach a little further than the tests, so that a window at either end is whole. */
const tableFrom = firstInstant - 30 * day;
const tableUntil = endInstant + 30 * day;

/**
 * The shortest time between two changes of any zone since 1970 is 6.96 days (Boa Vista, Noronha and Recife in
 * October 2000; looked for in steps of six hours), so two probes four days apart never hide a pair of changes.
 */
const probeStep = 4 * day;

/** `12/31/1969, GMT-00:44:30` → ms. A bare `GMT` is no offset. */
function readOffset(formatted: string): number {
  const found = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(formatted);
  if (found === null) throw new Error(`no offset in ${formatted}`);
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = found;
  const size = Number(hours) * hour + Number(minutes) * minute + Number(seconds) * second;
  return sign === '-' ? -size : size;
}

function offsetReader(zone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  const known = new Map<string, number>();
  return (instant) => {
    const formatted = format.format(instant);
    const name = formatted.slice(formatted.indexOf('GMT'));
    const offset = known.get(name) ?? readOffset(name);
    known.set(name, offset);
    return offset;
  };
}

const tables = new Map<string, Span[]>();

export function spansOf(zone: string): readonly Span[] {
  const known = tables.get(zone);
  if (known !== undefined) return known;
  const offsetAt = offsetReader(zone);
  const spans: Span[] = [];
  let span: Span = { from: tableFrom, until: tableUntil, offset: offsetAt(tableFrom) };
  for (let probe = tableFrom; probe < tableUntil; probe += probeStep) {
    const next = Math.min(probe + probeStep, tableUntil);
    if (offsetAt(next) === span.offset) continue;
    let [same, different] = [probe, next];
    while (different - same > second) {
      const middle = Math.floor((same + different) / (2 * second)) * second;
      if (offsetAt(middle) === span.offset) same = middle;
      else different = middle;
    }
    spans.push({ ...span, until: different });
    span = { from: different, until: tableUntil, offset: offsetAt(different) };
    if (span.offset !== offsetAt(next)) throw new Error(`${zone} changes twice within ${probeStep} ms`);
  }
  spans.push(span);
  tables.set(zone, spans);
  return spans;
}

/** The changes of the zone within the years the tests look at. */
export function changesOf(zone: string): Change[] {
  const spans = spansOf(zone);
  const changes: Change[] = [];
  for (const [index, span] of spans.entries()) {
    const before = spans[index - 1];
    if (before === undefined || span.from < firstInstant || span.from >= endInstant) continue;
    changes.push({ at: span.from, before: before.offset, after: span.offset });
  }
  return changes;
}

/** The wall clock of a zone, as the instant at which a clock in UTC shows the same. */
export function wallAt(zone: string, instant: number): number {
  for (const span of spansOf(zone)) {
    if (span.from <= instant && instant < span.until) return instant + span.offset;
  }
  throw new Error(`${new Date(instant).toISOString()} is outside the table`);
}

export function everyZone(): string[] {
  return ['UTC', ...Intl.supportedValuesOf('timeZone')];
}

/** Zones whose tables are identical, together: what is right for one of them is right for all. */
export function zoneGroups(): string[][] {
  const groups = new Map<string, string[]>();
  for (const zone of everyZone()) {
    const key = JSON.stringify(spansOf(zone));
    groups.set(key, [...(groups.get(key) ?? []), zone]);
  }
  return [...groups.values()];
}

/** Every change that any zone makes, once, in a zone that makes it; the zones take turns, so that each serves. */
export function distinctChanges(): (Change & { zone: string })[] {
  const makers = new Map<string, { change: Change; zones: string[] }>();
  for (const zone of everyZone()) {
    for (const change of changesOf(zone)) {
      const key = `${change.at} ${change.before} ${change.after}`;
      const entry = makers.get(key) ?? { change, zones: [] };
      entry.zones.push(zone);
      makers.set(key, entry);
    }
  }
  const served = new Map<string, number>();
  const turns = (zone: string) => served.get(zone) ?? 0;
  const changes: (Change & { zone: string })[] = [];
  for (const { change, zones } of makers.values()) {
    const zone = zones.reduce((least, other) => (turns(other) < turns(least) ? other : least));
    served.set(zone, turns(zone) + 1);
    changes.push({ ...change, zone });
  }
  return changes;
}
