/** What an edit of a schedule means for its instants: up to its boundary the old definition counts, then the new one. */

import { canonical } from '../domain/input/canonical.js';
import { calendarOf, sameCalendar } from '../domain/schedule/calendar.js';
import { firstAfter, runsLeft } from '../domain/schedule/expand.js';
import { openParts } from '../domain/schedule/fates.js';
import {
  type Asked,
  definitionAt,
  except,
  type Ledger,
  newLedger,
  postpone,
  supersede,
  turn,
  type Word,
  wordOf,
} from '../domain/schedule/ledger.js';
import type { ScheduleDefinition, StoredSchedule } from '../domain/schedule/schedule.js';
import { skipAhead, skipsAhead, whoSkips, withoutSkips } from '../domain/schedule/skips.js';
import { timezoneData } from '../runtime/version.js';
import type { ScheduleEdit, ScheduleRow } from '../store/contract/index.js';
import { ledgerOf, ledgerWrite } from './ledger-of.js';
import { isLive, MOST_AHEAD, plannedAhead } from './planned-ahead.js';
import { readyLanes } from './withdraw.js';

/** A run that rests is looked for this long before now, besides its jitter: it may be due and not promoted yet, ms. */
const UNPROMOTED = 60_000;

/** What a schedule had in the partition it moves from; `ledger` is its text. */
export interface Brought {
  runs: number;
  cursor: number | null;
  ledger: string;
}

/** Creation: nothing lies before it. One that should have run once, in the past, has missed that. */
export function creation(schedule: StoredSchedule, now: number, brought?: Brought): ScheduleEdit {
  const { definition } = schedule;
  const base = { id: definition.id, expect: null, schedule, withdraw: null };
  if (brought) {
    const { backlog, pace = 0 } = JSON.parse(brought.ledger) as Ledger;
    const undecided = backlog.length > 0 ? pace : null;
    const ledger = { before: 0, text: brought.ledger, undecided, taken: [] };
    return { ...base, cursor: brought.cursor, runs: brought.runs, ledger };
  }
  const edit = { ...base, cursor: isLive(schedule) ? firstAfter(definition, now) : null };
  if (definition.spec.kind !== 'at' || definition.spec.at > now) return edit;
  const { at } = definition.spec;
  const ledger = except(newLedger(at, wordOf(schedule, 0)), definition, { from: at, to: at, word: 'missed' });
  return { ...edit, ledger: ledgerWrite({}, ledger, definition, now) };
}

/** How many of the instants to come are to be passed over after an edit, when so many were before. */
export interface Skips {
  wanted(ahead: number): number;
  /** Why there are more. */
  reason?: string | undefined;
}

const AS_BEFORE: Skips = { wanted: (ahead) => ahead };

/**
 * An edit of what is stored. `boundary`: the edit instant, or later where an instant behind it has begun already
 * because a clock was ahead. Instants that passed undecided wait, to be decided on by the new definition. Those that
 * *skip next* passes over are as many on a new calendar as they were on the old one.
 */
export function change(
  row: ScheduleRow,
  after: StoredSchedule | null,
  now: number,
  boundary: number,
  skips = AS_BEFORE,
): ScheduleEdit & { runsLess: number } {
  const { schedule: before, cursor, runs } = row;
  const expect = { revision: before.revision, cursor };
  const rests = !after || !isLive(after);
  const nominals = withdrawable(
    row,
    rests ? boundary - UNPROMOTED - (before.definition.jitter ?? 0) : boundary,
  );
  const runsLess = nominals.filter((nominal) => nominal > boundary).length;
  const base = { id: before.definition.id, expect, schedule: after, runsLess };
  const word = after ? wordOf(after, runs - runsLess) : 'fired';
  const ready = { lanes: readyLanes(before), word: after ? word : undefined };
  const rest = rests ? { rest: { word, until: boundary, ready } } : {};
  const withdraw =
    nominals.length > 0 || (rests && isLive(before))
      ? { nominals, planned: before.definition, ...rest }
      : null;
  if (!after) return { ...base, cursor: null, withdraw };
  const stays = sameCalendar(calendarOf(before.definition), calendarOf(after.definition));
  const behind = cursor !== null && cursor <= boundary && runsLeft(before.definition, runs) > 0;
  const known = ledgerOf(row);
  const facts = { word, boundary, nominals, stays, behind };
  const ledger = skipping(known, row, after, facts, skips, (plain) => changed(plain, row, after, facts));
  return {
    ...base,
    cursor: cursorOf(after, runs - runsLess, boundary, stays && behind ? cursor : null),
    withdraw,
    ...(ledger === known ? {} : { ledger: ledgerWrite(row, ledger, after.definition, now) }),
  };
}

