/** Judges a simulation instant by instant: one fate each, by the calendar, the state and the outages of that time. */

import type { Recorded } from '../../src/domain/schedule/fates.js';
import { instantsIn } from './calendars.js';
import { checkBackfills, wasTakenBack } from './check-backfill.js';
import { checkCatchUp } from './check-catch-up.js';
import { checkIntervals } from './check-intervals.js';
import type { Seen } from './cluster.js';
import type { Epoch, Life, Tracks } from './tracks.js';

/** What the product says of a life: each instant with its word, and whether it is decided. */
export type Told = ReadonlyMap<number, Recorded>;

/** Jitter moves a run at most so far, ms. */
export const MOST_JITTER = 240_000;
/** Late by no more is on time where nobody was there, ms. */
export const GRACE = 60_000;
/** A run is on time within this where leaders come and go, and nobody is missing for long, ms. */
const ON_TIME = 10_000;

export interface Case {
  tracks: Tracks;
  life: Life;
  seen: readonly Seen[];
  /** Runs by hand, and those of backfills. */
  byHand: readonly Seen[];
  /** null: it was removed, and its ledger with it. */
  told: Told | null;
  end: number;
  /** Ids of the operations that came to their end. */
  done: readonly string[];
}

export function iso(at: number): string {
  return new Date(at).toISOString();
}

/** One line for each thing that is wrong. */
export function check(one: Case): string[] {
  const { life } = one;
  const wrong = [
    ...checkRuns(one),
    ...checkOverlap(one),
    ...checkByHand(one),
    ...checkBackfills(one),
    ...(one.told ? checkFates(one, one.told) : []),
  ];
  if (wrong.length === 0) wrong.push(...checkCatchUp(one), ...checkIntervals(one));
  return wrong.map((line) => `${life.id}: ${line}`);
}

export function expectedOf({ life, end }: Case): { at: number; epoch: Epoch }[] {
  return life.epochs.flatMap((epoch) =>
    instantsIn(epoch.made.plan, epoch.from, Math.min(epoch.to, end)).map((at) => ({ at, epoch })),
  );
}

/** Each run is of an instant, and runs while the schedule is live; none runs twice, none early. */
function checkRuns(one: Case): string[] {
  const wrong: string[] = [];
  const known = new Map(expectedOf(one).map(({ at, epoch }) => [at, epoch]));
  const before = new Set<number>();
  for (const { nominal, at, context } of one.seen) {
    const what = `run of ${iso(nominal)} at ${iso(at)}`;
    if (before.has(nominal)) wrong.push(`${what}: the second one`);
    before.add(nominal);
    if (!known.has(nominal)) wrong.push(`${what}: there is no such instant`);
    if (at < nominal) wrong.push(`${what}: early`);
    const wasCaughtUp = at - nominal > GRACE + MOST_JITTER && !isBehind(one, nominal, at);
    if (wasCaughtUp && !context.catchUp) wrong.push(`${what}: caught up, and not told so`);
    if (at - nominal <= GRACE && context.catchUp) wrong.push(`${what}: on time, and told to be caught up`);
    const epoch = one.life.epochs.find(({ from, to }) => from < at && at <= to);
    if (epoch?.state !== 'live') wrong.push(`${what}: while it was ${epoch?.state ?? 'not there'}`);
  }
  return wrong;
}

/** Unless its policy allows it, no run begins while another one of its schedule has not ended. */
function checkOverlap({ life, seen, byHand }: Case): string[] {
  const inOrder = [...seen, ...byHand].sort((a, b) => a.at - b.at);
  return inOrder.flatMap((run, i) => {
    const epoch = life.epochs.find(({ from, to }) => from < run.at && run.at <= to);
    if (!epoch || epoch.made.definition.overlap === 'allow') return [];
    const beside = inOrder.slice(0, i).find(({ at, end }) => end > run.at && at > epoch.from);
    return beside ? [`runs of ${iso(beside.nominal)} and ${iso(run.nominal)} at once`] : [];
  });
}

/** Another run of its schedule stood before it: it ran, or was to be caught up first. */
export function isBehind({ seen, byHand }: Case, nominal: number, at: number): boolean {
  return [...seen, ...byHand].some(
    (other) => other.nominal !== nominal && other.end > nominal && other.at <= at,
  );
}

/** What a live instant does not end where it replaces: runs that are caught up, backfilled, or asked for by hand. */
function withoutReplaced(one: Case): Case {
  return { ...one, seen: one.seen.filter(({ context }) => context.catchUp) };
}

