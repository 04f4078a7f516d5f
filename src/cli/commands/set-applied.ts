/** A file set over the API: its address, and how one that a command brought into force ends: the leader is waited for. */

import { CarillonError } from '../../domain/input/errors.js';
import { mono } from '../../runtime/clock.js';
import { sleep } from '../../runtime/timers.js';
import { conflictText } from '../../sets/difference.js';
import type { SetView } from '../../sets/view.js';
import type { Output } from '../output.js';
import type { Remote } from '../remote.js';

/** How long the leader is waited for, ms. */
const PATIENCE = 15_000;
const ASK_AGAIN = 100;

export const setPath = (set: string): string => `/v1/sets/${encodeURIComponent(set)}`;

/** null: no leader did it in time, or something else is in force by now. */
export async function untilApplied(remote: Remote, set: string, digest: string): Promise<SetView | null> {
  const until = mono() + PATIENCE;
  while (mono() < until) {
    const view = (await remote.get(setPath(set))) as SetView;
    if (view.digest !== digest) return null;
    if (view.state === 'applied') return view;
    await sleep(ASK_AGAIN);
  }
  return null;
}

/** To be called last: throws `conflict` where something was left aside. */
export function tellLeftAside(output: Output, applied: SetView | null): void {
  if (!applied) output.say('In force, but no leader has carried it out yet.');
  const conflicts = (applied?.conflicts ?? []).map(conflictText);
  if (conflicts.length > 0) {
    throw new CarillonError('conflict', `Left aside: ${conflicts.join('; ')}.`);
  }
}
