/** The calendars of a directory: each is declared once, in whichever file, and serves the schedules of all of them. */

import { type FieldProblem, isRecord } from '../domain/input/readers.js';
import type { FieldWarning } from '../domain/input/warnings.js';
import {
  type Calendars,
  calendar,
  calendarNameProblem,
  type ExcludedItem,
  exclusionNotes,
} from '../domain/schedule/exclusions.js';
import type { FileProblem } from './parse.js';
import { type Locator, type Place, pointer } from './places.js';

/** Everything wrong with one file's `calendars`; paths begin at the top of the file. */
export function calendarProblems(calendars: unknown): FieldProblem[] {
  const problems: FieldProblem[] = [];
  for (const [name, items] of entriesOf(calendars)) {
    const path = ['calendars', name];
    const wrong = calendarNameProblem(name);
    if (wrong !== undefined) problems.push({ path, detail: wrong, at: 'key' });
    calendar(items, path, problems);
  }
  return problems;
}

/** What is legal in them and seldom meant. */
export function calendarWarnings(calendars: unknown): FieldWarning[] {
  return entriesOf(calendars).flatMap(([name, items]) =>
    exclusionNotes(calendar(items, [], []) ?? []).map((note) => ({
      ...note,
      path: ['calendars', name, ...note.path],
    })),
  );
}

/** What all files declare together. A calendar with problems counts with what is right in it. */
export function collectCalendars(files: readonly { value: unknown; locate: Locator }[]): {
  calendars: Calendars;
  /** Where each is declared. */
  places: ReadonlyMap<string, Place>;
  problems: FileProblem[];
} {
  const calendars = new Map<string, ExcludedItem[]>();
  const places = new Map<string, Place>();
  const problems: FileProblem[] = [];
  for (const { value, locate } of files) {
    for (const [name, items] of entriesOf(isRecord(value) ? value['calendars'] : undefined)) {
      const place = locate(['calendars', name], 'key');
      const earlier = places.get(name);
      if (earlier) {
        const detail = `calendars.${name}: is declared at ${pointer(earlier)} already`;
        problems.push({ pointer: pointer(place), detail });
        continue;
      }
      places.set(name, place);
      calendars.set(name, calendar(items, [], []) ?? []);
    }
  }
  return { calendars, places, problems };
}

function entriesOf(calendars: unknown): [string, unknown][] {
  return isRecord(calendars) ? Object.entries(calendars) : [];
}
