/** Carries out the live proposal of a set, edit by edit, from what the registry keeps; run by the leader. */

import { inSlices, slices } from '../runtime/slices.js';
import { type EditResult, type EditStore, removeSchedule } from '../schedules/edit.js';
import { type Put, putSchedules } from '../schedules/put-many.js';
import type {
  SetConflict,
  SetDifference,
  SetRecord,
  SetStore,
  SetTold,
  Term,
} from '../store/contract/index.js';
import { declaredIn, formerlyOf } from './body.js';
import { summaryOf } from './difference.js';
import { writePlaces } from './places.js';
import { type Steps, stepsFor, takenBy, type Wanted } from './steps.js';
import { tellFormerOwners } from './take-over.js';

export type CarryOutStore = SetStore & EditStore;

/**
 * `done`: the record says so. `unfinished`: some could not be edited yet, see `waiting`. `stale`: the record has
 * changed meanwhile. `fenced`: a later term is in office. `stopped`: told to stop in between.
 */
export type CarryOutWord = 'done' | 'unfinished' | 'stale' | 'fenced' | 'stopped';

export interface CarryOutReport {
  word: CarryOutWord;
  difference: SetDifference;
  /** Ids that belong to another set or to the API. */
  conflicts: SetConflict[];
  /** Ids that others were editing. */
  waiting: string[];
  /** What became of those that say what they were. */
  renamed: Renamed[];
}

/** `from`: null: there was none of its former id, and it is new. */
export interface Renamed {
  id: string;
  formerly: string;
  from: string | null;
}

export interface CarryingOut {
  store: CarryOutStore;
  term: Term;
  now(): number;
  signal: AbortSignal;
}

/** Schedules put at a time: to read and write down more of them would hold up the process. */
const PUTS = 200;
/** Schedules removed at a time. */
const REMOVALS = 64;

/** Whether there is nothing to do for the record, as far as it tells. */
export function isCarriedOut({ live, carriedOut, removing }: SetRecord): boolean {
  return removing === undefined && (live === null || carriedOut?.number === live.number);
}

export async function carryOut(record: SetRecord, by: CarryingOut): Promise<CarryOutReport> {
  const done: Outcome = { created: [], changed: [], removed: [], conflicts: [], waiting: [], renamed: [] };
  const steps = await stepsFor(record, by.store);
  if (steps === 'stale') return reportOf('stale', done);
  const begun = await begin(record, steps, by);
  if (typeof begun === 'string') return reportOf(begun, done);
  const stopped = await edit(record, steps, by, done);
  if (stopped) return reportOf(stopped, done);
  if (done.waiting.length > 0) return reportOf('unfinished', done);
  const word = await finish(begun, by, done);
  if (word === 'done') await writePlaces(record, steps.placed, by);
  return reportOf(word, done);
}

interface Outcome {
  created: string[];
  changed: string[];
  removed: string[];
  conflicts: SetConflict[];
  waiting: string[];
  renamed: Renamed[];
}

function differenceOf({ created, changed, removed, renamed }: Outcome): SetDifference {
  const gone = renamed.flatMap(({ id, from }) => (from === null ? [] : [{ id, formerly: from }]));
  return summaryOf(created, changed, removed, gone);
}

function reportOf(word: CarryOutWord, done: Outcome): CarryOutReport {
  const difference = differenceOf(done);
  const { conflicts, waiting, renamed } = done;
  return { word, difference, conflicts, waiting, renamed };
}

/** From here on nothing is known of what is stored until it is done: a leader after this one compares it all. */
async function begin(
  record: SetRecord,
  steps: Steps,
  by: CarryingOut,
): Promise<SetRecord | 'stale' | 'fenced'> {
  if (record.carriedOut === null || steps.put.length + steps.remove.length === 0) return record;
  return change(record, { ...record, version: record.version + 1, carriedOut: null }, by);
}

async function finish(record: SetRecord, by: CarryingOut, done: Outcome): Promise<CarryOutWord> {
  const { live, removing } = record;
  if (removing || !live) {
    const answer = await by.store.changeSet(
      { set: record.set, expect: record.version, record: null },
      by.term,
    );
    return answer === 'ok' || answer === 'fenced' ? wordOf(answer) : 'stale';
  }
  const { number } = live;
  const difference = differenceOf(done);
  // The same proposal again, for the sake of its conflicts: what it did at first stays told.
  const first = record.carriedOut?.number === number ? record.carriedOut.difference : difference;
  const carriedOut = {
    number,
    at: by.now(),
    node: by.term.node,
    difference: first,
    conflicts: done.conflicts,
  };
  // Once for each proposal, though it is carried out again for the sake of its conflicts.
  const told =
    record.carriedOut?.number === number ? undefined : ({ to: 'applied', digest: live.digest } as const);
  const next = await change(record, { ...record, version: record.version + 1, carriedOut }, by, told);
  return typeof next === 'string' ? next : 'done';
}

function wordOf(answer: 'ok' | 'fenced'): CarryOutWord {
  return answer === 'ok' ? 'done' : 'fenced';
}

async function change(
  record: SetRecord,
  next: SetRecord,
  { store, term }: CarryingOut,
  told?: SetTold,
): Promise<SetRecord | 'stale' | 'fenced'> {
  const change = { set: record.set, expect: record.version, record: next, ...(told ? { told } : {}) };
  const answer = await store.changeSet(change, term);
  if (answer === 'ok') return next;
  return answer === 'fenced' ? 'fenced' : 'stale';
}

