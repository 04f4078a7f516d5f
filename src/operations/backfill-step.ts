/** One slice of a backfill, carried out by the leader: a few runs and the ledger's word for them, in one write. */

import { parseInstant } from '../domain/input/instants.js';
import { backfilled, type Candidate, type Candidates, candidates } from '../domain/schedule/backfill.js';
import { runsLeft } from '../domain/schedule/expand.js';
import { backfillId } from '../domain/schedule/run-id.js';
import { tellDecided } from '../schedules/decided.js';
import { draftTemplate } from '../schedules/draft.js';
import { ledgerOf, ledgerWrite, withSingles } from '../schedules/ledger-of.js';
import { finishMove } from '../schedules/move.js';
import type { OperationRecord, PlanEntry, ScheduleRow } from '../store/contract/index.js';
import { USUAL_PACE } from './backfill.js';
import { BYTES, type Carrying, type Step } from './step.js';

/** Runs made in one write, and how often it is looked for them at most, ms. */
const MOST_AT_ONCE = 100;
const SOONEST = 250;
/** Instants looked at for one write. */
const LOOKED = 1_000;
/** A schedule that is paused, or whose queue is full, is looked at again after this, ms. */
const LOOK_AGAIN = 5_000;
const SOON = 20;

interface Range {
  schedule: string;
  from: number;
  to: number;
  rerun: boolean;
}

export async function backfillStep(record: OperationRecord, by: Carrying): Promise<Step> {
  const { store, now } = by;
  const range = rangeOf(record);
  const row = await store.schedule(range.schedule);
  if (!row || row.schedule.createdAt > record.createdAt) {
    return { to: 'end', state: 'aborted', problem: `the schedule ${range.schedule} was removed` };
  }
  if (row.moving) {
    await finishMove(store, row.moving, by.term);
    return { to: 'wait', ms: SOON };
  }
  // A pause that came after it holds it; one that was there was known to who asked for it.
  const { paused } = row.schedule;
  if (paused && paused.at > record.createdAt) return { to: 'wait', ms: LOOK_AGAIN };
  return slice(record, range, row, { ...by, now });
}

async function slice(
  record: OperationRecord,
  { to, rerun }: Range,
  row: ScheduleRow,
  by: Carrying,
): Promise<Step> {
  const { schedule, cursor, singles = [] } = row;
  const { definition } = schedule;
  const { now } = by;
  const found = candidates(ledgerOf(row), definition, {
    ...{ from: record.progress.position, to, limit: LOOKED, rerun, backfill: record.id, singles, cursor },
    createdAt: schedule.createdAt,
  });
  const template = draftTemplate(definition);
  const { perMinute = USUAL_PACE } = record;
  const pace = Math.max(1, Math.floor((perMinute * SOONEST) / 60_000));
  const fitting = Math.max(1, Math.floor(BYTES / template.size));
  const some = alike(found.wanted).slice(0, Math.min(MOST_AT_ONCE, pace, fitting));
  const [first] = some;
  const counts = first !== undefined && !first.again;
  const runs = counts ? some.slice(0, runsLeft(definition, row.runs)) : some;
  if (first && runs.length === 0) {
    const problem = `the schedule has had its ${definition.maxRuns} runs (maxRuns)`;
    return { to: 'end', state: 'aborted', problem };
  }
  if (runs.length === 0) return onward(record, found, runs, { now, perMinute });
  // No queue is called so.
  const who = `operation ${record.id}`;
  const room = by.rate?.room(who) ?? runs.length;
  if (room === 0) return { to: 'wait', ms: by.rate?.wait ?? SOON };
  const going = runs.slice(0, room);
  const entries = [entryFor(record, row, going, now, template)];
  const words = await by.store.plan(definition.queue, by.term, entries);
  if (words !== 'fenced') tellDecided(by.store.observed, definition.queue, entries, words);
  const planned = words !== 'fenced' && words[0] === 'planned';
  by.rate?.taken(who, planned ? going.length : 0);
  if (words === 'fenced') return { to: 'fenced' };
  if (planned) return onward(record, found, going, { now, perMinute });
  return { to: 'wait', ms: words[0] === 'full' ? LOOK_AGAIN : SOON };
}

/** The first ones of one kind: those that fired before are not counted, and change nothing in the ledger. */
function alike(wanted: readonly Candidate[]): Candidate[] {
  const other = wanted.findIndex(({ again }) => again !== wanted[0]?.again);
  return wanted.slice(0, other < 0 ? wanted.length : other);
}

function entryFor(
  { id }: OperationRecord,
  row: ScheduleRow,
  runs: readonly Candidate[],
  now: number,
  template: ReturnType<typeof draftTemplate>,
): PlanEntry {
  const { schedule, cursor } = row;
  const { definition } = schedule;
  const again = runs[0]?.again === true;
  const nominals = runs.map(({ nominal }) => nominal);
  // Beside the ledger, a word for one of them would come out on top of what is written now.
  const known = withSingles(ledgerOf(row), row.singles ?? [], definition);
  const ledger = backfilled(known, definition, nominals, id, now);
  return {
    schedule: definition.id,
    revision: schedule.revision,
    cursor,
    next: cursor,
    occurrences: nominals.map((nominal) => ({
      nominal,
      draft: { ...template.draft({ nominal, due: now }, now), id: backfillId(definition.id, nominal, id) },
    })),
    ...(again ? { uncounted: true } : { ledger: ledgerWrite(row, ledger, definition, now, 'taken') }),
  };
}

function onward(
  record: OperationRecord,
  found: Candidates,
  runs: readonly Candidate[],
  { now, perMinute }: { now: number; perMinute: number },
): Step {
  const last = runs.at(-1);
  const done = record.done + runs.length + found.mine;
  // What fired in it already stands before what is left of it.
  if (!last && found.next === null) return { to: 'end', state: 'done', done };
  const more = found.wanted.length > runs.length;
  const position = last && more ? last.nominal + 1 : found.next;
  if (position === null) return { to: 'end', state: 'done', done };
  const wait = Math.ceil((runs.length * 60_000) / perMinute);
  return { to: 'next', done, progress: { position, nextAt: now + wait } };
}

function rangeOf({ filter }: OperationRecord): Range {
  const { schedule, from, to, rerun } = filter;
  return {
    schedule: String(schedule),
    from: parseInstant(from) ?? 0,
    to: parseInstant(to) ?? 0,
    rerun: rerun === true,
  };
}