/** `edit` sees a ledger in which nothing is passed over, unless that stays as it is. */
function skipping(
  known: Ledger,
  row: ScheduleRow,
  after: StoredSchedule,
  { boundary, stays }: Facts,
  skips: Skips,
  edit: (ledger: Ledger) => Ledger,
): Ledger {
  const { definition: before } = row.schedule;
  if (!isReadable(before, boundary)) return edit(known);
  const ahead = skipsAhead(known, before, boundary).length;
  const wanted = skips.wanted(ahead);
  if (wanted === ahead && (stays || ahead === 0)) return edit(known);
  const why = skips.reason === undefined ? {} : { reason: skips.reason };
  const more: Asked = { by: after.by ?? 'api', at: after.updatedAt, ...why };
  const those = whoSkips(known, before, boundary);
  const asked = Array.from({ length: wanted }, (_, i) => (i < ahead ? those[i] : more));
  return skipAhead(edit(withoutSkips(known, before, boundary)), after.definition, boundary, asked);
}

interface Facts {
  word: ReturnType<typeof wordOf>;
  boundary: number;
  nominals: readonly number[];
  /** The calendar is the same. */
  stays: boolean;
  /** Instants up to the boundary are undecided. */
  behind: boolean;
}

function changed(known: Ledger, row: ScheduleRow, after: StoredSchedule, facts: Facts): Ledger {
  const { schedule: before, cursor } = row;
  const { word, boundary, nominals, stays, behind } = facts;
  let ledger = known;
  const canBeRead = isReadable(before.definition, boundary);
  const passed = { from: cursor ?? boundary, to: boundary };
  for (const part of behind && canBeRead ? openParts(ledger, before.definition, passed) : []) {
    const missed = { ...part, word: word === 'disabled' ? word : ('missed' as const) };
    if (!isLive(after)) ledger = except(ledger, before.definition, missed);
    else if (!stays) ledger = postpone(ledger, before.definition, part);
  }
  if (canonical(before.definition.catchUp) !== canonical(after.definition.catchUp)) ledger = reopened(ledger);
  if (!isLive(after) && canBeRead) ledger = givenUp(ledger, before.definition, word);
  if (!canBeRead) return ledger;
  const tz = timezoneData();
  if (cursor !== null && runsLeft(before.definition, row.runs) === 0) {
    // The planner had not come to say that it has had its runs.
    const { definition } = before;
    ledger = turn(ledger, { at: cursor - 1, word: 'limit', before: definition, after: definition, tz });
  }
  const asked = word === 'paused' ? whoPaused(after) : undefined;
  ledger = turn(ledger, {
    at: boundary,
    word,
    before: before.definition,
    after: after.definition,
    tz,
    asked,
  });
  const [first, last] = [nominals.find((nominal) => nominal > boundary), nominals.at(-1)];
  if (stays || first === undefined || last === undefined || !isLive(after)) return ledger;
  return supersede(ledger, before.definition, first, last);
}

/** What waits to be caught up does not wait for the return of a schedule that comes to rest: a rest is no time to catch up. */
export function givenUp(ledger: Ledger, definition: ScheduleDefinition, word: Word): Ledger {
  let next: Ledger = ledger.backlog.length === 0 ? ledger : { ...ledger, backlog: [] };
  for (const { from, to, calendar } of ledger.backlog) {
    const asked = definitionAt(ledger, definition, calendar);
    next = except(next, asked, { from, to, word: word === 'disabled' ? word : 'missed' });
  }
  return next;
}

function whoPaused({ paused, by = 'api' }: StoredSchedule): Asked | undefined {
  if (!paused) return undefined;
  const why = paused.reason === undefined ? {} : { reason: paused.reason };
  return { by: paused.by ?? by, at: paused.at, ...why };
}

/** What was chosen by another policy is decided on again. */
function reopened(ledger: Ledger): Ledger {
  if (!ledger.backlog.some(({ chosen }) => chosen)) return ledger;
  return { ...ledger, backlog: ledger.backlog.map(({ chosen: _, ...one }) => one) };
}

/** Where planning goes on; `stays`: the cursor that an edit of the same calendar leaves where it is. */
function cursorOf(
  after: StoredSchedule,
  runs: number,
  boundary: number,
  stays: number | null,
): number | null {
  if (!isLive(after) || runsLeft(after.definition, runs) === 0) return null;
  if (stays !== null) return stays;
  // Where this release cannot read it, the planner tells what is wrong, and goes on when somebody can.
  return isReadable(after.definition, boundary) ? firstAfter(after.definition, boundary) : boundary + 1;
}

/** A stored spec that this release refuses, or stumbles over, can still be edited away. */
function withdrawable(row: ScheduleRow, after: number): number[] {
  try {
    return plannedAhead(row, after).slice(0, 2 * MOST_AHEAD);
  } catch {
    return [];
  }
}

export function isReadable(definition: ScheduleDefinition, now: number): boolean {
  try {
    firstAfter(definition, now);
    return true;
  } catch {
    return false;
  }
}
