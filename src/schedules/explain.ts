/** What became of one instant, and why, in a sentence; also of a time at which the schedule has none. */

import { isInvalid } from '../domain/input/errors.js';
import { formatInstant } from '../domain/input/instants.js';
import { nthFromEnd } from '../domain/schedule/catch-up.js';
import { dueOf } from '../domain/schedule/expand.js';
import { definitionAt, type Ledger, rangeAt, type Word } from '../domain/schedule/ledger.js';
import { hasInstant } from '../domain/schedule/off-calendar.js';
import type { ScheduleDefinition } from '../domain/schedule/schedule.js';
import type { ScheduleRow } from '../store/contract/index.js';
import type { ComingOf } from './coming.js';
import { ledgerOf } from './ledger-of.js';
import type { Fate, OccurrenceView } from './occurrence-view.js';
import { type Instant, instantsBetween, type OccurrenceStore } from './occurrences.js';
import { type Earlier, offCalendarText, supersededText } from './off-calendar-text.js';
import { saidTime } from './said-times.js';
import { fateIn, nextText, sentenceOf, unknownText } from './sentence.js';

/** Why one instant ran, or did not; times are RFC 3339. */
export interface Explanation {
  /** The time that was asked about. */
  at: string;
  /** The instant it is about; absent where the schedule has none. */
  nominalAt?: string;
  /** What became of it. */
  fate: Fate;
  /** Of what was skipped, or will be as things stand. */
  reason?: Word;
  /** One plain sentence: the instant, the cause, and the next run. */
  sentence: string;
  /** Of the task it became. */
  taskId?: string;
  /** `pruned` once the task is deleted. */
  state?: OccurrenceView['state'];
  /** Nominal time of the next run; absent where none comes. */
  next?: string;
}

/** `at`: an instant of the schedule, or the time at which one with jitter came due. */
export async function explainInstant(
  store: OccurrenceStore,
  row: ScheduleRow,
  { at, now, coming }: { at: number; now: number; coming: ComingOf },
): Promise<Explanation> {
  const { next: following, fault, finished } = coming(row, now);
  const next = following[0]?.nominal;
  const ahead = {
    row,
    ...(next === undefined ? {} : { next }),
    ...(finished === undefined ? {} : { finished }),
  };
  const base = { at: formatInstant(at), ...(next === undefined ? {} : { next: formatInstant(next) }) };
  try {
    const ledger = ledgerOf(row);
    const instant = await instantAt(store, row, ledger, at, now);
    if (instant) {
      const asked = { ...ahead, ledger, now, instant };
      const { fate, reason } = fateIn(asked);
      const { view, recorded } = instant;
      return {
        ...base,
        nominalAt: formatInstant(recorded.nominal),
        fate,
        ...(reason === undefined ? {} : { reason }),
        sentence: sentenceOf(asked),
        ...(view?.taskId === undefined ? {} : { taskId: view.taskId }),
        ...(view?.state === undefined ? {} : { state: view.state }),
      };
    }
    const cause = causeOf(row, ledger, at);
    const rest = nextText(ahead);
    const { definition } = row.schedule;
    return { ...base, fate: cause.fate, sentence: `${saidTime(at, definition)} ${cause.text}; ${rest}.` };
  } catch (error) {
    // Stored by another release and refused by this one.
    if (!isInvalid(error)) throw error;
    const text = `cannot be told: this release refuses what is stored of the schedule (${fault ?? error.message})`;
    return { ...base, fate: 'unknown', sentence: `${formatInstant(at)} ${text}.` };
  }
}

async function instantAt(
  store: OccurrenceStore,
  row: ScheduleRow,
  ledger: Ledger,
  at: number,
  now: number,
): Promise<Instant | undefined> {
  const ask = async (from: number): Promise<Instant | undefined> =>
    (await instantsBetween(store, row, ledger, { now, from, to: from, limit: 1 })).instants[0];
  const found = await ask(at);
  if (found) return found;
  const nominal = dueThen(calendarAt(row, ledger, at), at);
  return nominal === undefined ? undefined : ask(nominal);
}

/** The instant whose jitter lets it come due at `at`, to the second. */
function dueThen(definition: ScheduleDefinition, at: number): number | undefined {
  const { jitter } = definition;
  if (jitter === undefined) return undefined;
  const nominal = nthFromEnd(definition, at - jitter, at + 1, 1);
  if (nominal === undefined) return undefined;
  return Math.floor(dueOf(definition, nominal) / 1_000) === Math.floor(at / 1_000) ? nominal : undefined;
}

/** The definition with the calendar that counted at a time. */
function calendarAt({ schedule }: ScheduleRow, ledger: Ledger, at: number): ScheduleDefinition {
  return definitionAt(ledger, schedule.definition, rangeAt(ledger, at)?.calendar);
}

function causeOf(row: ScheduleRow, ledger: Ledger, at: number): { fate: Fate; text: string } {
  const definition = calendarAt(row, ledger, at);
  if (at < ledger.knownFrom) return { fate: 'unknown', text: unknownText(row, ledger, at, definition) };
  const earlier = earlierCalendar(row, ledger, at);
  if (earlier) return { fate: 'superseded', text: supersededText(row.schedule, earlier) };
  return { fate: 'none', text: offCalendarText(row.schedule, definition, at) };
}

/** The latest calendar put aside before a time that would have an instant then, and when it was. */
function earlierCalendar({ schedule }: ScheduleRow, ledger: Ledger, at: number): Earlier | undefined {
  const { ranges } = ledger;
  for (let i = ranges.length - 2; i >= 0; i -= 1) {
    const [range, next] = [ranges[i], ranges[i + 1]];
    if (!range || !next || next.from > at || range.calendar === next.calendar) continue;
    const definition = definitionAt(ledger, schedule.definition, range.calendar);
    if (hasInstant(definition, at)) return { definition, until: next.from };
  }
  return undefined;
}
