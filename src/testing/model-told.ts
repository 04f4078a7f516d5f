/** What happened in the model: what an edit comes to, and instants that do not run. */

import type { Passed } from '../domain/schedule/passed.js';
import type { Word } from '../domain/schedule/words.js';
import type { Happened } from '../store/contract/events.js';
import type { LedgerWrite, ScheduleEdit } from '../store/contract/schedules.js';
import type { Partition } from './model-partition.js';
import { tallyInstants } from './model-tallies.js';

export function toldByEdit(partition: Partition, edit: ScheduleEdit): Happened[] {
  const { queue } = partition;
  const told = { what: 'schedule', schedule: edit.id, queue } as const;
  const passed = toldByLedger(partition, edit.id, edit.ledger);
  if (edit.what === 'nothing') return passed;
  if (edit.schedule) return [{ ...told, to: edit.what ?? 'changed' }, ...passed];
  // A move is told where it is made.
  return edit.moves === undefined ? [{ ...told, to: 'removed' }, ...passed] : passed;
}

/** They are tallied as well. */
export function toldByLedger(
  partition: Partition,
  schedule: string,
  { told = [] }: Partial<LedgerWrite> = {},
): Happened[] {
  for (const { word, count } of told) tallyInstants(partition, schedule, word, count);
  return told.map((one) => ({ what: 'instants', schedule, queue: partition.queue, ...one }));
}

type Singles = ReadonlyMap<string, { schedule: string; nominal: number; word: Word }>;

/** Instants with a word of their own. */
export function singlesOf({ schedules }: Partition): Singles {
  const all = [...schedules].flatMap(([schedule, { singles = [] }]) =>
    singles.map(([nominal, word]) => ({ schedule, nominal, word })),
  );
  return new Map(all.map((one) => [`${one.schedule} ${one.nominal} ${one.word}`, one]));
}

/** Those of one schedule and one word are told together. */
export function passedIn(before: Singles, after: Singles): ({ schedule: string } & Passed)[] {
  const rows = new Map<string, { schedule: string } & Passed>();
  for (const [text, { schedule, nominal, word }] of after) {
    if (before.has(text)) continue;
    const key = `${schedule} ${word}`;
    const { from, to, count } = rows.get(key) ?? { from: nominal, to: nominal, count: 0 };
    const stretch = { from: Math.min(from, nominal), to: Math.max(to, nominal) };
    rows.set(key, { schedule, word, ...stretch, count: count + 1 });
  }
  return [...rows.values()];
}
