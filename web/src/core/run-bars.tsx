/** The latest runs of a schedule as bars, and what is told of each. */

import type { Bar } from '../parts/run-strip.js';
import { StateMark } from '../parts/state-mark.js';
import { taskPlace } from './places.js';
import type { RunView } from './types.js';
import { exactMoment, length, zoneFor } from './words.js';

/** How many of the latest runs are shown. */
export const RUNS = 60;

export interface RunBar extends Bar {
  run: RunView;
  zone: string | undefined;
}

/** Oldest first; the API has them newest first. */
export const barsOf = (runs: readonly RunView[] = [], zone?: string): RunBar[] =>
  runs.toReversed().map((run) => ({
    key: run.taskId,
    state: run.state,
    run,
    zone,
    ...(run.state === 'pruned' ? {} : { href: taskPlace(run.taskId) }),
  }));

/** A start this late is worth a word, ms. */
export const LATE = 1_000;

export function RunHint({ run, zone, state }: RunBar) {
  const { nominalAt, latenessMs, runMs } = run;
  return (
    <>
      <StateMark state={state} />
      {runMs !== undefined && <> in {length(runMs)}</>}
      {latenessMs !== undefined && latenessMs >= LATE && <>, {length(latenessMs)} late</>}
      <p class="tip-title">{exactMoment(Date.parse(nominalAt), zoneFor(zone))}</p>
    </>
  );
}
