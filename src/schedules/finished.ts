/** Why nothing follows of a schedule that is enabled: it has finished. */

import { formatInstant } from '../domain/input/instants.js';
import { firstAfter, runsLeft } from '../domain/schedule/expand.js';
import { wordAt } from '../domain/schedule/fates.js';
import type { ScheduleRow } from '../store/contract/index.js';
import { ledgerOf } from './ledger-of.js';

/** Of one of which no run is to come, in a sentence. Throws what the spec throws. */
export function whyFinished(row: ScheduleRow, now: number): string {
  const { definition } = row.schedule;
  const { maxRuns, spec, endAt, ...rest } = definition;
  if (runsLeft(definition, row.runs) === 0) {
    return maxRuns === 1 ? 'it has had its one run (maxRuns)' : `it has had its ${maxRuns} runs (maxRuns)`;
  }
  if (spec.kind === 'at' && firstAfter(definition, spec.at - 1) === spec.at) {
    const fired = wordAt(ledgerOf(row), definition, spec.at, row.singles) === 'fired';
    return `its one run, at ${formatInstant(spec.at)}, ${fired ? 'has been' : 'was not made'}`;
  }
  if (endAt !== undefined && firstAfter({ ...rest, spec }, Math.max(now, endAt - 1)) !== null) {
    return `it has no run before its end at ${formatInstant(endAt)} (endAt)`;
  }
  return 'no instant of its calendar follows';
}
