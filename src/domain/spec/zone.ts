/** How far the clocks of a time zone are ahead of UTC, as spans between changes; asks the zone data that Node brings. */

import { DAY, HOUR, MINUTE, SECOND } from './civil.js';

/**
 * Offsets are looked up this far apart, and between two equal ones none else is expected: the shortest time that any
 * zone has spent away from an offset since 1970 is a week less an hour (Recife 2000, Gaza 2040).
 */
const STEP = 6 * DAY;

/** Lookups fall in the middle of the pieces, so that three of them tell of a piece and of half a step around it. */
const MIDDLE = STEP / 2;

/**
 * More than the offsets of a zone ever differ (25 h in Apia): a wall time that is this far away under one of them has
 * not come under another. Less than a span reaches.
 */
export const MARGIN = 2 * DAY;

/** Most changes fall on one of these, which halves the search for them. */
const USUAL = 15 * MINUTE;

/** Pieces kept for one zone, about a century: a search that runs further forgets and looks again. */
const KEPT = 6_250;

/** A time during which the offset stands. Instants and offsets in ms. */
export interface Span {
  from: number;
  /** Not included. */
  to: number;
  /** Wall time = instant + offset. */
  offset: number;
  /** The offset up to `from`; the same as `offset` where only our knowledge begins there. */
  before: number;
  /** The offset from `to` on; the same as `offset` where only our knowledge ends there. */
  after: number;
}

interface Change {
  at: number;
  after: number;
}

const NO_CHANGES: readonly Change[] = [];

/** Fixed for good. */
const UNIVERSAL = new Set(['UTC', 'GMT', 'Etc/UTC', 'Etc/GMT', 'Etc/UCT', 'Etc/Universal', 'Etc/Zulu']);

const ALWAYS: Span = {
  from: Number.NEGATIVE_INFINITY,
  to: Number.POSITIVE_INFINITY,
  offset: 0,
  before: 0,
  after: 0,
};

const zones = new Map<string, Zone>();
const MOST_ZONES = 1_000;

/** What is found out about a zone is shared by all who ask. Throws when Intl knows no such name. */
export function zoneOf(name: string): Zone {
  let zone = zones.get(name);
  if (!zone) {
    zone = new Zone(name);
    // There are 600 names, but an alias is known in any spelling: that must not fill the memory.
    if (zones.size >= MOST_ZONES) zones.clear();
    zones.set(name, zone);
  }
  return zone;
}

export class Zone {
  /** As Intl writes it; another name altogether where `name` is an alias. */
  readonly canonicalName: string;
  readonly isMisspelt: boolean;
  readonly #format: Intl.DateTimeFormat;
  readonly #universal: boolean;
  readonly #offsets = new Map<number, number>();
  readonly #changes = new Map<number, readonly Change[]>();
  readonly #spans = new Map<number, readonly Span[]>();
  #last: Span = { ...ALWAYS, to: Number.NEGATIVE_INFINITY };
  #lastFrom = Number.POSITIVE_INFINITY;
  #lastTo = Number.NEGATIVE_INFINITY;

  constructor(name: string) {
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      timeZoneName: 'longOffset',
      day: 'numeric',
    });
    this.canonicalName = this.#format.resolvedOptions().timeZone;
    this.isMisspelt = this.canonicalName !== name && this.canonicalName.toLowerCase() === name.toLowerCase();
    this.#universal = UNIVERSAL.has(name);
  }

  /** Covers `instant`, and reaches at least 3 days further both ways unless the offset changes before. */
  span(instant: number): Span {
    if (this.#universal) return ALWAYS;
    if (instant >= this.#lastFrom && instant < this.#lastTo) return this.#last;
    const piece = Math.floor(instant / STEP);
    const spans = this.#spansAround(piece);
    let found = spans[0] as Span;
    for (const span of spans) if (span.from <= instant) found = span;
    this.#last = found;
    this.#lastFrom = Math.max(found.from, piece * STEP);
    this.#lastTo = Math.min(found.to, (piece + 1) * STEP);
    return found;
  }

  /** What the clock on the wall shows. */
  wall(instant: number): number {
    return instant + this.span(instant).offset;
  }

  #spansAround(piece: number): readonly Span[] {
    const known = this.#spans.get(piece);
    if (known) return known;
    if (this.#spans.size >= KEPT) for (const map of [this.#offsets, this.#changes, this.#spans]) map.clear();
    const spans: Span[] = [];
    let from = (piece - 1) * STEP + MIDDLE;
    let offset = this.#offsetIn(piece - 1);
    let before = offset;
    for (const middle of [piece - 1, piece]) {
      for (const { at, after } of this.#changesAfter(middle)) {
        spans.push({ from, to: at, offset, before, after });
        before = offset;
        from = at;
        offset = after;
      }
    }
    spans.push({ from, to: (piece + 1) * STEP + MIDDLE, offset, before, after: offset });
    this.#spans.set(piece, spans);
    return spans;
  }

  /** In the middle of a piece. */
  #offsetIn(piece: number): number {
    let offset = this.#offsets.get(piece);
    if (offset === undefined) {
      offset = this.#lookUp(piece * STEP + MIDDLE);
      this.#offsets.set(piece, offset);
    }
    return offset;
  }

  /** Between the middle of a piece and that of the next one. */
  #changesAfter(piece: number): readonly Change[] {
    let before = this.#offsetIn(piece);
    const end = this.#offsetIn(piece + 1);
    if (before === end) return NO_CHANGES;
    const known = this.#changes.get(piece);
    if (known) return known;
    const changes: Change[] = [];
    const to = (piece + 1) * STEP + MIDDLE;
    for (let from = to - STEP; before !== end; ) {
      const at = this.#firstOther(from, to, before);
      const after = this.#lookUp(at);
      changes.push({ at, after });
      from = at;
      before = after;
    }
    this.#changes.set(piece, changes);
    return changes;
  }

  /** The first instant of (from, to] with another offset than `before`, which holds at `from` and not at `to`. */
  #firstOther(from: number, to: number, before: number): number {
    const usual = this.#halve(from, to, before, USUAL);
    if (this.#lookUp(usual - SECOND) === before) return usual;
    return this.#halve(Math.max(from, usual - USUAL), usual, before, SECOND);
  }

  #halve(from: number, to: number, before: number, unit: number): number {
    let low = Math.floor(from / unit);
    let high = Math.ceil(to / unit);
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.#lookUp(middle * unit) === before) low = middle;
      else high = middle;
    }
    return high * unit;
  }

  #lookUp(instant: number): number {
    return readOffset(this.#format.format(instant));
  }
}

const OFFSET = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/;

/**
 * ms, from a text that ends in `GMT-05:00`, in `GMT` for 0, or in `GMT-00:44:30` for a local mean time of old. This
 * short text takes a sixth of the time that luxon takes to work an offset out of a whole date.
 */
function readOffset(text: string): number {
  const match = OFFSET.exec(text);
  if (!match) throw new Error(`no offset from UTC in ${text}`);
  const [, sign, hours, minutes, seconds] = match;
  const ahead = Number(hours ?? 0) * HOUR + Number(minutes ?? 0) * MINUTE + Number(seconds ?? 0) * SECOND;
  return sign === '-' ? -ahead : ahead;
}
