/** Why an instant ran, or did not, in one plain sentence: the instant, the cause, and the run that comes next. Pure. */

import { formatDuration } from '../domain/input/durations.js';
import { runsLeft } from '../domain/schedule/expand.js';
import { lastFired } from '../domain/schedule/last-fired.js';
import { definitionAt, type Ledger, rangeAt } from '../domain/schedule/ledger.js';
import { idAt, occurrenceId } from '../domain/schedule/run-id.js';
import type { ScheduleDefinition } from '../domain/schedule/schedule.js';
import { clockChangeAt } from '../domain/spec/clock-change.js';
import type { ScheduleRow, TaskFacts } from '../store/contract/index.js';
import type { Fate, OccurrenceView } from './occurrence-view.js';
import type { Instant } from './occurrences.js';
import { isLive } from './planned-ahead.js';
import { editAt, pausedText, restText, skippedOnRequest } from './said-edits.js';
import { saidLength, saidTime, saidWall } from './said-times.js';

export interface Case {
  row: ScheduleRow;
  ledger: Ledger;
  now: number;
  /** Of an instant on the calendar. */
  instant: Instant;
  /** Nominal time of the first run after now; absent where none comes. */
  next?: number;
  /** Why none comes, of one that has finished. */
  finished?: string;
}

/** Of an instant that the schedule has, or had. */
export function sentenceOf(asked: Case): string {
  const { instant, row, ledger } = asked;
  const { nominal } = instant.recorded;
  const { fate } = fateIn(asked);
  const definition = definitionAt(ledger, row.schedule.definition, rangeAt(ledger, nominal)?.calendar);
  const cause = CAUSES[fate](asked, definition);
  return `${saidTime(nominal, definition)}${clocks(definition, nominal)} ${cause}; ${nextText(asked, nominal)}.`;
}

/** Its view, or what lies ahead of a schedule that rests: nothing is decided there. */
export function fateIn({ instant }: Case): Pick<OccurrenceView, 'fate' | 'reason'> {
  const { view, recorded } = instant;
  if (view) return view;
  const { word } = recorded;
  return word === 'fired' || word === 'unknown' ? { fate: 'preview' } : { fate: 'preview', reason: word };
}

/** What comes next, or why nothing does. */
export function nextText(
  { row, next, finished }: Pick<Case, 'row' | 'next' | 'finished'>,
  nominal?: number,
): string {
  const { schedule } = row;
  const { enabled } = schedule.definition;
  if (enabled === 'shadow' && next !== undefined) {
    const which = next === nominal ? 'it' : saidTime(next, schedule.definition);
    return `${which} is the next instant that is written down`;
  }
  if (next === nominal && next !== undefined) return 'it is the next run';
  if (next !== undefined) return `the next run is ${saidTime(next, schedule.definition)}`;
  return `no run follows${endText(row, finished)}`;
}

/** Why there is no next run. */
function endText({ schedule: { definition, paused } }: ScheduleRow, finished?: string): string {
  const { enabled } = definition;
  if (enabled === false) return ' until it is enabled';
  if (paused)
    return paused.until === undefined
      ? ' until it is resumed'
      : ` before ${saidTime(paused.until, definition)}`;
  if (enabled === 'shadow') return ', because a shadow runs nothing';
  return finished === undefined ? '' : `, because ${finished}`;
}

type Cause = (asked: Case, definition: ScheduleDefinition) => string;

const CAUSES: Readonly<Record<Fate, Cause>> = {
  preview: (asked, definition) => previewText(asked, definition),
  planned: ({ instant }, definition) => {
    const { run, recorded } = instant;
    return `is planned: its task ${run?.id} waits until it is due at ${saidTime(recorded.due, definition)}`;
  },
  fired: (asked) => firedText(asked),
  shadow: () => 'would have fired: the schedule is a shadow, which writes that down and runs nothing',
  coalesced: ({ row, ledger, instant }) => {
    const before = runBefore(row, ledger, instant.recorded.nominal);
    return `was dropped for a later one: ${before} had not ended, and overlap: wait keeps only the latest that waits`;
  },
  skipped: (asked, definition) => `was skipped: ${skippedText(asked, definition)}`,
  missed: (_, { catchUp: { policy, window, max } }) => {
    const most = policy === 'all' ? `, at most ${max}` : '';
    return `was missed: nobody could run it in time, and catch-up (${policy}, within ${formatDuration(window)}${most}) did not bring it back`;
  },
  superseded: ({ row, instant }, definition) =>
    `did not fire: it was planned, and then ${editAt(row.schedule, instant.recorded.nominal, definition)} took it off the calendar`,
  unknown: ({ row, ledger, instant }, definition) =>
    unknownText(row, ledger, instant.recorded.nominal, definition),
  none: () => 'is not on the calendar',
};

/** The ledger does not reach that far. */
export function unknownText(
  { schedule }: ScheduleRow,
  { knownFrom }: Ledger,
  at: number,
  definition: ScheduleDefinition,
): string {
  if (at <= schedule.createdAt) {
    return `lies before the schedule was made at ${saidTime(schedule.createdAt, definition)}, so nothing ran then`;
  }
  return `is no longer known: the ledger of this schedule goes back to ${saidTime(knownFrom, definition)}, what was before is pruned`;
}

