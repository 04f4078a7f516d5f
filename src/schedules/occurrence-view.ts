/** One instant of a schedule as people see it: its fate in the words of the contract, and the task it became. */

import { formatInstant } from '../domain/input/instants.js';
import type { Recorded } from '../domain/schedule/fates.js';
import { type Asked, definitionAt, type Ledger, rangeAt, type Word } from '../domain/schedule/ledger.js';
import { clockChangeAt } from '../domain/spec/clock-change.js';
import type { TaskState } from '../domain/task/task.js';
import type { ScheduleRow, TaskFacts } from '../store/contract/index.js';
import { isLive } from './planned-ahead.js';
import { revisionAt } from './revisions.js';
import { runIdOf } from './runs-of.js';

export const FATES = [
  'preview',
  'planned',
  'fired',
  'shadow',
  'coalesced',
  'skipped',
  'missed',
  'superseded',
  'unknown',
  'none',
] as const;

/**
 * What became of an instant. `preview`: still to be decided. `planned`: its run waits for its time. `unknown`: before the
 * ledger begins. All else is the word of the ledger, and what was skipped has its reason.
 */
export type Fate = (typeof FATES)[number];

/** One instant of a schedule; times are RFC 3339. */
export interface OccurrenceView {
  /** What the calendar says. */
  nominalAt: string;
  /** Nominal time and jitter, of what runs or would have. */
  dueAt: string;
  /** What became of it. */
  fate: Fate;
  /** Of what was skipped. */
  reason?: Word;
  /** Of what was skipped on request, or fell into a pause: who asked for it, when and why. */
  asked?: { by: string; at: string; reason?: string };
  /** Of the task it became. */
  taskId?: string;
  /** `pruned` once the task is deleted. */
  state?: TaskState | 'pruned';
  /** From its due time to the start of its first attempt. */
  latenessMs?: number;
  /** The term in which it was planned, as long as its task and that term are kept. */
  term?: number;
  /** Of the schedule, when it was decided. */
  revision: number;
  /** Its local time was left out or came twice. */
  dst?: 'gap' | 'fold';
}

const PLAIN_WORDS: readonly Word[] = ['fired', 'shadow', 'missed', 'coalesced', 'superseded'];

/** A cancelled one keeps its task; one that was taken back has none. */
export function mayHaveRun(word: Recorded['word']): boolean {
  return word === 'fired' || word === 'cancelled';
}

/** Whether the ledger speaks of it: it lies before the cursor, or an exception says so. */
export function isDecided(
  { schedule, cursor }: ScheduleRow,
  { nominal, word, undecided }: Recorded,
  now: number,
): boolean {
  if (undecided) return false;
  if (word === 'shadow') return nominal <= now;
  if (word !== 'fired' || !isLive(schedule)) return true;
  return cursor === null || nominal < cursor;
}

export interface Around {
  now: number;
  /** The last instant that is still to be planned. */
  end: number;
  run: TaskFacts | undefined;
  terms: readonly { number: number; since: number }[];
}

/** null: nothing yet, because it lies ahead of a schedule that rests or has had its last run. */
export function occurrenceView(
  row: ScheduleRow,
  ledger: Ledger,
  one: Recorded,
  { now, end, run, terms }: Around,
): OccurrenceView | null {
  const { nominal, due, word, undecided } = one;
  const fate = fateOf(row, one, now, run);
  const ahead = nominal > now && (word === 'paused' || word === 'disabled' || word === 'limit');
  if (ahead || (fate === 'preview' && !undecided && nominal > Math.max(end, now))) return null;
  const { schedule } = row;
  const { id, spec } = definitionAt(ledger, schedule.definition, rangeAt(ledger, nominal)?.calendar);
  const dst = clockChangeAt(spec, nominal, id)?.kind;
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
    ...askedView(one.asked),
    ...(fate === 'fired' || fate === 'planned' || run
      ? { taskId: run?.id ?? runIdOf(schedule, one), state: run?.state ?? ('pruned' as const) }
      : {}),
    ...(startedAt === undefined ? {} : { latenessMs: Math.max(0, startedAt - due) }),
    ...(term === undefined ? {} : { term }),
    revision: revisionAt(schedule, nominal),
    ...(dst ? { dst } : {}),
  };
}

function askedView(asked: Asked | undefined): Pick<OccurrenceView, 'asked'> {
  return asked ? { asked: { ...asked, at: formatInstant(asked.at) } } : {};
}

function fateOf(row: ScheduleRow, one: Recorded, now: number, run: TaskFacts | undefined): Fate {
  const { word, due } = one;
  if (word === 'unknown' || word === 'none') return 'unknown';
  if (!isDecided(row, one, now)) return 'preview';
  if (word === 'fired') return run?.state === 'scheduled' && due > now ? 'planned' : 'fired';
  return PLAIN_WORDS.includes(word) ? (word as Fate) : 'skipped';
}

export function startOf({ history, held }: TaskFacts): number | undefined {
  return history[0]?.startedAt ?? held?.startedAt;
}