/** Those that go on under another id do so first, then those to remove go: their instants end before others begin. */
async function edit(
  record: SetRecord,
  { put, remove }: Steps,
  by: CarryingOut,
  done: Outcome,
): Promise<'fenced' | 'stopped' | null> {
  const { store, term, now, signal } = by;
  if ((await tellFormerOwners(record, by)) === 'fenced') return 'fenced';
  const owner = { kind: 'file', set: record.set } as const;
  const was = new Map<Wanted, string>();
  await inSlices(put, (one) => {
    const formerly = calledUntilNow(record, one);
    if (formerly !== undefined) was.set(one, formerly);
  });
  const renamed = [...was.keys()];
  for (let at = 0; at < renamed.length; at += PUTS) {
    if (signal.aborted) return 'stopped';
    if ((await putSome(record, renamed.slice(at, at + PUTS), by, done)) === 'fenced') return 'fenced';
  }
  // What others are editing is to go on under its new id still.
  const waiting = new Set(done.waiting);
  const awaited = new Set(
    [...was].flatMap(([{ line }, formerly]) => (waiting.has(line.id) ? [formerly] : [])),
  );
  const gone = new Set(done.renamed.flatMap(({ from }) => from ?? []));
  const going = remove.filter(({ id }) => !awaited.has(id) && !gone.has(id));
  for (let at = 0; at < going.length; at += REMOVALS) {
    if (signal.aborted) return 'stopped';
    const some = going.slice(at, at + REMOVALS);
    const results = await Promise.all(
      some.map(({ id, row }) => removeSchedule(store, id, now(), { term, owner, ...(row ? { row } : {}) })),
    );
    // What was taken over by somebody else meanwhile is not ours to remove.
    const own = results.map((one) => (one.word === 'conflict' ? { ...one, word: 'unknown' as const } : one));
    if (
      noteAll(
        done,
        some.map(({ id }) => id),
        own,
      ) === 'fenced'
    )
      return 'fenced';
  }
  let stopped: 'fenced' | 'stopped' | null = null;
  let at = 0;
  const others = put.filter((one) => !was.has(one));
  const putAll = async (): Promise<void> => {
    while (at < others.length && !stopped) {
      const some = others.slice(at, at + PUTS);
      at += PUTS;
      if (signal.aborted) stopped = 'stopped';
      else if ((await putSome(record, some, by, done)) === 'fenced') stopped = 'fenced';
    }
  };
  // While Redis writes some, the next are written down for it.
  await Promise.all([putAll(), putAll()]);
  return stopped;
}

async function putSome(
  record: SetRecord,
  some: readonly Wanted[],
  { store, term, now }: CarryingOut,
  done: Outcome,
): Promise<'fenced' | 'noted'> {
  const rest = slices();
  const puts: Put[] = [];
  const { set, live } = record;
  const taken = new Set(takenBy(record));
  const { environment, commit } = live ?? {};
  const facts = {
    ...(environment === undefined ? {} : { environment }),
    ...(commit === undefined ? {} : { commit }),
  };
  for (const one of some) {
    const { line, row } = one;
    await rest();
    const { definition, place } = declaredIn(line);
    const source = { kind: 'file', set, ...place, ...facts } as const;
    const anyOwner = taken.has(line.id);
    const formerly = calledUntilNow(record, one);
    puts.push({
      ...{ definition, source, anyOwner },
      ...(row === undefined ? {} : { row }),
      ...(formerly === undefined ? {} : { formerly }),
    });
  }
  const results = await putSchedules(store, puts, now(), { term });
  for (const [i, { definition, formerly }] of puts.entries()) {
    noteRename(done, definition.id, formerly, results[i]);
  }
  return noteAll(
    done,
    some.map(({ line }) => line.id),
    results,
  );
}

/** As its files say, or as it is known of what was renamed since they were written. */
function calledUntilNow({ live }: SetRecord, { line, undoes }: Wanted): string | undefined {
  return live?.formerly?.[line.id] ?? formerlyOf(line) ?? undoes;
}

function noteRename(
  done: Outcome,
  id: string,
  formerly: string | undefined,
  result: EditResult | undefined,
): void {
  if (formerly === undefined || result?.word !== 'created') return;
  const from = result.renamed ?? null;
  done.renamed.push({ id, formerly, from });
  if (from !== null) done.removed.push(from);
}

function noteAll(done: Outcome, ids: readonly string[], results: readonly EditResult[]): 'fenced' | 'noted' {
  let word: 'fenced' | 'noted' = 'noted';
  for (const [i, result] of results.entries()) {
    if (note(done, ids[i] ?? '', result) === 'fenced') word = 'fenced';
  }
  return word;
}

function note(done: Outcome, id: string, { word, row }: EditResult): 'fenced' | 'noted' {
  switch (word) {
    case 'fenced':
      return 'fenced';
    case 'conflict': {
      const { source, definition } = row?.schedule ?? {};
      const owner = source?.kind === 'file' ? `set ${source.set}` : 'the API';
      const other = definition && definition.id !== id ? { formerly: definition.id } : {};
      done.conflicts.push({ id, owner, ...other });
      break;
    }
    case 'stale':
      done.waiting.push(id);
      break;
    case 'unknown':
    case 'unchanged':
      break;
    default:
      done[word].push(id);
  }
  return 'noted';
}