function previewText({ row, ledger, instant, now }: Case, definition: ScheduleDefinition): string {
  const { nominal, word, due } = instant.recorded;
  const { schedule } = row;
  if (nominal <= now) {
    const { policy, window } = schedule.definition.catchUp;
    if (ledger.backlog.some(({ from, to, chosen }) => chosen && from <= nominal && nominal <= to)) {
      return `has passed, and will be caught up (${policy}): it waits for its turn`;
    }
    return `has passed without a run, and is not decided on yet: a leader does that by catch-up (${policy}, within ${formatDuration(window)})`;
  }
  if (!isLive(schedule))
    return `is still to come, and nothing will run then: the schedule ${restText(schedule)}`;
  if (word === 'limit' || !instant.view) {
    const { maxRuns } = schedule.definition;
    return `is still to come, and nothing will run then: the schedule has had its last run before (maxRuns: ${maxRuns})`;
  }
  const later = due === nominal ? '' : ` and will be due at ${saidTime(due, definition)}`;
  return `is still to come${later}`;
}

function skippedText({ row, ledger, instant }: Case, definition: ScheduleDefinition): string {
  const { schedule } = row;
  const { word, nominal } = instant.recorded;
  switch (word) {
    case 'overlap':
      return `${runBefore(row, ledger, nominal)} had not ended (overlap: skip)`;
    case 'catchUp':
      return `it came late, and catch-up (${definition.catchUp.policy}) let others run instead`;
    case 'paused':
      return pausedText(schedule, ledger, nominal, definition);
    case 'disabled':
      return `the schedule was disabled (enabled: false), as ${editAt(schedule, nominal, definition)} left it`;
    case 'limit':
      if (runsLeft(schedule.definition, row.runs) > 0)
        return `as many tasks waited in the queue ${definition.queue} as may (maxDepth)`;
      return `the schedule had had its last run before (maxRuns: ${schedule.definition.maxRuns ?? 'changed since'})`;
    case 'skipNext':
      return `${skippedOnRequest(instant.recorded.asked, definition)} (skip next)`;
    case 'cancelled':
      return cancelledText(instant.run);
    default:
      return `it did not fire (${word})`;
  }
}

/** The run it came behind, as far as the ledger tells. */
function runBefore({ schedule, singles = [] }: ScheduleRow, ledger: Ledger, nominal: number): string {
  const before = lastFired(ledger, schedule.definition, nominal - 1, singles);
  return before === null
    ? 'the run before it'
    : `the run before it (${occurrenceId(idAt(schedule, before), before)})`;
}

function cancelledText(run: TaskFacts | undefined): string {
  const task = run ? `its task ${run.id} was` : 'it was';
  return `${task} cancelled before a worker took it${run?.reason === undefined ? '' : ` (${run.reason})`}`;
}

function firedText({ instant }: Case): string {
  const { view, run } = instant;
  const fired = howFired(instant);
  const id = view?.taskId ?? '';
  if (!run) return `${fired}: its task ${id} is deleted by now, so how it ended is no longer known`;
  return `${fired}: its task ${id} ${runText(run)}`;
}

/** What made it a run, and how late it began. */
function howFired({ recorded: { backfill }, run, view }: Instant): string {
  if (backfill !== undefined)
    return `did not fire when it came, and was made later by the backfill ${backfill}`;
  const fired = run?.options.run?.kind === 'catchUp' ? 'was caught up and fired' : 'fired';
  const late = view?.latenessMs;
  if (late === undefined) return fired;
  return late < 1_000 ? `${fired} on time` : `${fired} ${saidLength(late)} late`;
}

function runText(run: TaskFacts): string {
  const last = run.history.at(-1);
  const failed = last?.error ? `, the last time with "${last.error.message}"` : '';
  const times = run.failures === 1 ? 'failed once' : `failed ${run.failures} times`;
  switch (run.state) {
    case 'scheduled':
      return `waits for the run before it${run.waitingFor ? ` (${run.waitingFor.join(', ')})` : ''}`;
    case 'ready':
      return run.unroutable
        ? `waits, and no present worker has the handler ${run.handler}`
        : 'is ready and waits for a worker';
    case 'running':
      return `is running on ${run.held?.worker ?? 'a worker'}${run.cancelRequested ? ', and was asked to stop' : ''}`;
    case 'retrying':
      return `${times}${failed}, and is tried again`;
    case 'completed':
      return `completed${last ? ` after ${saidLength(last.finishedAt - last.startedAt)}` : ''}`;
    case 'dead':
      return `is dead: it ${times}${failed}`;
    case 'cancelled':
      return `was cancelled${run.reason === undefined ? '' : ` (${run.reason})`}`;
  }
}

/** What the clocks had to do with it. */
function clocks({ spec, id }: ScheduleDefinition, nominal: number): string {
  const change = clockChangeAt(spec, nominal, id);
  if (change?.kind === 'gap') return `, in place of ${saidWall(change.wall)} which the clocks left out,`;
  return change ? `, the ${change.pass} time the clocks showed that,` : '';
}