/** What was acknowledged by hand ran once, unless its schedule came to rest or went before. */
function checkByHand({ life, byHand, end }: Case): string[] {
  const wrong: string[] = [];
  for (const { id, at } of life.triggered) {
    const ran = byHand.filter((run) => run.id === id);
    if (ran.some(({ context }) => context.kind !== 'trigger'))
      wrong.push(`${id}: not told that it is by hand`);
    const edited = life.epochs.some(({ to }) => to > at && to < end);
    if (ran.length > 1 || (ran.length === 0 && !edited)) wrong.push(`${id}: ran ${ran.length} times`);
  }
  for (const { id } of byHand) {
    if (id.includes('!') && !life.triggered.some((one) => one.id === id))
      wrong.push(`${id}: nobody asked for it`);
  }
  return wrong;
}

function checkFates(one: Case, told: Told): string[] {
  const wrong: string[] = [];
  const ran = new Map(one.seen.map((run) => [run.nominal, run]));
  const expected = expectedOf(one);
  const settled = one.end - MOST_JITTER - 2 * ON_TIME;
  const left = new Map([...told].filter(([, { word }]) => word !== 'superseded'));
  for (const { at, epoch } of expected) {
    const fate = left.get(at);
    left.delete(at);
    if (at > settled) continue;
    if (!fate) wrong.push(`${iso(at)}: no fate, while ${epoch.state}`);
    else wrong.push(...judge(one, epoch, fate, ran.get(at)));
  }
  const skipped = [...told.values()].filter(({ word }) => word === 'skipNext').length;
  const asked = one.life.skips.reduce((sum, { count }) => sum + count, 0);
  if (skipped > asked) wrong.push(`${skipped} instants skipped of ${asked} that were to be`);
  for (const [at, { word }] of left)
    if (at <= settled) wrong.push(`${iso(at)}: ${word}, and no such instant`);
  return wrong;
}

function judge(one: Case, epoch: Epoch, fate: Recorded, run?: Seen): string[] {
  const { nominal, due, word, undecided } = fate;
  const what = `${iso(nominal)}: ${undecided ? 'undecided' : word}`;
  if (undecided) return [what];
  if (fate.backfill !== undefined) return [];
  // It waits yet.
  if (word === 'fired' && !run && isBehind(one, one.end, one.end)) return [];
  if ((word === 'fired') !== (run !== undefined))
    return [`${what}, and ${run ? 'it ran' : 'no run was seen'}`];
  // It was to be skipped, whatever came of its schedule afterwards.
  if (word === 'skipNext') return one.life.skips.some(({ at }) => at < nominal) ? [] : [`${what}, unasked`];
  if (wasTakenBack(one, nominal, word)) return [];
  if (epoch.state !== 'live') return word === epoch.state ? [] : [`${what} while ${epoch.state}`];
  const dark = one.tracks.outages.some(({ from, to }) => from <= due && due <= to);
  if (word === 'fired') {
    const late = (run?.at ?? due) - due;
    const replaces = epoch.made.definition.overlap === 'replace';
    const behind = run && isBehind(replaces ? withoutReplaced(one) : one, nominal, run.at);
    return dark || behind || late <= ON_TIME ? [] : [`${what}, ${late} ms late although nothing was wrong`];
  }
  if (word === 'overlap' || word === 'coalesced') {
    const { overlap } = epoch.made.definition;
    const fits = word === 'overlap' ? overlap === 'skip' : overlap === 'wait' || overlap === 'replace';
    return fits && isBehind(one, nominal, Number.POSITIVE_INFINITY) ? [] : [`${what} with ${overlap}`];
  }
  if (word === 'limit') return limitIsReached(one, epoch, nominal) ? [] : [`${what} before it had its runs`];
  if (word === 'missed') return dark ? [] : [`${what} although somebody was there`];
  // Taken back before it began: its schedule came to rest between its time and its due time, or right behind it.
  const next = one.life.epochs.find(({ from }) => from === epoch.to);
  const waited = epoch.to - nominal <= MOST_JITTER + ON_TIME || isBehind(one, nominal, epoch.to);
  const rests = next?.state === word && waited;
  return rests || (dark && next?.state === word) ? [] : [what];
}

/** By the runs of all epochs with a limit: those seen before the last instant of it. */
function limitIsReached({ seen: own, byHand }: Case, epoch: Epoch, nominal: number): boolean {
  const { maxRuns } = epoch.made.definition;
  const seen = [...own, ...byHand.filter(({ id }) => id.includes('+'))];
  const ran = seen.filter((run) => run.nominal < nominal).length;
  const caughtUp = seen.filter((run) => run.nominal >= nominal).length;
  return maxRuns !== undefined && ran + caughtUp >= maxRuns;
}
