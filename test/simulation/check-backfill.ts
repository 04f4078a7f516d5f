/** Judges backfills: what of their ranges had not fired has, once, and nothing else was made. */

import { type Case, expectedOf, isBehind, iso, MOST_JITTER } from './check.js';

const MARK = /^[^+]+\+(.*)$/;

export function checkBackfills(one: Case): string[] {
  return [...checkRuns(one), ...one.life.backfills.flatMap((backfill) => checkRange(one, backfill))];
}

/** Each is of an instant in the range of its operation that did not fire, and the only one of it. */
function checkRuns({ life, seen, byHand, ...rest }: Case): string[] {
  const wrong: string[] = [];
  const known = new Set(expectedOf({ life, seen, byHand, ...rest }).map(({ at }) => at));
  const ran = new Set(seen.map(({ nominal }) => nominal));
  for (const { id, nominal, context } of byHand) {
    const operation = MARK.exec(id)?.[1];
    if (operation === undefined) continue;
    const what = `run ${id} of ${iso(nominal)}`;
    const asked = life.backfills.find((one) => one.id === operation);
    if (!asked || nominal < asked.from || nominal >= asked.to) wrong.push(`${what}: nobody asked for it`);
    if (context.kind !== 'backfill') wrong.push(`${what}: told to be ${context.kind}`);
    if (!known.has(nominal)) wrong.push(`${what}: there is no such instant`);
    if (ran.has(nominal)) wrong.push(`${what}: the second one`);
    ran.add(nominal);
  }
  return wrong;
}

/** Of an operation that came to its end nothing is left that did not fire, but for what was taken back since. */
function checkRange(one: Case, { id, at, from, to }: Case['life']['backfills'][number]): string[] {
  const { told, byHand } = one;
  if (!told || !one.done.includes(id)) return [];
  // What was being caught up then, or was to be planned, is none of its business.
  const open = one.tracks.outages.some((outage) => outage.to + 3 * 3_600_000 > at && outage.from < at);
  if (open) return [];
  return expectedOf(one).flatMap(({ at: nominal }) => {
    if (nominal < from || nominal >= to || nominal > at - MOST_JITTER) return [];
    const fate = told.get(nominal);
    const what = `backfill ${id} of ${iso(nominal)}: ${fate?.word}`;
    if (!fate || (fate.word !== 'fired' && !wasTakenBack(one, nominal, fate.word))) return [what];
    if (fate.backfill !== id) return [];
    const ran = byHand.some((run) => run.nominal === nominal && run.id.endsWith(`+${id}`));
    return ran || isBehind(one, one.end, one.end) ? [] : [`${what}, and no run was seen`];
  });
}

/** It waited when its schedule came to rest. */
export function wasTakenBack({ life }: Case, nominal: number, word: string): boolean {
  const asked = life.backfills.filter(({ from, to }) => from <= nominal && nominal < to);
  return asked.some(({ at }) => life.epochs.some(({ from, state }) => from >= at && state === word));
}
