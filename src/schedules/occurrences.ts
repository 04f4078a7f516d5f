/** What became of a schedule's past instants, and which come next: the ledger read out loud. */

import { formatInstant } from '../domain/input/instants.js';
import { expand, runsLeft } from '../domain/schedule/expand.js';
import { type Recorded, wordsBetween } from '../domain/schedule/fates.js';
import type { Word } from '../domain/schedule/ledger.js';
import { clockChangeAt } from '../domain/spec/clock-change.js';
import type { TaskState } from '../domain/task/task.js';
import type { ReadStore, ScheduleRow, ScheduleStore, TaskFacts } from '../store/contract/index.js';
import { ledgerOf } from './ledger-of.js';
import { isLive } from './planned-ahead.js';
import { revisionAt } from './revisions.js';

export interface OccurrencesRequest {
  now: number;
  from?: number;
  to?: number;
  limit?: number;
}

/**
 * `preview`: still to be decided. `planned`: its run waits for its time. `unknown`: before the ledger begins. All else
 * is the word of the ledger, and what was skipped has its reason.
 */
export type Fate =
  | 'preview'
  | 'planned'
  | 'fired'
  | 'shadow'
  | 'coalesced'
  | 'skipped'
  | 'missed'
  | 'superseded'
  | 'unknown'
  | 'none';

export interface OccurrenceView {
  nominalAt: string;
  /** Nominal time and jitter, of what runs or would have. */
  dueAt: string;
  fate: Fate;
  /** Of what was skipped. */
  reason?: Word;
  /** Of the task it became. */
  taskId?: string;
  /** `pruned` once the task is deleted. */
  state?: TaskState | 'pruned';
  /** From its due time to the start of its first attempt. */
  latenessMs?: number;
  /** The term in which it was planned, as long as its task and that term are kept. */
  term?: number;
  revision: number;
  /** Its local time was left out or came twice. */
  dst?: 'gap' | 'fold';
}

const AROUND = 3_600_000;
const USUAL_LIMIT = 100;
/** A preview that begins later than this many instants from now no longer asks how many runs are left. */
const FAR = 10_000;
const PLAIN_WORDS: readonly Word[] = ['fired', 'shadow', 'missed', 'coalesced', 'superseded'];

/** `from` and `to` are both included. `next`: where the following page begins, for `from`. */
export async function occurrencesOf(
  store: Pick<ReadStore, 'runs'> & Pick<ScheduleStore, 'terms'>,
  row: ScheduleRow,
  request: OccurrencesRequest,
): Promise<{ items: OccurrenceView[]; missed: object[]; next: string | null }> {
  const { definition } = row.schedule;
  const { now, from = now - AROUND, to = now + AROUND, limit = USUAL_LIMIT } = request;
  const ledger = ledgerOf(row);
  const { instants, next } = wordsBetween(ledger, definition, {
    from,
    to,
    limit,
    singles: row.singles ?? [],
  });
  const asked = instants.filter((one) => isDecided(row, one) && mayHaveRun(one.word));
  const runs = await store.runs(
    definition.id,
    asked.map(({ nominal }) => nominal),
  );
  const terms = runs.size > 0 ? await store.terms(definition.queue) : [];
  const end = endOfPreview(row, now, to);
  return {
    items: instants.flatMap((one) => view(row, one, { now, end, terms, run: runs.get(one.nominal) }) ?? []),
    missed: ledger.exceptions
      .filter((one) => one.word === 'missed' && one.to >= from && one.from <= to)
      .map((one) => ({
        from: formatInstant(one.from),
        to: formatInstant(one.to),
        ...(one.count === undefined ? {} : { count: one.count }),
      })),
    next: next === null || next > to ? null : formatInstant(next),
  };
}

/** A cancelled one keeps its task; one that was taken back has none. */
function mayHaveRun(word: Recorded['word']): boolean {
  return word === 'fired' || word === 'cancelled';
}

/** Whether the ledger speaks of it: it lies before the cursor, or an exception says so. */
function isDecided({ schedule, cursor }: ScheduleRow, { nominal, word, undecided }: Recorded): boolean {
  if (undecided) return false;
  if (word !== 'fired' || !isLive(schedule)) return true;
  return cursor === null || nominal < cursor;
}

interface Around {
  now: number;
  /** The last instant that is still to be planned. */
  end: number;
  run: TaskFacts | undefined;
  terms: readonly { number: number; since: number }[];
}

function view(row: ScheduleRow, one: Recorded, { now, end, run, terms }: Around): OccurrenceView | null {
  const { nominal, due, word, undecided } = one;
  const fate = fateOf(row, one, now, run);
  // What lies ahead of a schedule that rests or has ended is nothing yet.
  const ahead = nominal > now && (word === 'paused' || word === 'disabled' || word === 'limit');
  if (ahead || (fate === 'preview' && !undecided && nominal > Math.max(end, now))) return null;
  const { schedule } = row;
  const dst = clockChangeAt(schedule.definition.spec, nominal, schedule.definition.id);
  const startedAt = run && startOf(run);
  // Only a leader plans, and a run is made the moment it is planned.
  const term =
    run?.queue === schedule.definition.queue
      ? terms.findLast(({ since }) => since <= run.createdAt)?.number
      : undefined;
  return {
    nominalAt: formatInstant(nominal),
    dueAt: formatInstant(due),
    fate,
    ...(fate === 'skipped' && word !== 'unknown' ? { reason: word } : {}),
    ...(fate === 'fired' || fate === 'planned' || run
      ? { taskId: `${schedule.definition.id}@${nominal}`, state: run?.state ?? ('pruned' as const) }
      : {}),
    ...(startedAt === undefined ? {} : { latenessMs: Math.max(0, startedAt - due) }),
    ...(term === undefined ? {} : { term }),
    revision: revisionAt(schedule, nominal),
    ...(dst ? { dst } : {}),
  };
}

function fateOf(row: ScheduleRow, one: Recorded, now: number, run: TaskFacts | undefined): Fate {
  const { word, due } = one;
  if (word === 'unknown') return 'unknown';
  if (!isDecided(row, one)) return 'preview';
  if (word === 'fired') return run?.state === 'scheduled' && due > now ? 'planned' : 'fired';
  return PLAIN_WORDS.includes(word) ? (word as Fate) : 'skipped';
}

function startOf({ history, held }: TaskFacts): number | undefined {
  return history[0]?.startedAt ?? held?.startedAt;
}

function endOfPreview({ schedule, cursor, runs }: ScheduleRow, now: number, to: number): number {
  const { definition } = schedule;
  const left = isLive(schedule) && cursor !== null ? runsLeft(definition, runs) : 0;
  if (left === 0) return Number.NEGATIVE_INFINITY;
  if (left > FAR) return Number.POSITIVE_INFINITY;
  const { occurrences } = expand(definition, Math.max(now, (cursor ?? now) - 1), to, left);
  return occurrences.at(-1)?.nominal ?? Number.NEGATIVE_INFINITY;
}
